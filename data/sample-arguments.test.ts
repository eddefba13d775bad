import t from 'tap';
import { UsageError } from '../config/command.js';
import { readSampleArguments } from './sample-arguments.js';

t.test('nothing given is the default sample', async (t) => {
  t.same(readSampleArguments([]), { rows: 12_000, seed: 42, out: 'data/raw/sample-orders.csv' });
});

t.test('each argument may be given, with a space or an equals sign', async (t) => {
  const expected = { rows: 500, seed: 0, out: 'x.csv' };
  t.same(readSampleArguments(['--rows', '500', '--seed', '0', '--out', 'x.csv']), expected);
  t.same(readSampleArguments(['--out=x.csv', '--seed=0', '--rows=500']), expected);
});

const REFUSED: readonly [args: readonly string[], message: RegExp][] = [
  [['--rows', '0'], /^--rows is '0'; allowed is a whole number from 1 to 1000000\.$/],
  [['--rows', '1000001'], /^--rows is '1000001'; allowed is a whole number from 1 to 1000000\.$/],
  [['--rows', '1e3'], /^--rows is '1e3'; allowed is/],
  [['--seed=-1'], /^--seed is '-1'; allowed is a whole number from 0 to 4294967295\.$/],
  [['--seed', '4294967296'], /^--seed is '4294967296'; allowed is/],
  [['--out'], /--out.*argument missing[\s\S]*Usage: /],
  [['--row', '5'], /Unknown option '--row'[\s\S]*Usage: /],
  [['500'], /Unexpected argument '500'[\s\S]*Usage: /],
];

t.test('a wrong argument is refused, with what was given and what is allowed', async (t) => {
  for (const [args, message] of REFUSED) {
    t.throws(() => readSampleArguments(args), UsageError, args.join(' '));
    t.throws(() => readSampleArguments(args), { message }, args.join(' '));
  }
});
