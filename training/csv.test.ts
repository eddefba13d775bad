import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { FIXED } from '../features/fixtures/generated-orders.js';
import { readCsv } from './csv.js';

async function read(file: string) {
  let header: readonly string[] = [];
  const rows: (readonly string[] | undefined)[] = [];
  const lines: number[] = [];
  const takeHeader = (cells: readonly string[]) => {
    header = cells;
  };
  for await (const { line, cells } of readCsv(file, takeHeader)) {
    rows.push(cells);
    lines.push(line);
  }
  return { header, rows, lines };
}

/** Each cell with whether it is quoted though it need not be. */
const cell = fc.tuple(fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[",\r\n ;é]*$/)), fc.boolean());
const table = fc
  .integer({ min: 1, max: 4 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }));

function quote([text, always]: readonly [string, boolean]): string {
  const mustBe = text === '' || /^\ufeff|[",\r\n]/.test(text);
  return mustBe || always ? `"${text.replaceAll('"', '""')}"` : text;
}

t.test('what was written by the rules of CSV is what is read, however it is quoted and its lines end', async (t) => {
  const file = join(t.testdir(), 'table.csv');
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.constantFrom('', '\ufeff'),
      fc.infiniteStream(fc.constantFrom('\n', '\r\n')),
      async (rows, mark, ends) => {
        writeFileSync(file, mark + rows.map((cells) => `${cells.map(quote).join(',')}${ends.next().value}`).join(''));
        const [header, ...expected] = rows.map((cells) => cells.map(([text]) => text));
        const found = await read(file);
        return isDeepStrictEqual([found.header, found.rows], [header, expected]);
      },
    ),
    { ...FIXED, numRuns: 200 },
  );
});

t.test('a file far larger than what is read at once comes through whole', async (t) => {
  const file = join(t.testdir(), 'large.csv');
  const rows = Array.from({ length: 12_000 }, (_, row) => [`${row}`, '🍛é"\r\n'.repeat(row % 4)]);
  writeFileSync(
    file,
    `number,text\r\n${rows.map((cells) => cells.map((text) => quote([text, true])).join(',')).join('\r\n')}`,
  );
  const found = await read(file);
  t.equal(JSON.stringify(found.rows), JSON.stringify(rows));
});

t.test('a row is known by its line in the file, from 1, blank lines counted', async (t) => {
  const folder = t.testdir({ 'unix.csv': 'a,b\n1,2\n\n"3\n",4\n5,6', 'windows.csv': 'a,b\r\n1,2\r\n3,4\r\n' });
  t.strictSame((await read(join(folder, 'unix.csv'))).lines, [2, 5, 6]);
  t.strictSame((await read(join(folder, 'windows.csv'))).lines, [2, 3]);
});

t.test('a row with another number of cells than the header has none to give, and hides no other', async (t) => {
  const folder = t.testdir({ 'ragged.csv': 'a,b\n1\n1,2\n1,2,3\n' });
  t.strictSame((await read(join(folder, 'ragged.csv'))).rows, [undefined, ['1', '2'], undefined]);
});

t.test('what is no CSV is refused, with the file and the line of the fault', async (t) => {
  const folder = t.testdir({
    'unclosed.csv': 'a,b\n1,2\n"3,4\n5,6\n7,8\n',
    'quote-inside.csv': 'a,b\n1,2\n3,4"5\n6,7\n',
    'binary.csv': Buffer.concat([Buffer.alloc(5_000, 0x07), Buffer.from('"')]),
    'empty.csv': '',
    'blank.csv': '\n\r\n',
  });
  const refusal = async (name: string) => {
    const error = await read(join(folder, name)).catch((error) => error);
    t.match(error, { name: 'PipelineError', code: 'data_invalid' }, name);
    t.ok(error.message.startsWith(join(folder, name)), error.message);
    t.ok(error.message.length < 500, 'a message that fits on a screen');
    return error.message.slice(join(folder, name).length);
  };
  t.match(await refusal('unclosed.csv'), /^, line 3: this is no CSV: .*quote/i);
  t.match(await refusal('quote-inside.csv'), /^, line 3: this is no CSV: .*quote/i);
  t.match(await refusal('binary.csv'), /^, line 1: this is no CSV: /);
  t.equal(await refusal('empty.csv'), ' is empty: it has no header line.');
  t.equal(await refusal('blank.csv'), ' is empty: it has no header line.');
});

t.test('a folder, and a file that is not there, cannot be read', async (t) => {
  const folder = t.testdir();
  mkdirSync(join(folder, 'orders.csv'));
  for (const [name, why] of [
    ['orders.csv', 'EISDIR'],
    ['none.csv', 'ENOENT'],
  ] as const) {
    await t.rejects(read(join(folder, name)), {
      name: 'PipelineError',
      code: 'data_unreadable',
      message: new RegExp(`${name} cannot be read: ${why}`),
    });
  }
});

t.test('a header that is refused ends the reading before any row', async (t) => {
  const folder = t.testdir({ 'orders.csv': 'a,b\n1,2\n' });
  const refuse = () => {
    throw new RangeError('no such header');
  };
  await t.rejects(readCsv(join(folder, 'orders.csv'), refuse).next(), new RangeError('no such header'));
});
