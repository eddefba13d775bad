import { join } from 'node:path';
import t from 'tap';
import { MODEL_NAME } from '../config/model-name.js';
import { copyRegistry } from '../testing/copied-registry.js';
import { environmentOf } from '../testing/trained-project.js';
import { registerVariant } from '../testing/variant.js';
import { foldersIn } from '../training/fixtures/project.js';
import * as compare from './commands/compare.js';
import * as promote from './commands/promote.js';
import * as rollback from './commands/rollback.js';
import * as train from './commands/train.js';
import * as versions from './commands/versions.js';
import { contextOf } from './fixtures/context.js';

const folder = t.testdir();
const copy = await copyRegistry(join(folder, 'registry'));
/** Answers as if each word of an order were its opposite. */
const variant = await registerVariant(copy, join(folder, 'variant'));
const variables = { MLFLOW_TRACKING_URI: '', WORKERS: '1' };
Object.assign(process.env, environmentOf({ ...foldersIn(folder), registryDir: copy.folder }), variables);

t.test('the versions are listed newest first, with metrics, aliases and dates', async (t) => {
  const { code, result, text = '' } = await versions.run([], contextOf('versions'));
  t.equal(code, 0);
  t.match(result, {
    registry: copy.folder,
    model: MODEL_NAME,
    not_listed: 0,
    versions: [
      { version: variant, aliases: [], data: null, test_mae: null },
      { version: 2, aliases: ['candidate'], data: 'sample', test_r2: Number, meta_model: 'DecisionTreeRegressor' },
      { version: 1, aliases: ['production', 'staging'], created_at: /^\d{4}-\d\d-\d\dT/, test_mae: Number },
    ],
  });
  const [header, ...rows] = text.split('\n');
  t.match(header, /^version {2}created \(UTC\) +aliases +data +R2 +MAE min +meta model +commit$/);
  t.match(
    rows[2],
    /^ +1 {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}production, staging {2}sample {2}0\.\d{4} +\d\.\d{3} {2}Decision/,
  );
});

t.test('of many versions the newest are listed, and those that an alias points to', async (t) => {
  const { result, text = '' } = await versions.run(['--limit', '1'], contextOf('versions'));
  t.match(result, { versions: [{ version: variant }, { version: 2 }, { version: 1 }], not_listed: 0 });
  await copy.registry.deleteAlias(MODEL_NAME, 'candidate');
  const fewer = await versions.run(['--limit', '1'], contextOf('versions'));
  t.match(fewer.result, { versions: [{ version: variant }, { version: 1 }], not_listed: 1 });
  t.match(fewer.text, /\n1 older without an alias are not shown; --limit N shows more\.$/);
  t.notMatch(text, /not shown/);
  await copy.registry.setAlias(MODEL_NAME, 'candidate', 2);
  await t.rejects(versions.run(['--limit', '0'], contextOf('versions')), { name: 'UsageError' });
});

t.test('a version that is worse on the same orders is told, and ends a comparison with 1', async (t) => {
  const { code, result, text } = await compare.run(['production', String(variant)], contextOf('compare'));
  t.equal(code, 1);
  t.match(result, { outcome: 'worse', a: { version: 1 }, b: { version: variant }, bootstrap: { confidence: 0.95 } });
  const { a, b, bootstrap } = result as Record<string, Record<string, never>>;
  const difference = Number(b?.['on_test_orders_of_b']?.['mae']) - Number(a?.['on_test_orders_of_b']?.['mae']);
  t.ok(difference > 0);
  t.ok(
    Math.abs(difference - Number(bootstrap?.['difference'])) < 1e-9,
    'the table and the interval speak of one thing',
  );
  t.match(text, /\nmae +\d+\.\d{3} +\d+\.\d{3} +\+\d+\.\d{3}\n/);
  t.match(text, new RegExp(`: version ${variant} is significantly worse than version 1\\.$`));
});

t.test('one that is better, or as good, ends it with 0', async (t) => {
  const better = await compare.run([String(variant), 'production'], contextOf('compare'));
  t.match(better, { code: 0, result: { outcome: 'better' } });
  const same = await compare.run(['production', 'candidate'], contextOf('compare'));
  t.match(same, { code: 0, result: { outcome: 'no_difference', bootstrap: { difference: 0, low: 0, high: 0 } } });
});

t.test('what is no version is refused before anything is compared', async (t) => {
  const attempt = (...args: string[]) => compare.run(args, contextOf('compare'));
  await t.rejects(attempt('production'), {
    name: 'UsageError',
    message: /^Two versions .*; 1 were given\.\nUsage: food-eta/,
  });
  await t.rejects(attempt('1', '1.5'), { name: 'UsageError', message: /^The version is '1\.5'/ });
  await t.rejects(attempt('1', 'no alias'), {
    name: 'UsageError',
    message: /neither the number of a version nor an alias/,
  });
  await t.rejects(attempt('1', '99'), { code: 'version_not_found' });
});

t.test('a rollback and a promotion are those of the npm scripts, and give what they did', async (t) => {
  await copy.registry.setAlias(MODEL_NAME, 'previous', 2);
  const said: string[] = [];
  const { result } = await rollback.run([], contextOf('rollback', said));
  const moves = [
    { alias: 'production', version: 2 },
    { alias: 'previous', version: 1 },
  ];
  t.same(result, { moves });
  t.strictSame(said, ['production is now version 2', 'previous is now version 1']);
  await t.rejects(promote.run(['staging', '--version', '99'], contextOf('promote')), { code: 'version_not_found' });
  const data = join(folder, 'none.csv');
  await t.rejects(train.run(['--data', data], contextOf('train')), { code: 'data_unreadable', message: /none\.csv/ });
});
