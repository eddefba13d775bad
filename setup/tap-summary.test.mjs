// @ts-check
/** Over output that tap 21 gave, shortened in its diagnostics. */
import t from 'tap';
import { TapSummary } from './tap-summary.mjs';
import { Checkout } from './testing/checkout.mjs';

const FILE_FAILED = `  ---
  stdio: pipe
  args:
    - --enable-source-maps
  exitCode: 1
  signal: null
  ...`;

/**
 * @param {string} output
 * @param {{ code?: number | null, signal?: NodeJS.Signals | null }} [end]
 */
function summaryOf(output, { code = /^not ok/m.test(output) ? 1 : 0, signal = null } = {}) {
  /** @type {string[]} */
  const told = [];
  const summary = new TapSummary((line) => told.push(line));
  for (const line of output.split('\n')) summary.line(line);
  summary.end({ code, signal });
  return { line: `${summary}`, failed: summary.failed, skipped: summary.skipped, told };
}

t.test('tests are counted, not what they assert; skipped and unwritten ones count as skipped', async (t) => {
  const { line, skipped, failed } = summaryOf(`TAP version 14
1..1
# Subtest: dist/a.test.js
    # Subtest: passes
        ok 1 - should be equal
        # Subtest: nested
            ok 1 - should be equal
            1..1
        ok 2 - nested # time=2.844ms
        
        1..2
    ok 1 - passes # time=7.203ms
    
    ok 2 - skipped by option # SKIP no docker
    # Subtest: skips itself
        ok 1 - needs python # SKIP
        1..1
    ok 3 - skips itself # time=0.967ms
    
    ok 4 - to do # TODO later
    # Subtest: with skip \\# and hash
        ok 1 - a \\# b
        ok 2 - weird \\# SKIP really
        1..2
    ok 5 - with skip \\# and hash # time=0.937ms
    
    ok 6 - a bare point
    not ok 7 - known to fail # TODO some day
    # Subtest: skips a part
        ok 1 - on this system # SKIP
        ok 2 - should be equal
        1..2
    ok 8 - skips a part # time=1ms
    
    1..8
    # time=17.311ms
ok 1 - dist/a.test.js # time=17.311ms

# { total: 9, pass: 6, todo: 1, skip: 2 }`);
  t.same(failed, []);
  t.same(skipped, [
    { name: 'dist/a.test.js > skipped by option', reason: 'no docker' },
    { name: 'dist/a.test.js > skips itself', reason: 'needs python' },
    { name: 'dist/a.test.js > to do', reason: 'to do later' },
    { name: 'dist/a.test.js > known to fail', reason: 'to do some day' },
  ]);
  t.equal(line, '4 passed, 0 failed, 4 skipped');
});

t.test('of a file that takes a second or more it says how long', (t) => {
  const fileOf = (/** @type {string} */ end) =>
    summaryOf(`TAP version 14\n1..1\n    ok 1 - passes # time=4.275ms\n    1..1\nok 1 - dist/a.test.js${end}`).told;
  t.same(fileOf(' # time=999.9ms'), ['ok dist/a.test.js (1 test)']);
  t.same(fileOf(' # time=12499.5ms'), ['ok dist/a.test.js (1 test, 12 s)']);
  t.same(fileOf(''), ['ok dist/a.test.js (1 test)']);
  t.end();
});

t.test('a failure counts once however deep it is, and diagnostics that look like TAP do not count', async (t) => {
  const { line, failed, told } = summaryOf(`TAP version 14
1..1
# Subtest: dist/b.test.js
    # Subtest: passes
        ok 1 - should be equal
        1..1
    ok 1 - passes # time=4.275ms
    
    # Subtest: fails
        # Subtest: inside
            not ok 1 - should be equivalent
              ---
              diff: |
                -  "a": 1,
                +    not ok 5 - x
              ok 3
              ...
            
            1..1
        not ok 1 - inside # time=28.454ms
          ---
          at:
            fileName: dist/b.test.js
          ...
        
        1..1
    not ok 2 - fails # time=28.454ms
      ---
      at:
        fileName: dist/b.test.js
      ...
    
    1..2
not ok 1 - dist/b.test.js # time=53.721ms
${FILE_FAILED}
`);
  t.equal(line, '1 passed, 1 failed');
  t.same(failed, [{ name: 'dist/b.test.js > fails', reason: '' }]);
  t.same(told, [
    'not ok dist/b.test.js > fails > inside > should be equivalent',
    '  diff: |',
    '    -  "a": 1,',
    '    +    not ok 5 - x',
    '  ok 3',
    '',
    'FAILED dist/b.test.js (2 tests)',
  ]);
});

