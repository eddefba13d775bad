import t from 'tap';
import { Progress, progressLine } from './progress.js';
import { styled, type Terminal, table } from './terminal.js';

/** A stream that keeps what it is given. */
function stream(properties: Partial<Terminal>): Terminal & { readonly written: string[] } {
  const written: string[] = [];
  return { written, write: (text: string | Uint8Array) => written.push(String(text)) > 0, ...properties };
}

t.test('there is colour on a terminal that has any, and nowhere else', async (t) => {
  t.equal(styled('red', 'wrong', stream({ isTTY: true, hasColors: () => true })), '\u001b[31mwrong\u001b[39m');
  t.equal(styled('red', 'wrong', stream({ isTTY: true, hasColors: () => false })), 'wrong', 'NO_COLOR, or no colours');
  t.equal(styled('red', 'wrong', stream({ hasColors: () => true })), 'wrong', 'a file or a pipe');
});

t.test('a bar is drawn on a terminal, within its width, and is gone at the end', async (t) => {
  const terminal = stream({ isTTY: true, columns: 40 });
  const progress = new Progress(1_000, terminal);
  progress.update(500, 20);
  progress.end();
  const [bar = '', end] = terminal.written;
  const [before, shown = ''] = bar.split('\r\u001b[K');
  t.equal(before, '', 'it begins at the beginning of the line');
  t.match(shown, /^\[#{10} {10}\] {2}50/);
  t.equal(shown.length, 39);
  t.equal(end, '\r\u001b[K');
});

t.test('elsewhere there is no bar', async (t) => {
  const file = stream({});
  const progress = new Progress(1_000, file);
  progress.update(500, 20);
  progress.end();
  t.strictSame(file.written, []);
});

t.test('the bar says how far it is, how quick and how long yet; without an end, only how quick', async (t) => {
  const bar = `[${'#'.repeat(10)}${' '.repeat(10)}]`;
  t.equal(progressLine(500, 1_000, 40_000, 2_000), `${bar}  50 %  40,000 rows  20,000 rows/s  2 s left`);
  t.equal(progressLine(500, undefined, 40_000, 2_000), '40,000 rows  20,000 rows/s');
});

t.test('numbers of a table stand to the right, words to the left', async (t) => {
  const rows = [
    ['version', 'aliases'],
    ['12', 'production'],
    ['7', ''],
  ];
  t.equal(table(rows, new Set([0])), 'version  aliases\n     12  production\n      7');
});
