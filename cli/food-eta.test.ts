import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { helpOf } from '../config/command-line.js';
import { postOrder } from '../testing/test-server.js';
import { foldersIn } from '../training/fixtures/project.js';
import { COMMON } from './command.js';
import { COMMANDS } from './commands.js';
import { foodEta, PROGRAM, startFoodEta } from './fixtures/food-eta.js';

/** Seen from `dist/cli/`. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ORDER = {
  Restaurant_latitude: 12.9716,
  Restaurant_longitude: 77.5946,
  Delivery_location_latitude: 13.0358,
  Delivery_location_longitude: 77.597,
};

t.test('package.json names the program, which can be executed as it was committed', async (t) => {
  const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { bin: Record<string, string> };
  t.equal(join(ROOT, bin['food-eta'] ?? ''), PROGRAM);
  t.equal(statSync(PROGRAM).mode & 0o111, 0o111);
  t.match(readFileSync(PROGRAM, 'utf8'), /^#!\/usr\/bin\/env node\n/);
});

t.test('without a command it lists them; the help of a command is the same by either way', async (t) => {
  const [alone, asked, option] = await Promise.all([
    foodEta([]),
    foodEta(['help', 'compare']),
    foodEta(['compare', 'A', '--help']),
  ]);
  t.match(alone, { code: 0, stderr: '' });
  for (const { line } of COMMANDS) t.match(alone.stdout, `  ${line.name.padEnd(8)}  ${line.summary}\n`);
  const line = COMMANDS.find((command) => command.line.name === 'compare')?.line;
  const help = line === undefined ? '' : helpOf(line, 'food-eta compare', COMMON);
  t.same(asked, { code: 0, stdout: `${help}\n`, stderr: '' });
  t.same(option, asked);
});

t.test('a command line that is not understood does nothing, says what there is, and ends with 2', async (t) => {
  const folders = foldersIn(t.testdir());
  const misuses: readonly (readonly [args: readonly string[], complaint: RegExp])[] = [
    [['predikt'], /^There is no command 'predikt'\. The commands are train, promote, .*\nfood-eta COMMAND --help/],
    [['promote', 'prod'], /^Usage: food-eta promote staging\|production \[--version N\]/],
    [['train', 'orders.csv'], /^'orders\.csv' is not understood\.\nUsage: food-eta train --data FILE\.csv/],
    [['bench', '--scenario', 'saturate'], /^--scenario is 'saturate', which there is not\.\nUsage: food-eta bench /],
  ];
  const attempt = async ([args, complaint]: (typeof misuses)[number]): Promise<void> => {
    const { code, stdout, stderr } = await foodEta(args, { folders });
    t.same({ code, stdout }, { code: 2, stdout: '' }, args.join(' '));
    t.match(stderr, complaint);
    t.notMatch(stderr, /^ +at /m, 'no stack trace');
  };
  await Promise.all(misuses.map(attempt));
  for (const folder of Object.values(folders)) t.notOk(existsSync(folder));
});

t.test('folders that are not set are those of the checkout, from wherever it is started', async (t) => {
  const cwd = t.testdir();
  const variables = { REGISTRY_DIR: undefined };
  const { code, stdout } = await foodEta(['versions', '--json'], { cwd, variables });
  t.equal(code, 0);
  t.match(JSON.parse(stdout), { registry: join(ROOT, 'data', 'registry') });
});

t.test('serve serves the version that was asked for, and ends when it is told to', async (t) => {
  const args = ['serve', '--port', '0', '--host', '127.0.0.1', '--alias', 'candidate'];
  const child = await startFoodEta(args, { variables: { CACHE_DIR: t.testdir() } });
  t.teardown(() => child.kill('SIGKILL'));
  child.stdout.resume();
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    child.once('close', () => reject(new Error('It ended before it served.')));
    createInterface(child.stderr).on('line', (line) => {
      const served = /^Version 2 of the model is served at (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
      if (served !== undefined) resolve(served);
    });
  });
  const response = await postOrder(url, ORDER);
  t.equal(response.status, 200);
  t.equal(response.headers.get('x-model-version'), '2');
  child.kill('SIGTERM');
  t.equal(await ended, 0);
});