t.test('a file that ends otherwise than by its tests is a failure, and says how', async (t) => {
  const passed = `# Subtest: dist/c.test.js
    # Subtest: passes
        ok 1 - should be equal
        1..1
    ok 1 - passes # time=3.764ms
    `;
  const yaml = (/** @type {string} */ end) => `  ---\n  args:\n    - --import\n  ${end}\n  ...\n`;
  /** @type {[string, string, string, string][]} */
  const endings = [
    ['crashed', `${passed}\n    # test count(1) != plan(null)`, 'exitCode: null\n  signal: SIGSEGV', 'signal SIGSEGV'],
    ['ended by exit(0)', `${passed}\n    # test count(1) != plan(null)`, 'exitCode: 0\n  signal: null', 'exitCode 0'],
    ['ended with code 3 after its tests', `${passed}\n    1..1`, 'exitCode: 3\n  signal: null', 'exitCode 3'],
    [
      'ended in the middle of a test',
      `${passed}
    # Subtest: exits
        not ok 1 - test unfinished
          ---
          test: exits
          ...
        
        1..1
    1..1`,
      'exitCode: 1\n  signal: null',
      'exitCode 1',
    ],
  ];
  for (const [title, body, end, how] of endings) {
    const { line, failed } = summaryOf(
      `TAP version 14\n1..1\n${body}\nnot ok 1 - dist/c.test.js # time=5ms\n${yaml(end)}`,
    );
    t.equal(line, '1 passed, 1 failed', title);
    t.same(failed, [{ name: 'dist/c.test.js', reason: `crashed, timed out or ended early; ${how}` }], title);
  }
});

t.test('a file that times out is a failure once, and a file that tap then says nothing about is another', async (t) => {
  const hangs = `# Subtest: dist/h.test.js
    # Subtest: hangs
        not ok 1 - timeout!
          ---
          expired: TAP
          ...
        
        1..1
    not ok 1 - hangs # time=2005.966ms
    
    1..1
`;
  const expired = `not ok 2 - timeout!
  ---
  expired: dist/h.test.js
  ...
`;
  const alone = summaryOf(`TAP version 14\n1..1\n${hangs}${expired}`);
  t.same(alone.failed, [{ name: 'dist/h.test.js > hangs', reason: '' }]);
  const atLoad = summaryOf(`TAP version 14\n1..1\n# Subtest: dist/h.test.js\n${expired}`);
  t.same(atLoad.failed, [{ name: 'dist/h.test.js', reason: 'timed out' }]);
  const withOthers = summaryOf(`TAP version 14\n1..2\n${hangs}not ok 1 - dist/h.test.js # time=1ms\n${expired}`);
  t.same(withOthers.failed, [
    { name: 'dist/h.test.js > hangs', reason: '' },
    { name: 'tap', reason: 'has not reported on all test files (exit code 1)' },
  ]);
});

t.test('a file that throws while it is loaded is a failure', async (t) => {
  const { line } = summaryOf(`TAP version 14
1..1
Error: at import
    at file:///dist/d.test.js:1:7
# Subtest: dist/d.test.js
    1..0 # no tests found
not ok 1 - dist/d.test.js # time=1309.097ms
${FILE_FAILED}`);
  t.equal(line, '0 passed, 1 failed');
});

t.test('a file without tests is a failure, unless it says why', async (t) => {
  const { line, failed, skipped } = summaryOf(`TAP version 14
1..2
# Subtest: dist/f.test.js
    nothing here
    1..0 # no tests found
ok 1 - dist/f.test.js # SKIP no tests found

# Subtest: dist/k.test.js
    1..0 # no docker here
    # time=10.984ms
ok 2 - dist/k.test.js # SKIP no docker here`);
  t.equal(line, '0 passed, 1 failed, 1 skipped');
  t.same(failed, [{ name: 'dist/f.test.js', reason: 'no tests found' }]);
  t.same(skipped, [{ name: 'dist/k.test.js', reason: 'no docker here' }]);
});

