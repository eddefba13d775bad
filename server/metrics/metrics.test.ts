import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { ServerProcess } from '../../bench/server-process.js';
import { MODEL_NAME } from '../../config/model-name.js';
import { writeSums } from '../../registry/version-files.js';
import { copyRegistry } from '../../testing/copied-registry.js';
import { temporaryFolder } from '../../testing/temporary-folder.js';
import { postOrder, startTestServer } from '../../testing/test-server.js';
import { registerVariant } from '../../testing/variant.js';
import type { ModelInfo } from '../answers.js';
import { type Family, parseExposition } from '../fixtures/exposition.js';
import { SHORTEST_ORDER } from '../openapi/example-order.js';

const DENSITIES = ['Low', 'Medium', 'High', 'Jam'];
/** So long that within a test only hints have the server look. */
const NEVER = '3600000';
/** So short that a test may wait for it where nothing gives a hint. */
const SOON = '50';

const LAG = 'food_eta_event_loop_lag_seconds';

class Scrape {
  readonly #families: ReadonlyMap<string, Family>;

  constructor(text: string) {
    this.#families = parseExposition(text);
  }

  get names(): string[] {
    return [...this.#families.keys()].sort();
  }

  /** The samples of a metric: each one's labels and value. */
  of(name: string): (readonly [labels: object, value: number])[] {
    const family = this.#families.get(name);
    if (family === undefined) throw new Error(`There is no ${name}.`);
    return family.samples.map(({ labels, value }) => [labels, value]);
  }

  /** The versions that are loaded, by role. */
  get versions(): Record<string, string> {
    const loaded = this.of('food_eta_model_info').map(([labels]) => labels as { role: string; version: string });
    return Object.fromEntries(loaded.map(({ role, version }) => [role, version]));
  }

  /** Of a histogram: counts by bound, cumulative, and its sum and count. */
  histogram(name: string) {
    const samples = this.#families.get(name)?.samples ?? [];
    const value = (suffix: string) => samples.find((sample) => sample.name === name + suffix)?.value;
    const buckets = samples.flatMap(({ labels, value }) => (labels['le'] === undefined ? [] : [[labels['le'], value]]));
    return { buckets, sum: value('_sum'), count: value('_count') };
  }
}

async function scrape({ url }: Pick<ServerProcess, 'url'>): Promise<Scrape> {
  return new Scrape(await (await fetch(`${url}/metrics`)).text());
}

/** Asks until the answer is as wanted. */
async function scrapeWhen(server: ServerProcess, isWanted: (scrape: Scrape) => boolean): Promise<Scrape> {
  for (;;) {
    const found = await scrape(server);
    if (isWanted(found)) return found;
  }
}

async function infoOf({ url }: ServerProcess): Promise<ModelInfo> {
  return (await (await fetch(`${url}/model-info`)).json()) as ModelInfo;
}

async function served(t: Test, settings: Readonly<Record<string, string>> = {}) {
  const folder = await temporaryFolder(t);
  const copy = await copyRegistry(join(folder, 'registry'));
  const variant = await registerVariant(copy, join(folder, 'variant'));
  await copy.registry.setAlias(MODEL_NAME, 'staging', variant);
  const move = (alias: string, version: number) => copy.registry.setAlias(MODEL_NAME, alias, version);
  /** Makes a version one that fails its check. */
  const spoil = async (version: number) => {
    const files = await copy.files(version);
    await writeFile(join(files, 'golden.json'), JSON.stringify([{ order: {}, minutes: -1 }]));
    await writeSums(files);
  };
  const environment = { REGISTRY_DIR: copy.folder, CACHE_DIR: join(folder, 'cache'), ...settings };
  return { ...copy, variant, move, spoil, environment, server: await startTestServer(t, environment) };
}

t.test('it comes as the text format 0.0.4, and every line of it is such', async (t) => {
  const { server } = await served(t, { POLL_INTERVAL_MS: NEVER });
  const response = await fetch(`${server.url}/metrics`);
  t.equal(response.status, 200);
  t.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  const found = new Scrape(await response.text());
  t.strictSame(
    found.names.filter((name) => /_model_|_registry_|_shadow_/.test(name)),
    ['info', 'refused', 'refusals_total', 'stale', 'switches_total']
      .map((name) => `food_eta_model_${name}`)
      .concat('food_eta_registry_up')
      .sort(),
    'without a shadow nothing is said of one',
  );
  const { run_id } = await infoOf(server);
  t.strictSame(found.of('food_eta_model_info'), [[{ model: MODEL_NAME, version: '1', run_id, role: 'live' }, 1]]);
  t.strictSame(found.of('food_eta_model_stale'), [[{}, 0]]);
  t.strictSame(found.of('food_eta_registry_up'), [[{}, 1]]);
  t.strictSame(found.of('food_eta_model_refused'), []);
  t.strictSame(found.of('food_eta_model_refusals_total'), [[{ role: 'live' }, 0]]);
  t.strictSame(found.of('food_eta_model_switches_total'), [[{ role: 'live' }, 1]]);
});

t.test('what the process uses is told, its processor time under the name that everybody reads', async (t) => {
  const { server } = await served(t, { POLL_INTERVAL_MS: NEVER });
  const before = await scrape(server);
  const cpu = (found: Scrape, kind = '') => found.of(`process_cpu_${kind}seconds_total`)[0]?.[1] ?? Number.NaN;
  t.ok(cpu(before) > 0.1, 'loading a model costs more');
  t.ok(Math.abs(cpu(before) - cpu(before, 'user_') - cpu(before, 'system_')) < 0.05);
  await scrapeWhen(server, (found) => cpu(found) > cpu(before) && found.histogram(LAG).count !== 0);
  const megabytes = (before.of('process_resident_memory_bytes')[0]?.[1] ?? 0) / 2 ** 20;
  t.ok(megabytes > 40 && megabytes < 1_000, `${megabytes} MB`);
  for (const name of ['active', 'idle']) t.ok(before.names.includes(`food_eta_event_loop_${name}_seconds_total`));
  t.strictSame(before.of('food_eta_workers'), [[{ version: '1', role: 'live' }, 1]]);
});

t.test('a switch is counted, and tells what is kept to go back to', async (t) => {
  const { server, move } = await served(t, { POLL_INTERVAL_MS: NEVER });
  await move('production', 2);
  const found = await scrapeWhen(server, ({ versions }) => versions['live'] === '2');
  t.strictSame(found.versions, { live: '2', previous: '1' });
  t.strictSame(found.of('food_eta_model_switches_total'), [[{ role: 'live' }, 2]]);
});

t.test('a refused version is told by role while the alias points to it, and counted for good', async (t) => {
  const settings = { SHADOW_ALIAS: 'staging', SHADOW_FRACTION: '1', POLL_INTERVAL_MS: SOON };
  const { server, move, spoil, variant } = await served(t, settings);
  await scrapeWhen(server, ({ versions }) => versions['shadow'] === String(variant));
  await spoil(2);
  const refusedOf = (found: Scrape) => found.of('food_eta_model_refused');
  const refused = (role: string) => [{ model: MODEL_NAME, version: '2', role }, 1];
  await move('production', 2);
  const first = await scrapeWhen(server, (found) => refusedOf(found).length === 1);
  t.strictSame(refusedOf(first), [refused('live')]);
  t.strictSame(first.versions, { live: '1', shadow: String(variant) }, 'what was served goes on');
  await move('staging', 2);
  const both = await scrapeWhen(server, (found) => refusedOf(found).length === 2);
  t.strictSame(refusedOf(both), [refused('live'), refused('shadow')]);
  await move('production', 1);
  const last = await scrapeWhen(server, (found) => refusedOf(found).length === 1);
  t.strictSame(refusedOf(last), [refused('shadow')]);
  for (const [name, count] of [
    ['food_eta_model_refusals_total', 1],
    ['food_eta_model_switches_total', 1],
  ] as const) {
    t.strictSame(
      last.of(name),
      [
        [{ role: 'live' }, count],
        [{ role: 'shadow' }, count],
      ],
      name,
    );
  }
});

t.test('what the shadow differs by is the histogram of model-info, cumulative', async (t) => {
  const settings = { SHADOW_ALIAS: 'staging', SHADOW_FRACTION: '1', POLL_INTERVAL_MS: NEVER };
  const { server, variant } = await served(t, settings);
  const NAME = 'food_eta_shadow_difference_minutes';
  const before = await scrapeWhen(server, ({ versions }) => versions['shadow'] === String(variant));
  t.strictSame(before.of(NAME), [], 'nothing before the first row');
  for (const Road_traffic_density of DENSITIES)
    await postOrder(server.url, { ...SHORTEST_ORDER, Road_traffic_density });
  const found = await scrapeWhen(server, (one) => one.histogram(NAME).count === DENSITIES.length);
  const { shadow } = await infoOf(server);
  if (shadow === null) throw new Error('There is no shadow.');

  const { buckets, sum = Number.NaN } = found.histogram(NAME);
  let rows = 0;
  const told = shadow.histogram.map((bucket) => {
    rows += bucket.rows;
    return [bucket.up_to_minutes === null ? '+Inf' : String(bucket.up_to_minutes), rows];
  });
  t.strictSame(buckets, told);
  t.equal(rows, DENSITIES.length);
  t.ok(sum > 0);
  t.ok(Math.abs(sum / rows - (shadow.mean_absolute_difference ?? Number.NaN)) < 1e-9);
  const pair = { live_version: '1', shadow_version: String(variant) };
  t.match(
    found.of(NAME).map(([labels]) => labels),
    buckets.map(() => pair),
  );
  t.strictSame(found.of('food_eta_shadow_rows_shed_total'), [[pair, shadow.shed]]);
  t.strictSame(found.of('food_eta_shadow_rows_failed_total'), [[pair, shadow.failed]]);
});

t.test('while there is no model the rest is told, and a version from the cache as stale', async (t) => {
  const { server, folder, environment } = await served(t, { POLL_INTERVAL_MS: SOON });
  t.equal(await server.stop(), 0);
  await rename(folder, `${folder}.away`);
  const without = { ...environment, CACHE_DIR: await temporaryFolder(t) };
  const empty = await startTestServer(t, without, { until: 'listening' });
  const none = await scrapeWhen(empty, (found) => found.of('food_eta_registry_up').length > 0);
  t.strictSame(none.of('food_eta_registry_up'), [[{}, 0]]);
  t.strictSame(none.of('food_eta_model_info'), []);
  t.strictSame(none.of('food_eta_model_switches_total'), [[{ role: 'live' }, 0]]);

  const cached = await startTestServer(t, environment, { until: 'listening' });
  const stale = await scrapeWhen(cached, ({ versions }) => versions['live'] === '1');
  await cached.logged(({ msg }) => msg.startsWith('the last good version'));
  t.strictSame(stale.of('food_eta_registry_up'), [[{}, 0]]);
  t.strictSame((await scrape(cached)).of('food_eta_model_stale'), [[{}, 1]]);
  await rename(`${folder}.away`, folder);
  const back = await scrapeWhen(cached, (found) => found.of('food_eta_registry_up')[0]?.[1] === 1);
  t.strictSame((await scrape(cached)).versions, back.versions);
  await scrapeWhen(cached, (found) => found.of('food_eta_model_stale')[0]?.[1] === 0);
});

t.test('what the format does not allow is found by the judge of these tests', async (t) => {
  const good = await (await fetch(`${(await served(t)).server.url}/metrics`)).text();
  const histogram = (lines: string) => `# HELP h x\n# TYPE h histogram\n${lines}`;
  const whole = 'h_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 3\nh_count 2\n';
  for (const text of [good, histogram(whole)]) t.ok(parseExposition(text));
  for (const [damaged, reason] of [
    [good.slice(0, -1), /does not end/],
    [good + good, /second help/],
    [good.replace('# HELP food_eta_registry_up', '# food_eta_registry_up'), /Neither help nor type/],
    [good.replace('\nfood_eta_registry_up 1', '\nfood_eta_registry_up one'), /No sample/],
    [good.replace(/\nfood_eta_registry_up 1/, '$&$&'), /second value/],
    [good.replace('role="live"', 'role=live'), /No label/],
    [good.replaceAll('switches_total', 'switches'), /is a counter/],
    [good.replace('\nfood_eta_registry_up 1', '\nfood_eta_registry_down 1'), /Not among/],
    [histogram(whole.replace('"1"} 1', '"1"} 3')), /fewer than/],
    [histogram(whole.replace('h_count 2', 'h_count 3')), /the count/],
    [histogram(whole.replace('h_bucket{le="+Inf"} 2\n', '')), /has a bound/],
    [histogram(whole.replace('h_sum 3\n', '')), /no sum/],
  ] as const) {
    t.throws(() => parseExposition(damaged), { message: reason });
  }
});
