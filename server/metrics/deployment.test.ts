/** The dashboard, the rules and the example in `deploy/`, by a real Prometheus that scrapes a real server. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { postOrder, startTestServer } from '../../testing/test-server.js';
import { parseExposition } from '../fixtures/exposition.js';
import { DEPLOY, promtool, startPrometheus, withoutPrometheus } from '../fixtures/prometheus-server.js';
import { EXAMPLE_ORDER } from '../openapi/example-order.js';

if (withoutPrometheus !== undefined) {
  t.plan(0, withoutPrometheus);
  process.exit();
}

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

const { url } = await startTestServer(t);
await postOrder(url, EXAMPLE_ORDER);
const prometheus = await startPrometheus(t, new URL(url).host);

async function ask<Data>(path: string, query: Record<string, string> = {}): Promise<Data> {
  const response = await fetch(`${prometheus}/api/v1/${path}?${new URLSearchParams(query)}`);
  const { status, data, error } = (await response.json()) as { status: string; data: Data; error?: string };
  if (status !== 'success') throw new Error(error);
  return data;
}

async function valuesOf(expr: string): Promise<number> {
  return (await ask<{ result: unknown[] }>('query', { query: expr })).result.length;
}

interface RuleGroups {
  readonly groups: readonly {
    readonly rules: readonly { readonly name: string; readonly query: string; readonly health: string }[];
  }[];
}

async function rules() {
  return (await ask<RuleGroups>('rules')).groups.flatMap((group) => group.rules);
}

const dashboard = JSON.parse(await readFile(join(DEPLOY, 'grafana/food-eta.json'), 'utf8')) as Dashboard;
/** As Grafana fills them in. */
const shown = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }) => ({ title, expr: expr.replaceAll('$__rate_interval', '5s').replaceAll('$instance', '.*') })),
);

t.test('promtool takes the rules, the example and the metrics', async (t) => {
  for (const [args, input] of [
    [['check', 'rules', join(DEPLOY, 'prometheus/rules.yml')], ''],
    [['check', 'config', join(DEPLOY, 'prometheus/prometheus.yml')], ''],
    [['check', 'metrics'], await (await fetch(`${url}/metrics`)).text()],
  ] as const) {
    const { code, said } = await promtool(args, input);
    t.equal(code, 0, said);
  }
});

t.test('dashboard and rules speak only of metrics that there are', async (t) => {
  const text = await (await fetch(`${url}/metrics`)).text();
  const known = new Set([...parseExposition(text).keys(), ...(await rules()).map(({ name }) => name)]);
  for (const { expr } of [...shown, ...(await rules()).map(({ query }) => ({ expr: query }))]) {
    for (const [name] of expr.matchAll(/\b(?:food_eta|process|nodejs)[a-z0-9_:]+/g)) {
      t.ok(known.has(name) || known.has(name.replace(/_(?:bucket|sum|count)$/, '')), `${name} in ${expr}`);
    }
  }
});

t.test('every expression of the dashboard has a result, unless it asks for more than nothing', async (t) => {
  for (const { title, expr } of shown) {
    let values = await valuesOf(expr);
    while (values === 0 && !expr.includes('> 0')) {
      await postOrder(url, EXAMPLE_ORDER);
      values = await valuesOf(expr);
    }
    t.pass(`${title}: ${values} of ${expr}`);
  }
});

t.test('every rule is evaluated without an error, and of a server that is well no alert fires', async (t) => {
  let found = await rules();
  while (found.some(({ health }) => health === 'unknown')) found = await rules();
  t.ok(found.length > 10);
  for (const { name, health } of found) t.equal(health, 'ok', name);
  t.strictSame(
    (await ask<{ alerts: { labels: object; state: string }[] }>('alerts')).alerts.filter(
      (one) => one.state === 'firing',
    ),
    [],
  );
});
