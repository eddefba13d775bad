// @ts-check
import t from 'tap';
import { sumOf } from './closing-line.mjs';
import { Checkout } from './testing/checkout.mjs';

/**
 * @param {readonly (readonly [lastLine: string, code: number | null])[]} ends
 */
function sum(...ends) {
  return sumOf(ends.map(([lastLine, code], index) => ({ name: `run ${index}`, lastLine, code })));
}

t.test('counts of several runs are added', async (t) => {
  t.strictSame(sum(['1012 passed, 0 failed, 3 skipped', 0], ['12 passed, 0 failed', 0]), {
    line: '1024 passed, 0 failed, 3 skipped',
    failed: 0,
    complaints: [],
  });
  t.match(sum(['5 passed, 1 failed', 1], ['0 passed, 0 failed, 2 skipped', 0]), {
    line: '5 passed, 1 failed, 2 skipped',
    failed: 1,
    complaints: [],
  });
  t.equal(sum(['5 passed, 0 failed', 0], ['3 passed, 0 failed', 0]).line, '8 passed, 0 failed');
});

t.test('what does not close as it is to has failed', async (t) => {
  /** @type {[string, number | null, RegExp][]} */
  const wrong = [
    ['5 passed, 0 failed', 1, /^run 1 ended with exit code 1, though no test failed$/],
    ['', 0, /^run 1 ended with exit code 0 and did not close with its counts$/],
    ['Installing the packages failed: the disk is full.', 1, /exit code 1 and did not close with its counts$/],
    ['all 5 passed, 0 failed', 0, /did not close with its counts$/],
    ['5 passed, 0 failed', null, /^run 1 was ended by a signal, though no test failed$/],
  ];
  for (const [lastLine, code, complaint] of wrong) {
    const { failed, line, complaints } = sum(['1 passed, 0 failed', 0], [lastLine, code]);
    t.equal(failed, 1, line);
    t.match(line, / passed, 1 failed$/);
    t.match(complaints, [complaint]);
  }
  t.match(sum(['1 passed, 2 failed', 0]), { failed: 2, complaints: [/exit code 0, though tests failed/] });
});

t.test('both are run, also where the first has failed, and the last line is of both', async (t) => {
  const checkout = new Checkout(t);
  const tap = (/** @type {string} */ ok) =>
    `TAP version 14\n1..1\n# Subtest: dist/a.test.js\n    ${ok} 1 - a\n    1..1\n${ok} 1 - dist/a.test.js\n`;
  checkout.write('dist/deploy/test/image.test.js', '');
  for (const [ok, code, line] of /** @type {const} */ ([
    ['ok', 0, '2 passed, 0 failed'],
    ['not ok', 1, '0 passed, 2 failed'],
  ])) {
    checkout.write('FAKE-tap-output', tap(ok));
    const end = await checkout.run(['setup/test-all.mjs']);
    t.equal(end.code, code, end.stderr);
    t.equal(end.stdout.trimEnd().split('\n').at(-1), line);
    t.equal(checkout.calls().filter((call) => call.startsWith('run-files.mjs')).length, 2);
  }
});
