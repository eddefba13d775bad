/** Raw files of every kind but the right one: told apart, refused in one sentence, and never half believed. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { FIXED } from '../features/fixtures/generated-orders.js';
import { OTHER_USER, withoutOtherUser } from '../testing/other-user.js';
import { clean } from './clean.js';
import { contextIn, foldersIn, runCommand } from './fixtures/project.js';
import { rawFile, rowsWithIds } from './fixtures/raw-orders.js';
import { RawFile } from './raw-file.js';
import { TextCheck, type TextFault } from './text-check.js';

const PLAIN = rawFile(rowsWithIds(10));

/** Cleans `data` and gives the message with which it was refused, without the path; nothing may have been written. */
async function refusalOf(t: Test, folder: string, data: string): Promise<string> {
  const folders = foldersIn(folder);
  const error = await clean.run(contextIn(folders, { data })).then(
    () => t.fail('it was not refused'),
    (error) => error,
  );
  t.match(error, { name: 'PipelineError', code: /^data_(invalid|unreadable)$/ }, data);
  t.ok(error.message.startsWith(data), error.message);
  t.notMatch(error.message, /\n/, 'one line');
  for (const written of Object.values(folders)) t.notOk(existsSync(written), 'nothing is written');
  return error.message.slice(data.length);
}

t.test('a file of another kind is told by its content, whatever its name, with what to do', async (t) => {
  const zip = (name: string) =>
    Buffer.concat([Buffer.from(`PK\x03\x04${'\0'.repeat(26)}${name}`), Buffer.alloc(400, 1)]);
  const kinds: readonly (readonly [content: string | Buffer, message: RegExp])[] = [
    [gzipSync(PLAIN), /^ cannot be used: it is a gzip file\. Unpack it and give the CSV file that is in it\.$/],
    [zip('orders.csv'), /: it is a zip archive\. Unpack it/],
    [Buffer.from(`PK\x05\x06${'\0'.repeat(18)}`), /: it is a zip archive with nothing in it\./],
    [zip('[Content_Types].xml'), /: it is an Excel workbook\. Export it as CSV \(comma-separated, UTF-8\)\.$/],
    [zip('mimetypeapplication/vnd.oasis.opendocument.spreadsheet'), /: it is an OpenDocument spreadsheet\. Export/],
    [Buffer.from('d0cf11e0a1b11ae1', 'hex'), /: it is an Excel workbook of the old format\. Export/],
    [Buffer.concat([Buffer.from('PAR1'), gzipSync(PLAIN)]), /: it is a Parquet file\. Export/],
    ['ARROW1\0\0and more', /: it is an Arrow file\. Export/],
    ['SQLite format 3\0and more', /: it is an SQLite database\. Export/],
    [
      '<!DOCTYPE html>\n<html><body>Sign in</body></html>',
      /: it is an HTML or XML document\. Perhaps a page was saved/,
    ],
    ['[{"ID":"0x1"}]', /: it is JSON\. Export/],
    ['version https://git-lfs.github.com/spec/v1\noid sha256:0\n', /: it is a pointer of Git LFS .* git lfs pull\.?$/],
    [PLAIN.replaceAll(',', ';'), /: its cells are separated by semicolons, where commas are needed\. Export it again/],
    [PLAIN.replaceAll(',', '\t'), /: its cells are separated by tabs, where commas are needed\./],
    [PLAIN.replaceAll(',', '|'), /: its cells are separated by vertical bars, where commas are needed\./],
    [
      `\ufeff\r\n${PLAIN.replaceAll(/[^,\n]+/g, '"$&"').replaceAll(',', ';')}`,
      /: its cells are separated by semicolons/,
    ],
  ];
  for (const [content, message] of kinds) {
    const folder = t.testdir({});
    writeFileSync(join(folder, 'orders.csv'), content);
    t.match(await refusalOf(t, folder, join(folder, 'orders.csv')), message);
  }
});

