/** What becomes of a stage when its Python fails, dies, says nothing, or is left alone. */
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { fit } from './fit.js';
import { contextIn, copyOfTrained, PARAMS_FILE, runCommand, startCommand } from './fixtures/project.js';
import { runPython } from './python.js';

/** A program in the place of Python, which does what `script` says. */
async function faultOf(script: string): Promise<unknown> {
  return runPython('bash', ['-c', script], () => {}).then(
    () => 'no fault',
    (error) => error.message,
  );
}

t.test('what Python prints is passed on line by line, and an end without a fault is none', async (t) => {
  const said: string[] = [];
  await runPython('bash', ['-c', 'echo one; echo a warning >&2; printf two'], (line) => said.push(line));
  t.strictSame(said, ['one', 'two']);
});

t.test('a Python that fails is told in one sentence, with no more than its last line', async (t) => {
  const traceback = 'Traceback (most recent call last):\n  File "fit.py", line 9\nValueError: no good\n\n';
  t.equal(await faultOf(`printf '${traceback}' >&2; exit 1`), 'Fitting ended with exit code 1: ValueError: no good');
  t.equal(await faultOf('exit 3'), 'Fitting ended with exit code 3 and said nothing of why.');
  const killed = 'Fitting was ended by SIGKILL, perhaps for want of memory,';
  t.equal(await faultOf('kill -KILL $$'), `${killed} and said nothing of why.`);
  t.equal(await faultOf('echo at work >&2; kill -KILL $$'), `${killed}: at work`);
  t.equal(await faultOf('kill -SEGV $$'), 'Fitting was ended by SIGSEGV and said nothing of why.');
  t.equal(await faultOf("printf 'x%.0s' {1..9999} >&2; exit 1"), `Fitting ended with exit code 1: ${'x'.repeat(500)}…`);
});

t.test('a Python that is not there or cannot be started is told, with how to make it', async (t) => {
  const folder = t.testdir({ python: 'no program' });
  const run = (name: string) => runPython(join(folder, name), [], () => {});
  await t.rejects(run('none'), {
    code: 'fit_failed',
    message: /^There is no Python environment at .*none\. Make it with: npm run setup$/,
  });
  await t.rejects(run('python'), {
    code: 'fit_failed',
    message: /python cannot be started \(.*EACCES.*\)\. Make the Python/,
  });
});

t.test('fit.py that cannot write its results is told in one sentence, and leaves no model', async (t) => {
  const folders = await copyOfTrained(t.testdir());
  // Enough for the parameters, not for what is fitted.
  const { code, stderr } = await runCommand('training/run-stage.js', ['fit'], folders, {}, { fileKiB: 8 });
  t.equal(code, 1);
  t.match(stderr, /^Fitting ended with exit code 2: fit\.py: cannot write to .*model: [^\n]*File too large[^\n]*\n$/);
  t.strictSame(readdirSync(contextIn(folders).files.modelFolder), ['fit-params.json']);
});

t.test('fit.py ends when the process that started it is killed', { skip: withoutProc() }, async (t) => {
  const folder = t.testdir();
  const folders = await copyOfTrained(folder);
  const { files } = contextIn(folders);
  // It would fit for many minutes, and say nothing meanwhile that could fail for want of a reader.
  const params = join(folder, 'params.yaml');
  writeFileSync(params, readFileSync(PARAMS_FILE, 'utf8').replace('iterations: 30', 'iterations: 500000'));
  const child = startCommand('training/run-stage.js', ['fit', '--params', params], folders);
  // What it prints when it has read the tables and is about to fit.
  await once(createInterface(child.stdout), 'line');
  const [python = 0, ...others] = childrenOf(child.pid ?? 0);
  t.strictSame(others, []);
  t.match(readFileSync(`/proc/${python}/cmdline`, 'utf8'), /fit\.py/, 'it is at work');
  t.teardown(() => isRunning(python) && process.kill(python, 'SIGKILL'));
  child.kill('SIGKILL');
  while (isRunning(python)) await pause(10);
  t.strictSame(
    readdirSync(files.modelFolder).filter((name) => !name.startsWith('.fit-')),
    ['fit-params.json'],
  );
  await fit.run(contextIn(folders));
  t.strictSame(
    readdirSync(files.modelFolder).sort(),
    ['fit-params.json', 'fit.json', 'model.onnx', 'predictions.arrow'],
    'and what it left is cleared away by the next',
  );
});

/** Why the processes of this machine cannot be looked at; false where they can. */
function withoutProc(): string | false {
  return existsSync(`/proc/self/task/${process.pid}/children`) ? false : 'there is no /proc that tells of children';
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

function isRunning(pid: number): boolean {
  // A zombie has ended; only its new parent has not asked yet.
  return existsSync(`/proc/${pid}`) && !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}
