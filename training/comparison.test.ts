/** The comparison by itself; `promote-force.test.ts` has what promotion makes of it. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { MODEL_NAME } from '../config/model-name.js';
import { readParams } from '../config/params.js';
import { openRegistry } from '../registry/open-registry.js';
import { type Comparison, compareWithProduction, comparisonGate } from './comparison.js';
import { copyOfTrained, PARAMS_FILE } from './fixtures/project.js';
import { overwrite, registerChanged, rewriteTestOrders, trainWorse } from './fixtures/versions.js';
import { readJudgedVersion } from './judged-version.js';

const POLICY = readParams(PARAMS_FILE).promotion_policy.production.comparison;
const REMEDY = /; or promote it all the same: npm run promote -- production --force "reason"\.$/;

const folder = t.testdir();
const folders = await copyOfTrained(folder);
const registry = await openRegistry({ folder: folders.registryDir });

/** Version 1 over again, as if trained on real orders, with its files changed by `change`. */
async function variant(change: (files: string) => Promise<void> = async () => {}): Promise<number> {
  return registerChanged(folders, join(folder, 'version'), async (files) => {
    await rewriteTestOrders(files, { data: 'orders' });
    await change(files);
  });
}

async function compare(candidate: number, production: number): Promise<Comparison> {
  await registry.setAlias(MODEL_NAME, 'production', production);
  const version = await registry.getModelVersion(MODEL_NAME, candidate);
  return compareWithProduction(registry, await readJudgedVersion(registry, version), POLICY, 1);
}

/** Refused as it should be: with what was found and what to do, by a gate without a value. */
function refusedFor(t: Test, comparison: Comparison, outcome: Comparison['outcome'], told: RegExp): void {
  t.equal(comparison.outcome, outcome);
  t.match(comparison.told, told);
  t.match(comparison.told, REMEDY);
  t.match(comparisonGate(comparison), [{ name: 'mae_against_production', value: null, passed: false }]);
}

async function metricsOf(version: number) {
  const metrics: { all: { rows: number; mae: number } } = JSON.parse(
    readFileSync(join(await registry.download(MODEL_NAME, version), 'metrics.json'), 'utf8'),
  );
  return metrics.all;
}

const good = await variant();
const { version: worse } = await trainWorse(folders, folder);

t.test(
  'of two versions with other features, each errs as it did in evaluation, and the worse one is refused',
  async (t) => {
    const there = await compare(worse, good);
    const back = await compare(good, worse);
    const [ofWorse, ofGood] = [await metricsOf(worse), await metricsOf(good)];
    for (const [{ figures }, candidate, production] of [
      [there, ofWorse, ofGood],
      [back, ofGood, ofWorse],
    ] as const) {
      t.equal(figures?.orders, candidate.rows, 'on all test orders, complete or not');
      t.ok(Math.abs((figures?.candidate_mae ?? 0) - candidate.mae) < 1e-6);
      t.ok(Math.abs((figures?.production_mae ?? 0) - production.mae) < 1e-6);
      t.ok(Math.abs((figures?.difference ?? 0) - (candidate.mae - production.mae)) < 1e-6);
      t.match(figures, { ...POLICY, seed: 42 });
    }
    t.equal(there.outcome, 'worse');
    t.ok((there.figures?.low ?? 0) > 0);
    t.match(
      there.told,
      /^On 573 test orders MAE \d\.\d{3} min, of version 3 in production \d\.\d{3}: difference \d\.\d{3}, 95 % interval \d\.\d{3} to \d\.\d{3}: significantly worse\. Train a better one;/,
    );
    t.match(there.told, REMEDY);
    t.strictSame(comparisonGate(there), [
      { name: 'mae_against_production', limit: 0, relation: 'at most', value: there.figures?.low, passed: false },
    ]);
    t.match(comparisonGate(there, 'a reason'), [{ passed: false, forced: true }]);

    t.equal(back.outcome, 'not_worse');
    t.ok((back.figures?.high ?? 0) < 0);
    const [gate, ...more] = comparisonGate(back, 'a reason that is not needed');
    t.strictSame(
      { ...gate, more },
      {
        name: 'mae_against_production',
        limit: 0,
        relation: 'at most',
        value: back.figures?.low,
        passed: true,
        more: [],
      },
    );
    t.strictSame(await compare(worse, good), there, 'the same again gives the same');
  },
);

t.test('the same model is not worse than itself', async (t) => {
  const { outcome, figures } = await compare(good, await variant());
  t.match({ outcome, figures }, { outcome: 'not_worse', figures: { difference: 0, low: 0, high: 0 } });
});