t.test('text in another encoding than UTF-8 is refused, with the command that converts it', async (t) => {
  const little = Buffer.from(PLAIN, 'utf16le');
  const big = Buffer.from(little).swap16();
  const encoded: readonly (readonly [content: Buffer, encoding: string])[] = [
    [Buffer.concat([Buffer.from([0xff, 0xfe]), little]), 'UTF-16'],
    [Buffer.concat([Buffer.from([0xfe, 0xff]), big]), 'UTF-16'],
    [little, 'UTF-16LE'],
    [big, 'UTF-16BE'],
    [Buffer.from([...PLAIN].map((letter) => `${letter}\0\0\0`).join(''), 'latin1'), 'UTF-32LE'],
  ];
  for (const [content, encoding] of encoded) {
    const folder = t.testdir({ 'orders.csv': content });
    const command = `Convert it with: iconv -f ${encoding} -t UTF-8 OLD.csv > NEW.csv`;
    const expected = ` cannot be used: it is text in ${encoding}, where UTF-8 is needed. ${command}`;
    t.equal(await refusalOf(t, folder, join(folder, 'orders.csv')), expected);
    const converted = execFileSync('iconv', ['-f', encoding, '-t', 'UTF-8', join(folder, 'orders.csv')]);
    t.equal(converted.toString(), PLAIN, 'and the command does it');
  }
});

t.test('bytes that are no UTF-8, and a NUL, are refused with the line on which they stand', async (t) => {
  const accented = PLAIN.replace('Snack', 'Crêpe').replace('Snack', 'Crêpe');
  const folder = t.testdir({
    'latin1.csv': Buffer.from(accented, 'latin1'),
    'late.csv': Buffer.from(`${rawFile(rowsWithIds(3_000))}0x1,Cr\xeape\n`, 'latin1'),
    'cut.csv': Buffer.from(`${PLAIN}0x1,Crê`).subarray(0, -1),
    'nul.csv': PLAIN.replace('0x1003', '0x\x0003'),
    'returns.csv': Buffer.from(PLAIN.replace('0x1003', 'Cr\xeape').replaceAll('\n', '\r'), 'latin1'),
  });
  const wrong = (line: number) =>
    `, line ${line}: this is no UTF-8. If the file is in another encoding, say Windows-1252, convert it with: ` +
    'iconv -f WINDOWS-1252 -t UTF-8 OLD.csv > NEW.csv';
  t.equal(await refusalOf(t, folder, join(folder, 'latin1.csv')), wrong(2));
  t.equal(await refusalOf(t, folder, join(folder, 'late.csv')), wrong(3_002));
  t.equal(await refusalOf(t, folder, join(folder, 'cut.csv')), wrong(12));
  t.equal(await refusalOf(t, folder, join(folder, 'returns.csv')), wrong(5));
  t.match(await refusalOf(t, folder, join(folder, 'nul.csv')), /^, line 5: there is a NUL byte, .* Export it again\.$/);
});

t.test('wherever text is cut into chunks, it is judged as the whole is', async (t) => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
    fc.constantFrom('\n', '\r', '\r\n', 'é🍛').map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
  );
  const judged = (chunks: readonly Buffer[]): TextFault | undefined => {
    const check = new TextCheck();
    for (const chunk of chunks) {
      const fault = check.take(chunk);
      if (fault !== undefined) return fault;
    }
    return check.end();
  };
  let refused = 0;
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 5 })),
      (pieces, sizes) => {
        const bytes = Buffer.concat(pieces);
        const chunks: Buffer[] = [];
        for (let at = 0; at < bytes.length; ) {
          const size = sizes.next().value ?? 1;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        const fault = judged(chunks);
        if (fault === undefined) return !bytes.includes(0) && isText(bytes);
        refused += 1;
        // The lines before it are text, it itself is not; a CRLF is one end.
        const lines = bytes
          .toString('latin1')
          .split(/\r\n|\r|\n/)
          .map((line) => Buffer.from(line, 'latin1'));
        const line = lines[fault.line - 1] ?? Buffer.alloc(0);
        return (
          lines.slice(0, fault.line - 1).every((before) => isText(before) && !before.includes(0)) &&
          (fault.kind === 'nul' ? line.includes(0) : !isText(line))
        );
      },
    ),
    { ...FIXED, numRuns: 500 },
  );
  t.ok(refused > 100, `${refused} of them refused`);
});

