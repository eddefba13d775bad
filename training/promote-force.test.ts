/** Promotion to production against what is there, through the command: each attempt takes some seconds. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { MODEL_NAME } from '../config/model-name.js';
import { openRegistry } from '../registry/open-registry.js';
import type { MoveRecord } from './audit-trail.js';
import { aliasesIn, copyOfTrained, type Folders, runCommand } from './fixtures/project.js';
import { registerChanged, rewriteTestOrders, trainWorse } from './fixtures/versions.js';

const PROGRAM = 'training/promote.js';
const REASON = 'The kitchens moved; 100 % of the old "addresses" are gone.';

const folder = t.testdir();
const folders = await copyOfTrained(folder);
const good = await registerChanged(folders, join(folder, 'version'), (files) =>
  rewriteTestOrders(files, { data: 'orders' }),
);
const { version: worse, params } = await trainWorse(folders, folder);
/** With the worse version in production. */
const others: Folders = { ...folders, registryDir: join(folder, 'other-registry') };
cpSync(folders.registryDir, others.registryDir, { recursive: true });
await setProduction(folders, good);
await setProduction(others, worse);

async function setProduction({ registryDir }: Folders, version: number): Promise<void> {
  const registry = await openRegistry({ folder: registryDir });
  await registry.setAlias(MODEL_NAME, 'production', version);
}

/** The tags of the version that begin with `prefix`, read as JSON. */
async function recordsOf<T>({ registryDir }: Folders, version: number, prefix: string): Promise<T[]> {
  const { tags } = await (await openRegistry({ folder: registryDir })).getModelVersion(MODEL_NAME, version);
  const keys = Object.keys(tags).filter((key) => key.startsWith(prefix));
  return keys.map((key) => JSON.parse(tags[key] ?? ''));
}

function run(where: Folders, version: number, ...args: readonly string[]) {
  return runCommand(PROGRAM, ['production', '--version', String(version), ...args], where);
}

t.test('the better of two versions takes the place of the worse one, and not the other way round', async (t) => {
  const before = await aliasesIn(folders);
  const [down, up] = await Promise.all([
    run(folders, worse, '--params', params),
    run(others, good, '--force', 'It is better.'),
  ]);

  t.same({ code: down.code, stderr: down.stderr }, { code: 1, stderr: '' });
  t.match(down.stdout, /^ {2}pass {2}min_test_r2 +at least 0\.5 /m);
  t.match(down.stdout, /^ {2}FAIL {2}mae_against_production +at most 0 +\d\.\d{4}$/m);
  t.match(
    down.stdout,
    /\nOn 573 test orders MAE .*significantly worse\. Train a better one; or .* --force "reason"\.\nA gate failed; nothing was moved\.\n$/,
  );
  t.strictSame(await aliasesIn(folders), before);
  const [record] = await recordsOf<{ forced?: string }>(folders, worse, 'gates.production');
  t.match(record, { passed: false, comparison: { outcome: 'worse', production: good, figures: { orders: 573 } } });
  t.equal(record?.forced, undefined);
  t.strictSame(await recordsOf(folders, worse, 'moved.'), []);

  t.same({ code: up.code, stderr: up.stderr }, { code: 0, stderr: '' });
  t.match(up.stdout, /^ {2}pass {2}mae_against_production +at most 0 +-\d\.\d{4}$/m);
  t.match(await aliasesIn(others), { production: good, previous: worse });
  const [move] = await recordsOf<MoveRecord>(others, good, 'moved.production.');
  t.match(move, { from: worse, comparison: { outcome: 'not_worse' } });
  t.equal(move?.forced, undefined, 'a reason that was not needed is not kept');
  t.notMatch(up.stdout, /forced/);
});

t.test(
  'forced with a reason the worse one goes to production, and reason and figures stay with the move',
  async (t) => {
    const { code, stdout, stderr } = await run(folders, worse, '--params', params, '--force', `  ${REASON} `);
    t.same({ code, stderr }, { code: 0, stderr: '' });
    t.match(stdout, /^ {2}forced {2}mae_against_production +at most 0 +\d\.\d{4}$/m);
    t.ok(stdout.endsWith(`\nThe comparison is forced: ${REASON}\nVersion ${worse} is production.\n`), stdout);
    t.match(await aliasesIn(folders), { production: worse, previous: good });
    const [move] = await recordsOf<MoveRecord>(folders, worse, 'moved.production.');
    const minutes = { candidate_mae: Number, production_mae: Number, difference: Number, low: Number, high: Number };
    t.match(move, {
      action: 'promotion',
      from: good,
      forced: REASON,
      comparison: {
        outcome: 'worse',
        production: good,
        figures: { orders: 573, ...minutes, confidence: 0.95, resamples: 2_000, seed: 42 },
      },
    });
    t.equal(move?.gates?.['mae_against_production'], move?.comparison?.figures?.low);
    const [kept] = await recordsOf<MoveRecord>(folders, good, 'moved.previous.');
    t.equal(kept?.forced, REASON, 'the version that it replaced tells it as well');
    t.match(await recordsOf(folders, worse, 'gates.production'), [{ passed: true, forced: REASON }]);
  },
);
