/** Tells by its first bytes what a file is that is no comma-separated UTF-8 text, and what to do with it. */
import { HEADER_BYTES } from './limits.js';

/** What was found, "it is a gzip file", without its full stop, and what to do about it, with one. */
export interface WrongKind {
  readonly found: string;
  readonly remedy: string;
}

const UNPACK = 'Unpack it and give the CSV file that is in it.';
const EXPORT = 'Export it as CSV (comma-separated, UTF-8).';

const MAGIC: readonly (readonly [magic: string, found: string, remedy: string])[] = [
  ['\x1f\x8b', 'it is a gzip file', UNPACK],
  ['BZh', 'it is a bzip2 file', UNPACK],
  ['\xfd7zXZ\0', 'it is an xz file', UNPACK],
  ['\x28\xb5\x2f\xfd', 'it is a Zstandard file', UNPACK],
  ['7z\xbc\xaf\x27\x1c', 'it is a 7z archive', UNPACK],
  ['Rar!', 'it is a RAR archive', UNPACK],
  ['\xd0\xcf\x11\xe0', 'it is an Excel workbook of the old format', EXPORT],
  ['PAR1', 'it is a Parquet file', EXPORT],
  ['ARROW1', 'it is an Arrow file', EXPORT],
  ['FEA1', 'it is a Feather file', EXPORT],
  ['SQLite format 3\0', 'it is an SQLite database', EXPORT],
  ['%PDF-', 'it is a PDF document', EXPORT],
  [
    'version https://git-lfs',
    'it is a pointer of Git LFS and not the file itself',
    'Fetch the file with: git lfs pull',
  ],
];

/** A zip archive, told apart by the names of files in it, which stand near its beginning. */
const ZIP = 'PK\x03\x04';
const EMPTY_ZIP = 'PK\x05\x06';
const IN_ZIP: readonly (readonly [name: string, found: string])[] = [
  ['[Content_Types].xml', 'it is an Excel workbook'],
  ['xl/', 'it is an Excel workbook'],
  ['application/vnd.oasis.opendocument', 'it is an OpenDocument spreadsheet'],
];

const MARKS: readonly (readonly [mark: string, encoding: string])[] = [
  // Before UTF-16, whose mark it begins with.
  ['\xff\xfe\0\0', 'UTF-32'],
  ['\0\0\xfe\xff', 'UTF-32'],
  ['\xff\xfe', 'UTF-16'],
  ['\xfe\xff', 'UTF-16'],
];
/** Without a mark: where the NULs of the first characters stand, given that these are ASCII. */
const NULS: readonly (readonly [pattern: RegExp, encoding: string])[] = [
  [/^[^\0]\0{3}[^\0]\0{3}/, 'UTF-32LE'],
  [/^\0{3}[^\0]\0{3}[^\0]/, 'UTF-32BE'],
  [/^(?:[^\0]\0){4}/, 'UTF-16LE'],
  [/^(?:\0[^\0]){4}/, 'UTF-16BE'],
];

const SEPARATORS: readonly (readonly [separator: string, name: string])[] = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'vertical bars'],
];

/**
 * What the file is that begins with `head`; undefined where it may be what is wanted.
 * @param head the first bytes, at least some kilobytes where there are as many
 */
export function wrongKindOf(head: Uint8Array): WrongKind | undefined {
  // One character a byte.
  const start = Buffer.from(head.subarray(0, HEADER_BYTES)).toString('latin1');
  return binaryKindOf(start) ?? encodingOf(start) ?? markupOf(start) ?? separatorOf(start);
}

function binaryKindOf(start: string): WrongKind | undefined {
  const known = MAGIC.find(([magic]) => start.startsWith(magic));
  if (known !== undefined) return { found: known[1], remedy: known[2] };
  if (start.startsWith(EMPTY_ZIP)) return { found: 'it is a zip archive with nothing in it', remedy: EXPORT };
  if (!start.startsWith(ZIP)) return undefined;
  const office = IN_ZIP.find(([name]) => start.includes(name));
  return office === undefined ? { found: 'it is a zip archive', remedy: UNPACK } : { found: office[1], remedy: EXPORT };
}

function encodingOf(start: string): WrongKind | undefined {
  const encoding =
    MARKS.find(([mark]) => start.startsWith(mark))?.[1] ?? NULS.find(([pattern]) => pattern.test(start))?.[1];
  if (encoding === undefined) return undefined;
  return {
    found: `it is text in ${encoding}, where UTF-8 is needed`,
    // A full stop would be taken for a part of the command.
    remedy: `Convert it with: iconv -f ${encoding} -t UTF-8 OLD.csv > NEW.csv`,
  };
}

function markupOf(start: string): WrongKind | undefined {
  const [first] = withoutMark(start).trimStart();
  if (first === '<') {
    return {
      found: 'it is an HTML or XML document',
      remedy: 'Perhaps a page was saved in place of the download: fetch the file itself.',
    };
  }
  return first === '{' || first === '[' ? { found: 'it is JSON', remedy: EXPORT } : undefined;
}

/** What separates the cells of the first line that is not blank, where that is no comma. */
function separatorOf(start: string): WrongKind | undefined {
  const header = withoutMark(start).trimStart().split(/\r|\n/, 1)[0] ?? '';
  const unquoted = header.replaceAll(/"[^"]*"/g, '');
  const count = (separator: string) => unquoted.split(separator).length - 1;
  const commas = count(',');
  const found = SEPARATORS.find(([separator]) => count(separator) > commas);
  if (found === undefined) return undefined;
  return {
    found: `its cells are separated by ${found[1]}, where commas are needed`,
    remedy: 'Export it again with commas.',
  };
}

/** The byte order mark of UTF-8, one character a byte. */
function withoutMark(start: string): string {
  return start.startsWith('\xef\xbb\xbf') ? start.slice(3) : start;
}
