/** Raw files: tables with every way to quote and to end a line, files of orders with dirt, and what is nearly CSV. */
import fc from 'fast-check';
import { RAW_COLUMNS } from '../../training/header.js';
import { mutated } from './mutations.js';

export type CsvInput =
  /** Written by the rules: what is read must be what was written. */
  | { readonly kind: 'table'; readonly rows: readonly (readonly Cell[])[]; readonly layout: Layout }
  /** Bytes (Latin-1). */
  | { readonly kind: 'bytes'; readonly bytes: string };

/** A cell, and whether it is quoted though it need not be. */
export type Cell = readonly [text: string, quoted: boolean];

export interface Layout {
  readonly mark: boolean;
  /** Of the lines in turn. */
  readonly ends: readonly string[];
  /** Blank lines before the rows in turn. */
  readonly blanks: readonly number[];
  readonly endsLastRow: boolean;
}

const CELLS = [
  '',
  ' ',
  'NaN',
  'NaN ',
  'nan',
  '0',
  '-0',
  '0.0',
  '1',
  '-1',
  '2.5',
  '5',
  '5.1',
  '17',
  '18',
  '36',
  '1e308',
  '1e400',
  '-1e39',
  '5e-324',
  '+7',
  '.5',
  '5.',
  '1_0',
  '0x10',
  'Infinity',
  '-Infinity',
  '12,5',
  '12.97',
  '77.59',
  '-12.97',
  '-77.59',
  '0.01',
  '37.99',
  '98.1',
  '12-02-2022',
  '29-02-2023',
  '31-12-9999',
  '2022-02-12',
  '1-1-2022',
  '12:30',
  '12:30:59',
  '24:05:00',
  '29:59',
  '30:00',
  '23:60',
  '0.833333333',
  '1',
  '1.5',
  '0.9999999',
  '(min) 24',
  '(min) NaN',
  '(min) ',
  '(min) -3',
  '24',
  'conditions Sunny',
  'conditions NaN',
  'conditions ',
  'Jam',
  'é',
  '🍛',
  '\ufeff',
  '\0',
  '__proto__',
  'constructor',
  'a"b',
  'a\nb',
  'a\r\nb',
  'a\rb',
  'a,b',
  '"',
  '9'.repeat(400),
] as const;
const CSV_WORDS = [
  ',',
  '"',
  '""',
  '"""',
  '\n',
  '\r',
  '\r\n',
  '\n\n',
  ' ',
  ';',
  '\t',
  '\0',
  '\xef\xbb\xbf',
  '\xff\xfe',
  '\xff',
  'NaN',
  '-',
  '.',
  'e',
  '0',
  '(min) ',
  'conditions ',
  'ID',
  'ID,',
  '\x1f\x8b',
] as const;

/** Made once: making one up anew costs more than reading it. */
const TEXTS = fc.sample(fc.string({ unit: 'grapheme', maxLength: 8 }), { seed: 1, numRuns: 2_000 });
const QUOTABLE = fc.sample(fc.stringMatching(/^[",\r\n ;é]{0,6}$/), { seed: 1, numRuns: 500 });
const dirtyText = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...CELLS) }, fc.constantFrom(...TEXTS));
const cell: fc.Arbitrary<Cell> = fc.tuple(
  fc.oneof({ weight: 2, arbitrary: dirtyText }, fc.constantFrom(...QUOTABLE)),
  fc.boolean(),
);
const layout: fc.Arbitrary<Layout> = fc.record({
  mark: fc.boolean(),
  ends: fc.oneof(
    fc.constantFrom(['\n'], ['\r\n'], ['\r']),
    fc.array(fc.constantFrom('\n', '\r\n', '\r'), { minLength: 1, maxLength: 4 }),
  ),
  blanks: fc.array(fc.nat(2), { minLength: 1, maxLength: 4 }),
  endsLastRow: fc.boolean(),
});

const table = fc
  .integer({ min: 1, max: 4 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }));

/** Nothing of it is missing and nothing needs a repair. */
const GOOD_ROW = [
  ...[
    '0x1001',
    'DEHRES17DEL01',
    '36',
    '4.2',
    '30.327968',
    '78.046106',
    '30.397968',
    '78.116106',
    '12-02-2022',
    '21:55',
  ],
  ...['22:10', 'Fog', 'Jam', '2', 'Snack', 'motorcycle', '3', 'No', 'Metropolitian', '46'],
];

/** Rows under the header of the data set, with some of their cells replaced. */
const orderRows = fc
  .array(fc.array(fc.tuple(fc.nat(RAW_COLUMNS.length - 1), cell), { maxLength: 8 }), { minLength: 1, maxLength: 3 })
  .map((rows) => {
    const header = RAW_COLUMNS.map((column): Cell => [column, false]);
    const dirty = rows.map((changes) => {
      const cells = GOOD_ROW.map((text): Cell => [text, false]);
      for (const [column, replacement] of changes) cells[column] = replacement;
      return cells;
    });
    return [header, ...dirty];
  });

const written = fc
  .tuple(fc.oneof(table, orderRows), layout)
  .map(([rows, how]) => Buffer.from(textOf(rows, how)).toString('latin1'));

export const csvInput: fc.Arbitrary<CsvInput> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('table' as const), rows: fc.oneof(table, orderRows), layout }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('bytes' as const),
      bytes: fc.oneof(
        { weight: 6, arbitrary: mutated(written, CSV_WORDS) },
        {
          weight: 1,
          arbitrary: fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) }),
        },
      ),
    }),
  },
);

/** The file as it is written by the rules, with the line on which each row ends. */
export function textOf(rows: readonly (readonly Cell[])[], how: Layout): string {
  return partsOf(rows, how).join('');
}

/** The line on which each row ends, from 1, by counting the line ends of what was written. */
export function linesOf(rows: readonly (readonly Cell[])[], how: Layout): number[] {
  let line = 1;
  return partsOf(rows, how).flatMap((part, index) => {
    const isRow = index % 3 === 1;
    line += part.split(/\r\n|\r|\n/).length - 1;
    return isRow ? [line] : [];
  });
}

/** By threes: the blank lines before a row, the row, its line end. */
function partsOf(rows: readonly (readonly Cell[])[], { mark, ends, blanks, endsLastRow }: Layout): string[] {
  const parts = rows.flatMap((cells, row) => {
    const end = ends[row % ends.length] ?? '\n';
    // A CR before an LF would be one line end with it.
    const blank = (ends[(row + ends.length - 1) % ends.length] ?? '\n') === end ? end : '\r\n';
    const lines = row === 0 && mark ? '' : blank.repeat(blanks[row % blanks.length] ?? 0);
    return [lines, cells.map(quoted).join(','), row + 1 === rows.length && !endsLastRow ? '' : end];
  });
  // A CR that ends a row and an LF that is a blank line after it would be one line end.
  for (let index = 2; index + 1 < parts.length; index += 3) {
    if (parts[index] === '\r' && parts[index + 1]?.startsWith('\n')) parts[index] = '\r\n';
  }
  return [`${mark ? '\ufeff' : ''}${parts[0] ?? ''}`, ...parts.slice(1)];
}

function quoted([text, always]: Cell): string {
  const mustBe = text === '' || /^\ufeff|[",\r\n]/.test(text);
  return mustBe || always ? `"${text.replaceAll('"', '""')}"` : text;
}