t.test(
  'a version split with another seed is refused as a leak, and so is one that was tested on fewer rows',
  async (t) => {
    const other = await variant((files) => rewriteTestOrders(files, { seed: '7' }));
    const told =
      /^Version \d+, in production, was split with seed 7 and test size 0\.2, version \d+ with seed 42 and test size 0\.2: that is a leak, .*\. Train with data_splitting\.random_state 7 and test_size 0\.2;/;
    refusedFor(t, await compare(good, other), 'leak', told);
    refusedFor(t, await compare(other, good), 'leak', /with seed 42 and test size 0\.2, version \d+ with seed 7 /);
    const smaller = await variant((files) => rewriteTestOrders(files, { test_size: '0.1' }));
    refusedFor(
      t,
      await compare(good, smaller),
      'leak',
      /was split with seed 42 and test size 0\.1, .* 0\.2: that is a leak/,
    );
    t.equal((await compare(smaller, good)).outcome, 'not_worse', 'its test orders are among those of production');
    const silent = await variant((files) => rewriteTestOrders(files, { seed: undefined }));
    refusedFor(t, await compare(good, silent), 'leak', /in production, was split with a seed that it does not tell/);
    refusedFor(t, await compare(silent, good), 'leak', /version \d+ with a seed that it does not tell/);
  },
);

t.test('versions trained on sample orders are exempt, on either side, whatever their split', async (t) => {
  const inTable = await variant((files) => rewriteTestOrders(files, { data: 'sample', seed: '7' }));
  const inTag = await variant((files) => rewriteTestOrders(files, { seed: '7' }));
  await registry.setModelVersionTag(MODEL_NAME, inTag, 'data', 'sample');
  for (const sample of [inTable, inTag]) {
    for (const [candidate, production] of [
      [sample, worse],
      [worse, sample],
    ] as const) {
      const comparison = await compare(candidate, production);
      const told = `Not compared with production: version ${sample} was trained on sample orders.`;
      t.strictSame(comparison, { outcome: 'exempt', production, told });
      t.strictSame(comparisonGate(comparison), []);
    }
  }
});

t.test('with nothing in production, or with itself, a version is not compared', async (t) => {
  const told = `Not compared with production: version ${worse} is what is in production.`;
  t.strictSame(await compare(worse, worse), { outcome: 'exempt', production: worse, told });
  await registry.deleteAlias(MODEL_NAME, 'production');
  const version = await readJudgedVersion(registry, await registry.getModelVersion(MODEL_NAME, worse));
  t.strictSame(await compareWithProduction(registry, version, POLICY, 1), {
    outcome: 'exempt',
    production: null,
    told: 'Not compared with production: there is none yet.',
  });
});

t.test(
  'a production version that cannot be read or run refuses the candidate, which says why and the way out',
  async (t) => {
    const damaged = await variant();
    const file = join(await registry.download(MODEL_NAME, damaged), 'model.onnx');
    const bytes = readFileSync(file);
    bytes[1_000] = (bytes[1_000] ?? 0) ^ 1;
    overwrite(file, bytes);
    refusedFor(
      t,
      await compare(good, damaged),
      'unreadable',
      /^Version \d+, in production, cannot be compared with: .*model\.onnx is not what SHA256SUMS says/,
    );
    rmSync(file);
    refusedFor(t, await compare(good, damaged), 'unreadable', /not a whole version, for want of model\.onnx/);

    const other = await variant(async (files) => {
      const golden = JSON.parse(readFileSync(join(files, 'golden.json'), 'utf8'));
      golden[0].minutes += 1;
      overwrite(join(files, 'golden.json'), JSON.stringify(golden));
    });
    refusedFor(t, await compare(good, other), 'unreadable', /do not take up the model: golden row 0 /);
    const revised = await variant(async (files) => overwrite(join(files, 'features.json'), '{'));
    refusedFor(t, await compare(good, revised), 'unreadable', /features\.json is not JSON/);
    await t.rejects(
      compare(other, good),
      { name: 'PoolError', code: 'model_refused' },
      'of the candidate it is a fault',
    );
  },
);

t.test(
  'a candidate with too few test orders cannot be compared, nor one that has no number for an order',
  async (t) => {
    const few = await variant((files) => rewriteTestOrders(files, {}, 29));
    refusedFor(
      t,
      await compare(few, good),
      'too_few_orders',
      /^Version \d+ has 29 test orders; a comparison takes 30\. Train with more/,
    );
    const enough = await variant((files) => rewriteTestOrders(files, {}, 30));
    t.equal((await compare(enough, good)).outcome, 'not_worse');
    const odd = await variant((files) => rewriteTestOrders(files, {}, 100, () => Number.NaN));
    refusedFor(t, await compare(odd, good), 'no_number', /gives no number for one of the test orders/);
  },
);