/** By another decoder than the one that is tested. */
function isText(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

t.test('what is no regular file is refused at once, and nobody waits for it', async (t) => {
  const folder = t.testdir();
  const path = (name: string) => join(folder, name);
  mkdirSync(path('folder.csv'));
  execFileSync('mkfifo', [path('pipe.csv')]);
  symlinkSync('nowhere.csv', path('dangling.csv'));
  symlinkSync('loop.csv', path('loop.csv'));
  const refusal = (data: string) => refusalOf(t, folder, data);
  t.match(await refusal(path('folder.csv')), /^ cannot be read: it is a folder, and a regular file is needed\. Give/);
  t.match(await refusal(path('pipe.csv')), /^ cannot be read: it is a named pipe, and a regular file is needed\./);
  t.match(await refusal('/dev/zero'), /^ cannot be read: it is a device, and a regular file is needed\./);
  t.match(
    await refusal(path('none.csv')),
    /^ cannot be read: there is no such file\. Give .* with --data FILE\.csv\.$/,
  );
  t.match(await refusal(path('folder.csv/none.csv')), /^ cannot be read: there is no such file\./);
  t.match(
    await refusal(path('dangling.csv')),
    /: it is a symbolic link, and what it leads to .* \(ENOENT.* Give the path/,
  );
  t.match(await refusal(path('loop.csv')), /: it is a symbolic link, and what it leads to .* \(ELOOP/);
});

t.test('a file that this user may not read is refused', { skip: withoutOtherUser() }, async (t) => {
  const folder = t.testdir({ 'orders.csv': PLAIN });
  const data = join(folder, 'orders.csv');
  chmodSync(data, 0o600);
  const folders = foldersIn(folder);
  mkdirSync(folders.dataDir);
  chmodSync(folders.dataDir, 0o777);
  const { code, stdout, stderr } = await runCommand(
    'training/run-stage.js',
    ['clean', '--data', data],
    folders,
    {},
    { uid: OTHER_USER },
  );
  t.same({ code, stdout }, { code: 1, stdout: '' });
  t.equal(
    stderr,
    `${data} cannot be read: this user has no right to read it. ${'Give it that right, or run as a user who has it.'}\n`,
  );
});

t.test('a file that changes while it is being read is refused, one that is replaced is read as it was', async (t) => {
  const content = rawFile(rowsWithIds(3_000));
  const changes: Readonly<Record<string, (file: string) => void>> = {
    'it grows': (file) => appendFileSync(file, 'more\n'),
    'it shrinks': (file) => writeFileSync(file, 'ID\n'),
    'it is written anew, as long as before': (file) => {
      writeFileSync(file, content.replaceAll('Snack', 'Drink'));
      utimesSync(file, new Date(), new Date('2020-01-01'));
    },
  };
  for (const [name, change] of Object.entries(changes)) {
    const data = join(t.testdir({ 'orders.csv': content }), 'orders.csv');
    const chunks = new RawFile(data).chunks();
    await chunks.next();
    change(data);
    const rest = async () => {
      for await (const _ of chunks);
    };
    const message = `${data} has changed while it was being read. Run again when nothing writes to it any more.`;
    await t.rejects(rest(), { code: 'data_unreadable', message }, name);
  }
  const folder = t.testdir({ 'orders.csv': content, 'new.csv': 'ID\n' });
  const raw = new RawFile(join(folder, 'orders.csv'));
  const read: Buffer[] = [];
  for await (const chunk of raw.chunks()) {
    if (read.length === 0) renameSync(join(folder, 'new.csv'), join(folder, 'orders.csv'));
    read.push(chunk);
  }
  t.ok(read.length > 1, 'in several chunks');
  t.equal(Buffer.concat(read).toString(), content);
  t.equal(raw.sha256(), createHash('sha256').update(content).digest('hex'));
});
