// @ts-check
import { readFileSync, symlinkSync } from 'node:fs';
import t from 'tap';
import { Checkout, isRunning, until } from './testing/checkout.mjs';

const NPM_PING = /^npm-cli\.js ping /;
const NPM_CI = /^npm-cli\.js ci --include=dev /;
const TSC = /^tsc /;
const VENV = /^python3 -I -m venv \.venv$/;
const PIP =
  /^python -I -m pip install .* --no-deps --require-hashes --only-binary :all: -r training\/requirements\.txt$/;

t.test('a fresh checkout is set up, and then there is nothing to do or say', async (t) => {
  const checkout = new Checkout(t);
  const first = await checkout.setUp();
  t.equal(first.code, 0, first.stderr);
  t.match(checkout.calls(), [NPM_PING, NPM_CI, TSC, VENV, PIP]);
  t.same(await checkout.setUp(), { code: 0, signal: null, stdout: '', stderr: '' });
  t.same(checkout.calls(), []);
});

t.test('what changed or was deleted is made again, and only that', async (t) => {
  const checkout = new Checkout(t);
  await checkout.setUp();
  checkout.calls();
  /** @type {[() => void, RegExp[]][]} */
  const changes = [
    [() => checkout.write('features/order.ts', '// changed'), [TSC]],
    [() => checkout.write('training/requirements.txt', '# changed'), [VENV, PIP]],
    [() => checkout.write('package-lock.json', '{ "changed": true }'), [NPM_PING, NPM_CI, TSC]],
    [() => checkout.remove('dist'), [TSC]],
    [() => checkout.remove('.venv'), [VENV, PIP]],
    [() => checkout.remove('node_modules'), [NPM_PING, NPM_CI]],
  ];
  for (const [change, expected] of changes) {
    change();
    t.equal((await checkout.setUp()).code, 0);
    const calls = checkout.calls();
    t.match(calls, expected, `${change}`);
    t.equal(calls.length, expected.length);
  }
});

t.test('what was built from a source that is gone goes too', async (t) => {
  const checkout = new Checkout(t);
  await checkout.setUp('packages', 'build');
  t.ok(checkout.has('dist/features/order.test.js'));
  checkout.remove('features/order.test.ts');
  await checkout.setUp('packages', 'build');
  t.notOk(checkout.has('dist/features/order.test.js'));
  t.ok(checkout.has('dist/features/order.js'));
});

t.test('what a browser is sent lies beside the program, as it is', async (t) => {
  const checkout = new Checkout(t);
  const folder = 'server/status-page/browser';
  checkout.write(`${folder}/style.css`, 'body {}');
  checkout.write(`${folder}/main.mjs`, 'export {};');
  checkout.write(`${folder}/tsconfig.json`, '{}');
  await checkout.setUp('packages', 'build');
  t.equal(readFileSync(checkout.path(`dist/${folder}/style.css`), 'utf8'), 'body {}');
  t.ok(checkout.has(`dist/${folder}/main.mjs`));
  t.notOk(checkout.has(`dist/${folder}/tsconfig.json`));
  checkout.write(`${folder}/style.css`, 'body { margin: 0 }');
  await checkout.setUp('packages', 'build');
  t.equal(readFileSync(checkout.path(`dist/${folder}/style.css`), 'utf8'), 'body { margin: 0 }');
});

t.test('what becomes WebAssembly is compiled by its own compiler, and made again where it is gone', async (t) => {
  const checkout = new Checkout(t);
  const source = 'server/order-reader/assembly/scan.ts';
  const made = 'dist/server/order-reader/assembly/scan.wasm';
  checkout.write(source, '');
  await checkout.setUp('packages', 'build');
  t.match(checkout.calls().at(-1), `asc -O3 --runtime stub --noAssert ${source} -o ${made}`);
  checkout.remove(made);
  await checkout.setUp('packages', 'build');
  t.ok(checkout.has(made));
  checkout.write(source, '// changed');
  checkout.write('FAKE-asc', "fails ERROR TS1005: ';' expected.");
  const { code, stderr } = await checkout.setUp('packages', 'build');
  t.equal(code, 1);
  t.match(stderr.trimEnd().split('\n').at(-1), /the sources do not compile/);
});

t.test('a step that was killed half-way is done again, and what it left running is ended', async (t) => {
  const checkout = new Checkout(t);
  checkout.write('FAKE-npm-cli.js', 'hangs');
  const { child } = checkout.start(['setup/setup.mjs', 'packages']);
  await until(() => checkout.has('hanging.pid'));
  const orphan = Number(readFileSync(checkout.path('hanging.pid')));
  child.kill('SIGKILL');
  await until(() => !isRunning(child.pid ?? 0));
  t.ok(isRunning(orphan));

  checkout.remove('FAKE-npm-cli.js');
  checkout.calls();
  const again = await checkout.setUp('packages');
  t.equal(again.code, 0, again.stderr);
  t.notOk(isRunning(orphan));
  t.match(checkout.calls(), [NPM_PING, NPM_CI]);
});

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  t.test(`${signal} ends set-up and what it started, and frees the lock`, async (t) => {
    const checkout = new Checkout(t);
    checkout.write('FAKE-npm-cli.js', 'hangs');
    const { child, end } = checkout.start(['setup/setup.mjs', 'packages']);
    await until(() => checkout.has('hanging.pid'));
    child.kill(signal);
    t.equal((await end).code, signal === 'SIGINT' ? 130 : 143);
    t.notOk(isRunning(Number(readFileSync(checkout.path('hanging.pid')))));
    t.notOk(checkout.has('.setup/lock'));
  });
}

