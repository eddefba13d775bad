import { existsSync } from 'node:fs';
import t from 'tap';
import { foldersIn, runCommand } from './fixtures/project.js';
import { STAGES } from './pipeline.js';

t.test('a command that is not understood does nothing, shows how it is used, and ends with exit code 2', async (t) => {
  const folders = foldersIn(t.testdir());
  const misuses: readonly (readonly [program: string, args: readonly string[], complaint: RegExp])[] = [
    ['run-stage', ['cleen'], /^There is no stage 'cleen'\. The stages are, in this order: clean, featurize, split, /],
    ['train', ['orders.csv'], /^'orders\.csv' is not understood\.\nUsage: npm run train -- --data FILE\.csv /],
    ['promote', ['prod'], /^Usage: npm run promote -- staging\|production /],
    ['promote', ['staging', '--faster'], /^Unknown option '--faster'.*\nUsage: /s],
    ['promote', ['production', '--force'], /^Option '--force <value>' argument missing\n/],
    ['rollback', ['production'], /^Unexpected argument 'production'.*\nUsage: npm run rollback\n$/s],
  ];
  const attempt = async ([program, args, complaint]: (typeof misuses)[number]): Promise<void> => {
    const { code, stdout, stderr } = await runCommand(`training/${program}.js`, args, folders);
    t.same({ code, stdout }, { code: 2, stdout: '' }, [program, ...args].join(' '));
    t.match(stderr, complaint);
    t.notMatch(stderr, /^ +at /m, 'no stack trace');
  };
  await Promise.all(misuses.map(attempt));
  for (const folder of Object.values(folders)) t.notOk(existsSync(folder));
});

t.test('what is wrong with the configuration is told in one line, with exit code 1', async (t) => {
  const { code, stdout, stderr } = await runCommand('training/train.js', ['--preset', 'huge'], foldersIn(t.testdir()));
  t.same({ code, stdout }, { code: 1, stdout: '' });
  t.match(stderr, /params\.yaml has no preset 'huge'; it has: accurate\.\n$/);
  t.equal(stderr.indexOf('\n'), stderr.length - 1);
});

t.test('the stages are those of the documentation, in their order', async (t) => {
  t.strictSame(
    STAGES.map(({ name }) => name),
    ['clean', 'featurize', 'split', 'preprocess', 'fit', 'evaluate', 'diagnose', 'register', 'report'],
  );
});
