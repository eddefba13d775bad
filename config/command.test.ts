import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { isProgram, parseArguments, wholeNumber } from './command.js';

const USAGE = 'Usage: npm run train -- [--preset NAME]';
const parse = (...args: string[]) => parseArguments({ args, options: { preset: { type: 'string' } } }, USAGE).values;

/** How a program ends whose `main` is `body`; ConfigError is a class that it foresees. */
function run(body: string): { status: number | null; stdout: string; stderr: string } {
  const url = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const source = `
    import { runProgram, UsageError } from ${url('command.js')};
    import { ConfigError } from ${url('errors.js')};
    await runProgram(async () => { ${body} }, [ConfigError]);`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
}

t.test('options are read by name', async (t) => {
  t.equal(parse('--preset', 'accurate').preset, 'accurate');
  t.equal(parse().preset, undefined);
});

t.test('an option that there is not, or that lacks its value, is refused with the usage', async (t) => {
  for (const [args, message] of [
    [['--prset', 'accurate'], /'--prset'/],
    [['--preset'], /'--preset/],
    [['accurate'], /'accurate'/],
  ] as const) {
    t.throws(() => parse(...args), { name: 'UsageError', code: 'usage', message });
    t.throws(() => parse(...args), { message: USAGE });
  }
});

t.test('a whole number outside its limits, or none at all, is refused with what is allowed', async (t) => {
  const limits = { minimum: 1, maximum: 100 };
  t.strictSame(
    ['1', '42', '100'].map((given) => wholeNumber('--rows', given, limits)),
    [1, 42, 100],
  );
  for (const given of ['0', '101', '-1', '1.5', '1e1', '0x10', ' 1', '', 'many']) {
    const message = `--rows is '${given}'; allowed is a whole number from 1 to 100.`;
    t.throws(() => wholeNumber('--rows', given, limits), { name: 'UsageError', message });
  }
});

t.test('the file that was started is the program, through a link too; a file imported is not', async (t) => {
  const file = fileURLToPath(import.meta.url);
  const { argv } = process;
  t.teardown(() => {
    process.argv = argv;
  });
  const claim = (started: readonly string[], expected: boolean, what: string) => {
    process.argv = [process.execPath, ...started];
    t.equal(isProgram(import.meta.url), expected, what);
  };
  claim([file], true, 'itself');
  claim([`${t.testdir({ link: t.fixture('symlink', file) })}/link`], true, 'a link to it');
  claim([fileURLToPath(new URL('command.js', import.meta.url))], false, 'another file');
  claim([], false, 'no file');
  claim([`${file}.gone`], false, 'a file that is not there');
});

t.test('a program ends with the exit code that its main gives', async (t) => {
  t.equal(run('return 3;').status, 3);
  t.equal(run('').status, 0);
});

t.test('a foreseen fault ends it with 1 and one sentence', async (t) => {
  const fault = "throw new ConfigError('PORT is wrong.');";
  t.match(run(fault), { status: 1, stdout: '', stderr: /^PORT is wrong\.\n$/ });
  const missing = "const { readFileSync } = await import('node:fs'); readFileSync('/nowhere/params.yaml');";
  t.match(run(missing), { status: 1, stderr: /^ENOENT: .*'\/nowhere\/params\.yaml'\n$/ });
});

t.test('a command line that cannot be understood ends it with 2', async (t) => {
  t.match(run("throw new UsageError('What?');"), { status: 2, stderr: /^What\?\n$/ });
});

t.test('a fault that nobody foresaw ends it with its stack', async (t) => {
  t.match(run("throw new TypeError('a bug');"), { status: 1, stderr: /TypeError: a bug\n +at / });
});