t.test('of two at once the second waits, says so, and does not do the work again', async (t) => {
  const checkout = new Checkout(t);
  checkout.write('FAKE-npm-cli.js', 'hangs');
  const first = checkout.start(['setup/setup.mjs', 'packages']);
  await until(() => checkout.has('hanging.pid'));
  const second = checkout.start(['setup/setup.mjs', 'packages']);
  await until(() => second.said.stderr.includes('Waiting for the set-up that is at work in this folder already'));
  checkout.write('FAKE-go-on', '');
  t.equal((await first.end).code, 0);
  t.equal((await second.end).code, 0);
  t.match(checkout.calls(), [NPM_PING, NPM_CI]);
});

t.test('the lock of a process that is dead, or whose id another now has, is taken over', async (t) => {
  const checkout = new Checkout(t);
  const dead = checkout.start(['-e', '']);
  await dead.end;
  checkout.write('.setup/made', '');
  symlinkSync(`${dead.child.pid}-1`, checkout.path('.setup/lock'));
  t.equal((await checkout.setUp('packages')).code, 0);

  if (process.platform !== 'linux') return; // Elsewhere it cannot be told when a process was started.
  checkout.remove('node_modules');
  symlinkSync(`${process.pid}-1`, checkout.path('.setup/lock'));
  t.equal((await checkout.setUp('packages')).code, 0);
});

t.test('a failure is told in one last sentence without a stack trace, and the step is done again', async (t) => {
  const checkout = new Checkout(t);
  /** @type {[string, string, RegExp][]} */
  const failures = [
    ['npm-cli.js', 'fails npm error code ENOTFOUND', /packages cannot be fetched: check the network/],
    ['npm-cli.js', 'says npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left', /the disk is full/],
    ['uWebSockets.js', 'throw new Error("GLIBC_9 not found")', /uWebSockets\.js\) does not load with Node/],
    ['tsc', "fails features/order.ts(1,1): error TS1005: ';' expected.", /the sources do not compile/],
    ['python', 'ERROR: No matching distribution found for six', /no ready-made build/],
  ];
  for (const [tool, behaviour, sentence] of failures) {
    checkout.write(`FAKE-${tool}`, `${behaviour}\n`);
    const { code, stderr } = await checkout.setUp();
    t.equal(code, 1, behaviour);
    t.match(stderr.trimEnd().split('\n').at(-1), sentence);
    t.notMatch(stderr, /^\s+at /m);
    checkout.remove(`FAKE-${tool}`);
    // A binary that does not load is repaired by another Node or system; here by what a new installation brings.
    if (tool === 'uWebSockets.js') checkout.remove('node_modules');
  }
  t.equal((await checkout.setUp()).code, 0);
});

t.test('the judge of the API has an environment of its own, made by its command only', async (t) => {
  const checkout = new Checkout(t);
  await checkout.setUp();
  t.notOk(checkout.has('.venv-peers'));
  checkout.calls();
  checkout.write('testing/schemathesis/requirements.txt', '');
  for (const [complaints, code, sentence] of /** @type {const} */ ([
    ["'it lies', 'it is late'", 1, 'The API is not what its document says: it lies; it is late.\n'],
    ['', 0, ''],
  ])) {
    checkout.write('dist/testing/schemathesis/judge.js', `export const judgeApi = async () => [${complaints}];`);
    const end = await checkout.run(['setup/test-api.mjs']);
    t.equal(end.code, code, end.stderr);
    t.ok(end.stderr.endsWith(sentence), end.stderr);
  }
  const calls = checkout.calls();
  t.match(calls, [
    /^python3 -I -m venv \.venv-peers\/schemathesis$/,
    /^python -I -m pip install .* --require-hashes .* -r testing\/schemathesis\/requirements\.txt$/,
  ]);
  t.equal(calls.length, 2, 'once');
});

t.test('a build alone needs no Python', async (t) => {
  const checkout = new Checkout(t);
  checkout.remove('bin/python3');
  const { code, stderr } = await checkout.setUp('packages', 'build');
  t.equal(code, 0, stderr);
  t.match(checkout.calls(), [NPM_PING, NPM_CI, TSC]);
});

t.test('a program gets its arguments and gives its exit code, after the set-up', async (t) => {
  const checkout = new Checkout(t);
  checkout.write('FAKE-js', 'console.log(JSON.stringify(process.argv.slice(1))); process.exitCode = 7;');
  const { code, stdout } = await checkout.run(['setup/run.mjs', 'dist/features/order.js', '--data', 'a b']);
  t.equal(code, 7);
  t.match(JSON.parse(stdout), [/dist\/features\/order\.js$/, '--data', 'a b']);
  const unknown = await checkout.run(['setup/run.mjs', 'dist/nothing.js']);
  t.match(unknown, { code: 1, stderr: "There is no program 'dist/nothing.js' to run." });
});
