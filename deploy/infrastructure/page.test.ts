import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PROJECT, readStack, STACKS } from './fixtures/stacks.js';

const page = readFileSync(join(PROJECT, 'docs/infrastructure.md'), 'utf8');

/** The cells of a table's rows that begin with a number or a word, without its head. */
function rowsUnder(heading: string): string[][] {
  const [section = ''] = page.slice(page.indexOf(`\n## ${heading}\n`) + 1).split('\n## ');
  const [, , ...rows] = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function number(text = ''): number {
  return Number(text.replaceAll(/[,$*]/g, ''));
}

t.test('the numbers of instances are what the formula of the page gives', async (t) => {
  const perInstance = [5_000, 10_000, 20_000, 40_000];
  const rows = rowsUnder('How many instances');
  t.ok(rows.length > 3);
  for (const [rate, ...counts] of rows) {
    const expected = perInstance.map((each) => Math.max(2, Math.ceil(number(rate) / (each / 2)) + 1));
    t.strictSame(counts.map(number), expected, `${rate} a second`);
  }
});

t.test('the sum of what it costs is the sum of its lines, and each of these its arithmetic', async (t) => {
  const rows = rowsUnder('What it costs while nobody calls');
  const sums = rows.filter(([what]) => what?.startsWith('**'));
  const lines = rows.filter(([what]) => !what?.startsWith('**'));
  for (const [what, arithmetic = '', dollars] of lines) {
    const product = arithmetic
      .replaceAll(/[^\d.×]/g, '')
      .split('×')
      .reduce((sum, factor) => sum * Number(factor), 1);
    t.ok(Math.abs(product - number(dollars)) < 0.006, `${what}: ${arithmetic} is ${product}, not ${dollars}`);
  }
  const total = lines.reduce((sum, [, , dollars]) => sum + number(dollars), 0);
  t.equal(sums.length, 1);
  t.equal(total.toFixed(2), number(sums[0]?.[2]).toFixed(2));
});

t.test('it creates every stack, and gives each parameter that has no default', async (t) => {
  for (const name of STACKS) {
    const [, command = ''] = page.split(`--template-file deploy/infrastructure/${name}.yaml`);
    const [given = ''] = command.split('```');
    t.match(page, `deploy/infrastructure/${name}.yaml`);
    for (const [parameter, { Default }] of Object.entries(readStack(name).Parameters)) {
      if (Default === undefined) t.match(given, `${parameter}=`, `${name}.yaml: ${parameter}`);
    }
  }
});