t.test('a run that gives up, is cut off or runs nothing is a failure', async (t) => {
  const passed = `# Subtest: dist/a.test.js
    ok 1 - passes
    1..1
ok 1 - dist/a.test.js # time=1ms
`;
  const skipped = passed.replace('passes', 'passes # SKIP filter: /x/');
  t.equal(summaryOf(`TAP version 14\n1..1\n${passed}`).line, '1 passed, 0 failed');
  t.equal(summaryOf('', { code: 1 }).line, '0 passed, 1 failed');
  t.equal(summaryOf(`TAP version 14\n1..2\n${passed}`, { code: null, signal: 'SIGKILL' }).line, '1 passed, 1 failed');
  t.equal(summaryOf(`TAP version 14\n1..2\n${passed}`).line, '1 passed, 1 failed', 'though tap says that all is well');
  t.equal(summaryOf(`TAP version 14\n1..1\n${passed}`, { code: 1 }).line, '1 passed, 1 failed', 'for no known reason');
  t.equal(summaryOf(`TAP version 14\n1..1\n${skipped}`).line, '0 passed, 1 failed, 1 skipped');
  const bailed = summaryOf(`TAP version 14\n1..2\n${passed}# Subtest: dist/o.test.js
    # Subtest: bails
        Bail out! enough
Bail out! enough
# No coverage generated`);
  t.match(bailed.failed[0], { name: 'dist/o.test.js', reason: 'bailed out: enough' });
});

t.test('npm test closes with the counts, and with an exit code that agrees', async (t) => {
  const checkout = new Checkout(t);
  const passed =
    'TAP version 14\n1..1\n# Subtest: dist/a.test.js\n    ok 1 - passes\n    ok 2 - waits # SKIP no docker';
  checkout.write('FAKE-tap-output', `${passed}\n    1..2\nok 1 - dist/a.test.js # time=1ms\n`);
  const good = await checkout.run(['setup/test.mjs', 'features/order.test.ts', '--grep=x', '--grep=y']);
  t.equal(good.code, 0, good.stderr);
  t.match(good.stdout, 'Skipped:\n  dist/a.test.js > waits: no docker\n');
  t.equal(good.stdout.trimEnd().split('\n').at(-1), '1 passed, 0 failed, 1 skipped');
  const calls = checkout.calls();
  t.equal(calls.at(-1), 'run-files.mjs dist/features/order.test.js (grep x, y)');
  t.match(
    calls.slice(-13, -1),
    [
      /^python3 -I -m venv \.venv-peers\/mlflow$/,
      /^python .* --require-hashes .* -r testing\/mlflow\/requirements\.txt$/,
      /^python3 -I -m venv \.venv-peers\/triton$/,
      /^python .* --require-hashes .* -r testing\/triton\/requirements\.txt$/,
      /^python3 -I -m venv \.venv-peers\/httpx$/,
      /^python .* --require-hashes .* -r testing\/httpx\/requirements\.txt$/,
      /^python3 -I -m venv \.venv-peers\/cfn-lint$/,
      /^python .* --require-hashes .* -r testing\/cfn-lint\/requirements\.txt$/,
      /^python3 -I -m venv \.venv-peers\/dvc$/,
      /^python .* --require-hashes .* -r testing\/dvc\/requirements\.txt$/,
      /^python3 -I -m venv \.venv-peers\/linters$/,
      /^python .* --require-hashes .* -r testing\/linters\/requirements\.txt$/,
    ],
    'what only tests need was set up',
  );

  checkout.write(
    'FAKE-tap-output',
    `${passed}\n    not ok 3 - fails\n    1..3\nnot ok 1 - dist/a.test.js # time=1ms\n`,
  );
  const bad = await checkout.run(['setup/test.mjs']);
  t.equal(bad.code, 1);
  t.match(bad.stdout, 'Failed:\n  dist/a.test.js > fails\n');
  t.equal(bad.stdout.trimEnd().split('\n').at(-1), '1 passed, 1 failed, 1 skipped');

  checkout.write('FAKE-tap-output', `${passed}\n    1..2\nok 1 - dist/a.test.js # time=1ms\n`);
  checkout.write('dist/testing/prepare.js', 'console.error("no model"); process.exitCode = 1;');
  const unprepared = await checkout.run(['setup/test.mjs']);
  t.match(unprepared, { code: 1, stderr: 'no model' });
  t.equal(unprepared.stdout.trimEnd().split('\n').at(-1), '1 passed, 1 failed, 1 skipped');
});

t.test('npm test says what it takes where it is given something else', async (t) => {
  const checkout = new Checkout(t);
  const wrong = await checkout.run(['setup/test.mjs', '--gerp=x']);
  t.match(wrong, { code: 1, stderr: /--gerp.*npm test takes test files, --grep=PATTERN, --only and --coverage/ });
  const misspelt = await checkout.run(['setup/test.mjs', 'features/ordre.test.ts']);
  t.match(misspelt, { code: 1, stderr: /ordre\.test\.js is no test file: name one as/ });
  t.notMatch(checkout.calls().join('\n'), /run-files/);
});
