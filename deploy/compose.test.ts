/** What can be told of compose.yaml without Docker: which versions it takes, and that what it mounts is there and fits. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { parse } from 'yaml';

/** Seen from `dist/deploy/`. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const yaml = (file: string): unknown => parse(readFileSync(join(ROOT, file), 'utf8'), { merge: true });

interface Service {
  readonly image: string;
  readonly build?: { readonly target: string };
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly cap_drop?: readonly string[];
}

const { services } = yaml('compose.yaml') as { services: Readonly<Record<string, Service>> };

t.test('every image of others is of a version', async (t) => {
  for (const [name, { image, build }] of Object.entries(services)) {
    if (build === undefined) t.match(image, /:v?\d+\.\d+\.\d+$/, name);
  }
});

t.test('MLflow is the version that the tests run against', async (t) => {
  const requirements = readFileSync(join(ROOT, 'testing/mlflow/requirements.in'), 'utf8');
  const [, tested = ''] = /^mlflow-skinny==(\S+)$/m.exec(requirements) ?? [];
  t.equal(services['mlflow']?.image, `ghcr.io/mlflow/mlflow:v${tested}`);
});

t.test('what is built is a stage of the Dockerfile and runs without rights', async (t) => {
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
  for (const { build, cap_drop: dropped } of Object.values(services)) {
    if (build === undefined) continue;
    t.match(dockerfile, new RegExp(`^FROM \\S+ AS ${build.target}$`, 'm'));
    t.strictSame(dropped, ['ALL']);
  }
});

t.test('only this machine reaches it', async (t) => {
  for (const { ports = [] } of Object.values(services)) for (const port of ports) t.match(port, /^127\.0\.0\.1:/);
});

t.test('every file that it mounts is there', async (t) => {
  const mounts = Object.values(services).flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')[0]));
  const files = mounts.filter((from): from is string => from?.startsWith('./') === true);
  t.ok(files.length >= 4);
  for (const file of files) t.ok(existsSync(join(ROOT, file)), file);
});

t.test('Prometheus is set up as in the example, but for where the server is and how often it looks', async (t) => {
  type Config = { global: unknown; scrape_configs: { static_configs: unknown }[] };
  const [example, here] = ['deploy/prometheus/prometheus.yml', 'deploy/compose/prometheus.yml'].map(
    (file) => yaml(file) as Config,
  );
  t.strictSame(here?.scrape_configs[0]?.static_configs, [{ targets: ['server:8000'] }]);
  for (const config of [example, here]) for (const one of config?.scrape_configs ?? []) one.static_configs = [];
  t.strictSame({ ...here, global: {} }, { ...example, global: {} });
});
