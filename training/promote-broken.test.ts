/** What no comparison decides, and what no reason forces: each attempt at promotion takes some seconds. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { MODEL_NAME } from '../config/model-name.js';
import { readParams } from '../config/params.js';
import type { ModelRegistry } from '../registry/model-registry.js';
import { openRegistry } from '../registry/open-registry.js';
import { aliasesIn, copyOfTrained, PARAMS_FILE, runCommand, workIn } from './fixtures/project.js';
import { paramsIn, registerChanged, rewriteTestOrders } from './fixtures/versions.js';
import { promote } from './promotion.js';

const PROGRAM = 'training/promote.js';
const REASON = 'The disk that held it is gone.';

const folder = t.testdir();
const folders = await copyOfTrained(folder);
const registry = await openRegistry({ folder: folders.registryDir });

/** Version 1 over again, as if trained on real orders, and split with that seed. */
function ofRealOrders(seed?: string): Promise<number> {
  return registerChanged(folders, join(folder, 'version'), (files) =>
    rewriteTestOrders(files, { data: 'orders', ...(seed !== undefined && { seed }) }),
  );
}

const candidate = await ofRealOrders();
const leaking = await ofRealOrders('7');

function run(...args: readonly string[]) {
  return runCommand(PROGRAM, ['production', '--version', String(candidate), ...args], folders);
}

async function recordOf(version: number, prefix: string): Promise<unknown> {
  const { tags } = await registry.getModelVersion(MODEL_NAME, version);
  const key = Object.keys(tags).find((key) => key.startsWith(prefix));
  return key === undefined ? undefined : JSON.parse(tags[key] ?? '');
}

t.test('a reason forces a leak, and never another gate: nothing moves', async (t) => {
  await registry.setAlias(MODEL_NAME, 'production', leaking);
  const before = await aliasesIn(folders);
  const params = paramsIn(folder, ['max_test_mae: 6.0', 'max_test_mae: 0.01']);
  const { code, stdout, stderr } = await run('--params', params, '--force', REASON);
  t.same({ code, stderr }, { code: 1, stderr: '' });
  t.match(stdout, /^ {2}FAIL +max_test_mae +at most 0\.01 /m);
  t.match(stdout, /^ {2}forced +mae_against_production +at most 0 +unknown$/m);
  t.match(stdout, /\nVersion \d+, in production, was split with seed 7 .*: that is a leak, .*\. Train with .*\n/);
  t.match(stdout, /\nA gate failed; nothing was moved\.\n$/);
  t.strictSame(await aliasesIn(folders), before);
  t.match(await recordOf(candidate, 'gates.production'), { passed: false, comparison: { outcome: 'leak' } });
  t.equal(await recordOf(candidate, 'moved.'), undefined);
});

t.test('a production version that is damaged can be got away from, with a reason', async (t) => {
  await registry.setAlias(MODEL_NAME, 'production', leaking);
  rmSync(join(await registry.download(MODEL_NAME, leaking), 'golden.json'));
  const { code, stdout, stderr } = await run('--force', REASON);
  t.same({ code, stderr }, { code: 0, stderr: '' });
  t.match(stdout, /cannot be compared with: .*for want of golden\.json/);
  t.match(await aliasesIn(folders), { production: candidate, previous: leaking });
  t.match(await recordOf(candidate, 'moved.production.'), {
    forced: REASON,
    from: leaking,
    gates: { mae_against_production: null },
    comparison: { outcome: 'unreadable' },
  });
});

t.test('what came into production while the gates were measured is not replaced unseen', async (t) => {
  await registry.setAlias(MODEL_NAME, 'production', 1);
  const meanwhile = new Proxy(registry, {
    get(target, key: keyof ModelRegistry) {
      const value = target[key];
      if (key !== 'moveAliases') return typeof value === 'string' ? value : value.bind(target);
      return async (...args: Parameters<ModelRegistry['moveAliases']>) => {
        await target.setAlias(MODEL_NAME, 'production', 2);
        return target.moveAliases(...args);
      };
    },
  });
  workIn(folders);
  const options = { policy: readParams(PARAMS_FILE).promotion_policy, workers: 1, say: () => {}, version: candidate };
  await t.rejects(promote(meanwhile, MODEL_NAME, 'production', options), {
    code: 'production_moved',
    message: /, version 2 took the place of version 1 in production, .*; nothing was moved\. Promote again\.$/,
  });
  t.match(await aliasesIn(folders), { production: 2 });
});

t.test('a reason that is none, and one for staging, are misuse', async (t) => {
  const before = await aliasesIn(folders);
  const reasons = ['', '   ', 'one\ntwo', 'x'.repeat(501)];
  const [none, staging, ...odd] = await Promise.all([
    run('--force'),
    runCommand(PROGRAM, ['staging', '--force', REASON], folders),
    ...reasons.map((reason) => run('--force', reason)),
  ]);
  for (const { code, stdout } of [none, staging, ...odd]) t.same({ code, stdout }, { code: 2, stdout: '' });
  t.equal(odd.length, reasons.length);
  const allowed = /^--force is ".*"; allowed is a reason, one line of at most 500 characters\.\n$/;
  for (const { stderr } of odd) t.match(stderr, allowed);
  t.match(none.stderr, /--force <value>' argument missing\nUsage: npm run promote/);
  t.match(staging.stderr, /^--force is for production: to staging no version is compared with another\.\nUsage: /);
  t.strictSame(await aliasesIn(folders), before);
});
