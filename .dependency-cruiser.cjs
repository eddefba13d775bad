// @ts-check
/** The import rules of docs/architecture.md, by dependency-cruiser over the sources. Tests are exempt from the rooms. */

/** Room → the rooms it may import. @type {Record<string, string[]>} */
const ROOMS = {
  features: [],
  config: [],
  registry: [],
  workers: ['features'],
  data: ['features', 'config'],
  server: ['features', 'config', 'registry', 'workers'],
  training: ['features', 'config', 'registry', 'workers', 'data'],
  bench: ['config', 'features', 'registry'],
  cli: ['features', 'config', 'registry', 'workers', 'data', 'server', 'training', 'bench', 'setup'],
  client: [],
  deploy: ['setup'],
  setup: [],
};

/** Package → the one file of the product that imports it, or one in each of several rooms. @type {Record<string, string | string[]>} */
const IMPORTERS = {
  'uWebSockets.js': 'server/http.ts',
  pino: 'server/log.ts',
  'prom-client': 'server/metrics/prometheus.ts',
  piscina: 'workers/threads.ts',
  'onnxruntime-node': 'workers/session.ts',
  'proper-lockfile': 'registry/lock.ts',
  yaml: 'config/params.ts',
  'apache-arrow': 'training/table.ts',
  'csv-parse': 'training/csv.ts',
  autocannon: 'bench/load/autocannon-process.ts',
  'hdr-histogram-js': 'bench/load/histogram.ts',
  vega: 'training/report/draw.ts',
  'vega-lite': 'training/report/draw.ts',
  undici: ['registry/mlflow/http.ts', 'client/http.ts'],
};

const TESTS = '\\.test\\.m?[tj]s$|/fixtures/|^setup/testing/|^deploy/test/';
/** Not the product, but what it is compared with: they bring their own means. */
const BESIDE_THE_PRODUCT = '^bench/(references|peers)/';

/** @param {string} text */
const escaped = (text) => text.replaceAll('.', '\\.');

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'testing-is-for-tests',
      comment: 'What tests share is not for the product.',
      severity: 'error',
      from: { pathNot: `${TESTS}|^testing/` },
      to: { path: `^testing/|${TESTS}` },
    },
    ...Object.entries(ROOMS).map(([room, allowed]) => ({
      name: `${room}-imports`,
      comment: `${room}/ may import ${allowed.map((other) => `${other}/`).join(', ') || 'nothing of ours'}.`,
      severity: /** @type {const} */ ('error'),
      from: { path: `^${room}/`, pathNot: TESTS },
      to: {
        path: `^(?!${[room, ...allowed].join('/|')}/)[a-z]+/`,
        dependencyTypesNot: /** @type {const} */ (['npm', 'npm-dev', 'core']),
      },
    })),
    ...Object.entries(IMPORTERS).map(([name, files]) => ({
      name: `one-importer-of-${name}`,
      comment: `${name} is imported by ${[files].flat().join(' and ')} only.`,
      severity: /** @type {const} */ ('error'),
      from: { pathNot: `^(${[files].flat().map(escaped).join('|')})$|${TESTS}|${BESIDE_THE_PRODUCT}` },
      to: { path: `(^|/)node_modules/${escaped(name)}/` },
    })),
    {
      name: 'bench-encodes-for-peers-only',
      comment: 'The server is measured from outside; peers need what it has inside, the one encoder.',
      severity: 'error',
      from: { path: '^bench/', pathNot: `^bench/peers/|${TESTS}` },
      to: { path: '^features/' },
    },
    {
      name: 'setup-needs-nothing-installed',
      comment:
        'What runs before the packages are installed has nothing but Node. TypeDoc runs its plugin, so it is there.',
      severity: 'error',
      from: { path: '^setup/', pathNot: `${TESTS}|^setup/typedoc/` },
      to: { dependencyTypesNot: ['core', 'local'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
