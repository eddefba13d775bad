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

t.test('a row is known by the line of the file on which it ends, from 1, whatever the line ends', async (t) => {
  const text = '\n\na,b\n1,2\n\n\n"3\n\n",4\n5,6\n\n7,"8\n"';
  for (const end of ['\n', '\r\n', '\r']) {
    for (const mark of ['', '\ufeff']) {
      const file = join(t.testdir(), 'table.csv');
      writeFileSync(file, mark + text.replaceAll('\n', end));
      t.strictSame((await read(file)).lines, [4, 9, 10, 13], JSON.stringify(mark + end));
    }
  }
});

t.test('the lines of a file that is read in many pieces are those of the file', async (t) => {
  const file = join(t.testdir(), 'large.csv');
  const rows = Array.from({ length: 20_000 }, (_, row) => ['"x\r\n"', '\r\n7', '8'][row % 3]);
  writeFileSync(file, `a\r\n${rows.join('\r\n')}`);
  const { lines } = await read(file);
  const wrong = lines.filter((line, row) => line - (lines[row - 1] ?? 1) !== (row % 3 === 2 ? 1 : 2));
  t.strictSame([lines.length, wrong.length], [20_000, 0]);
});

t.test('a fault is told with the line on which its row begins, whatever the line ends', async (t) => {
  const faults = {
    'x"y,1': /not begin with one/,
    '"x"y,1': /after its closing quote/,
    '"x,1\n\n2,3\n': /never closed/,
  };
  for (const end of ['\n', '\r\n', '\r']) {
    for (const [row, why] of Object.entries(faults)) {
      const file = join(t.testdir(), 'table.csv');
      writeFileSync(file, `a,b\n\n1,"2\n"\n\n\n${row}`.replaceAll('\n', end));
      const error = await read(file).catch((error) => error);
      t.match(error.message, why, JSON.stringify(row + end));
      t.match(error.message, /table\.csv, line 7: this is no CSV: /, JSON.stringify(row + end));
    }
  }
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
