/** Short soaks, and that they find what they are for. `npm run soak` makes long ones. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { MODEL_NAME } from '../../config/model-name.js';
import { readSoakArguments } from './arguments.js';
import { choose } from './choices.js';
import { SoakFailure } from './failure.js';
import { soakKills } from './kills.js';
import { OPERATIONS } from './operations.js';
import type { Scene } from './scene.js';

const SEED = 20_220_212;
/** Promotions measure for seconds each, beside whatever else the machine does. */
const TIMEOUT_MS = 300_000;
t.setTimeout(TIMEOUT_MS);
// This is how the runner is told.
t.comment(`timeout=${TIMEOUT_MS}`);

t.test('killed at random moments, what works on a registry leaves it whole', async (t) => {
  // Side by side, since much of the time a lock of a killed holder is waited for.
  const soaks = [['local', 6] as const, ['MLflow', 4] as const].map(async ([registry, runs]) => {
    const said: string[] = [];
    await soakKills({ runs, seed: SEED, registries: [registry], say: (line) => said.push(line) });
    for (const line of said) t.comment(line);
    t.match(said.at(-1), new RegExp(`^${registry}: in all: ${runs} kills, `));
  });
  await Promise.all(soaks);
});

const modelFolder = ({ folder }: Scene) => join(folder, 'registry', MODEL_NAME);

const FAULTS: Readonly<Record<string, [afterKill: (scene: Scene) => Promise<void>, found: RegExp]>> = {
  'a version that is not whole': [
    async (scene) => {
      const file = join(modelFolder(scene), 'versions', '2', 'files', 'golden.json');
      await chmod(file, 0o644);
      await writeFile(file, '[]');
    },
    /golden\.json is not what SHA256SUMS says/,
  ],
  'an alias to a version that is not there': [
    (scene) => rm(join(modelFolder(scene), 'versions', '1'), { recursive: true }),
    /Version 1 was of run [0-9a-f]{32} and is now of none/,
  ],
  'an alias that is gone': [
    (scene) => rm(join(modelFolder(scene), 'aliases', 'production')),
    /The alias 'production' was set, and is gone/,
  ],
  'aliases as no order of writing leaves them': [
    (scene) => writeFile(join(modelFolder(scene), 'aliases', 'previous'), '3\n'),
    /The aliases are \{.*"previous":3\}; allowed is \{/,
  ],
  'a registry that cannot be written to any more': [
    async (scene) => {
      await rm(join(modelFolder(scene), 'staging'), { recursive: true });
      await writeFile(join(modelFolder(scene), 'staging'), '');
    },
    /register\.js ended with exit code 1/,
  ],
};
for (const [fault, [afterKill, found]] of Object.entries(FAULTS)) {
  t.test(`${fault} is found, and told with how to come to it again`, async (t) => {
    const soak = soakKills({ runs: 5, seed: SEED, registries: ['local'], say: () => {}, afterKill });
    const failure: unknown = await soak.catch((error: unknown) => error);
    if (!(failure instanceof SoakFailure)) throw failure;
    const [what, again, where] = failure.message.split('\n');
    t.match(what, /^local registry, registration, run 1, killed after [0-9.]+ ms \(undisturbed it takes [0-9]+ ms\): /);
    t.match(what, found);
    t.equal(again, `Again: npm run soak -- kills --seed ${SEED} --runs 1`);
    const [, folder] = /^What was found is left in (\/.+\/local)$/.exec(where ?? '') ?? [];
    if (folder === undefined) throw failure;
    t.ok(existsSync(join(folder, 'registry')), 'what was found is left');
    await rm(dirname(folder), { recursive: true });
  });
}

t.test('what is killed and when is a matter of the seed', async (t) => {
  const choices = (seed: number, registry: string) =>
    Array.from({ length: 40 }, (_, run) => choose(seed, registry, run));
  t.same(choices(1, 'local'), choices(1, 'local'));
  t.notSame(choices(1, 'local'), choices(2, 'local'));
  t.notSame(choices(1, 'local'), choices(1, 'MLflow'));
  const first = choices(1, 'local');
  t.same([...new Set(first.map(({ operation }) => operation))].sort(), Object.keys(OPERATIONS).sort());
  t.ok(first.every(({ share }) => share >= 0 && share < 1.2));
  t.ok(first.some(({ share }) => share > 1) && first.some(({ share }) => share < 0.5));
});

t.test('the command says what there is to soak and how it is called', async (t) => {
  t.same(readSoakArguments(['kills'], 7), { kind: 'kills', runs: 200, seed: 7 });
  t.same(readSoakArguments(['kills', '--runs', '5', '--seed', '9'], 7), { kind: 'kills', runs: 5, seed: 9 });
  for (const [args, why] of [
    [[], /^Usage: npm run soak -- kills/],
    [['orders'], /There is no soak 'orders'; allowed is kills/],
    [['kills', 'kills'], /There is no soak 'kills kills'/],
    [['kills', '--runs', '0'], /--runs is '0'; allowed is a whole number from 1/],
    [['kills', '--seed', 'x'], /--seed is 'x'/],
    [['--what'], /Usage: npm run soak/],
  ] as const) {
    t.throws(() => readSoakArguments(args, 7), { name: 'UsageError', message: why });
  }
  const program = fileURLToPath(new URL('./main.js', import.meta.url));
  await t.rejects(promisify(execFile)(process.execPath, [program]), {
    code: 2,
    stderr: /^Usage: npm run soak/,
  });
});
