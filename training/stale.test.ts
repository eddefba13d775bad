/** Stages run one by one, out of step: none mixes what different runs have left. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Params } from '../config/params.js';
import { openRegistry } from '../registry/open-registry.js';
import { trainedProject } from '../testing/trained-project.js';
import { PipelineError } from './errors.js';
import { contextIn, copyOfTrained, type Folders, foldersIn } from './fixtures/project.js';
import { rawFile, rowsWithIds } from './fixtures/raw-orders.js';
import { stageNamed } from './pipeline.js';
import type { PipelineContext } from './stage.js';

const OTHER_FEATURES: Partial<Params> = { features: ['distance_km', 'traffic', 'multiple_deliveries', 'weather'] };
const OTHER_SEED: Partial<Params> = { data_splitting: { test_size: 0.2, random_state: 43 } };
const OTHER_TEST_SIZE: Partial<Params> = { data_splitting: { test_size: 0.3, random_state: 42 } };

/** Runs the stages named. */
async function run(context: PipelineContext, ...names: readonly string[]): Promise<void> {
  for (const name of names) await stageNamed(name).run(context);
}

/** Runs the stage and whatever stages the messages name, until it succeeds; gives all that succeeded, in order. */
async function runAsAdvised(context: PipelineContext, name: string): Promise<string[]> {
  const done: string[] = [];
  const wanted = [name];
  for (let runs = 0; wanted.length > 0 && runs < 30; runs++) {
    const stage = wanted.at(-1) ?? '';
    try {
      await run(context, stage);
      done.push(stage);
      wanted.pop();
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      wanted.push(/npm run stage -- ([a-z]+)$/.exec(error.message)?.[1] ?? error.message);
    }
  }
  return done;
}

t.test('with nothing done before, each stage says which one to run first', async (t) => {
  const context = contextIn(foldersIn(t.testdir()));
  const first = { featurize: 'clean', split: 'clean', preprocess: 'featurize', fit: 'preprocess', evaluate: 'clean' };
  for (const [name, before] of Object.entries({ ...first, diagnose: 'clean', register: 'evaluate' })) {
    const message = new RegExp(`cannot be read .* It is made by: npm run stage -- ${before}$`);
    await t.rejects(run(context, name), { code: 'stage_input_missing', message }, name);
  }
});

t.test('before fitting, doing what the messages say makes up for any change', async (t) => {
  const folder = t.testdir();
  const folders = foldersIn(folder);
  const data = join(folder, 'orders.csv');
  writeFileSync(data, rawFile(rowsWithIds(60)));
  await run(contextIn(folders, { data }), 'clean', 'featurize', 'split', 'preprocess');
  const advised = (params: Partial<Params>) => runAsAdvised(contextIn(folders, { data, params }), 'preprocess');
  t.strictSame(await advised({}), ['preprocess']);
  t.strictSame(await advised(OTHER_FEATURES), ['featurize', 'preprocess']);
  t.strictSame(await advised({ ...OTHER_FEATURES, ...OTHER_SEED }), ['split', 'preprocess']);
  t.strictSame(await advised({ ...OTHER_FEATURES, ...OTHER_TEST_SIZE }), ['split', 'preprocess']);
  writeFileSync(data, rawFile(rowsWithIds(61)));
  await run(contextIn(folders, { data }), 'clean');
  t.strictSame(await advised({}), ['featurize', 'split', 'preprocess']);
});

t.test(
  'what a model was fitted on must be what is asked for now, or it is neither judged nor registered',
  async (t) => {
    const folders = await copyOfTrained(t.testdir());
    const trained = contextIn(folders).params.model_training;
    const refused = async (params: Partial<Params>, stages: readonly string[], why: RegExp, advice: string) => {
      for (const stage of stages) {
        const message = new RegExp(`${why.source}.* Run again: npm run stage -- ${advice}$`);
        const attempt = run(contextIn(folders, { params }), stage);
        await t.rejects(attempt, { code: 'stage_input_stale', message }, `${stage} ${why}`);
      }
    };
    const all = ['fit', 'evaluate', 'diagnose', 'register'];
    await refused(OTHER_FEATURES, all, /'preprocess' was made with other features/, 'preprocess');
    await refused(OTHER_SEED, all, /'preprocess' was made with another seed/, 'preprocess');
    await refused(OTHER_TEST_SIZE, all, /'preprocess' was made with another test size/, 'preprocess');
    const Meta_Model = { name: 'ExtraTreesRegressor', max_depth: 3 } as const;
    await refused({ model_training: { ...trained, Meta_Model } }, ['register'], /another model_training/, 'fit');

    await run(contextIn(folders, { params: OTHER_SEED }), 'split', 'preprocess');
    await refused(OTHER_SEED, ['evaluate', 'diagnose', 'register'], /'fit' was made with another seed/, 'fit');
  },
);

t.test(
  'a model fitted on other data is not taken for one of these, though the rows have the same numbers',
  async (t) => {
    const folder = t.testdir();
    const folders = await copyOfTrained(folder);
    const { csv } = await trainedProject();
    const data = join(folder, 'orders.csv');
    writeFileSync(data, readFileSync(csv, 'utf8').replace(/([0-9]+)\n$/, '50\n'));
    const context = contextIn(folders, { data });
    await run(context, 'clean', 'featurize', 'split', 'preprocess');
    const message = /^The output of 'fit' was made from other data .* npm run stage -- fit$/;
    for (const stage of ['evaluate', 'diagnose', 'register']) {
      await t.rejects(run(context, stage), { code: 'stage_input_stale', message }, stage);
    }
  },
);

t.test('doing what the messages say leads from other features to a version that is made of one run', async (t) => {
  const folders: Folders = await copyOfTrained(t.testdir());
  const { csv } = await trainedProject();
  const context = contextIn(folders, { data: csv, params: OTHER_FEATURES });
  const done = await runAsAdvised(context, 'register');
  t.strictSame(done, ['featurize', 'preprocess', 'fit', 'evaluate', 'diagnose', 'register']);
  const registry = await openRegistry({ folder: folders.registryDir });
  const files = await registry.download('FoodDeliveryTimeModel', 3);
  const read = (name: string) => JSON.parse(readFileSync(join(files, name), 'utf8'));
  const { features } = OTHER_FEATURES;
  t.strictSame(read('params.json').features, features);
  t.strictSame(
    read('features.json').features.map(({ name }: { name: string }) => name),
    features,
  );
  const importance: { feature: string }[] = read('diagnostics.json').permutation_importance;
  t.strictSame(importance.map(({ feature }) => feature).sort(), features?.toSorted());
});
