/** The import rules of docs/architecture.md, by dependency-cruiser over the sources. Tests are exempt from the rooms. */

/** Room → the rooms it may import. */
const ROOMS = {
  features: [],
  config: [],
  registry: [],
  workers: ['features'],
  data: ['features', 'config'],
  server: ['features', 'config', 'registry', 'workers'],
  training: ['features', 'config', 'registry', 'workers', 'data'],
  bench: ['config'],
};

/** Package → the one file of the product that imports it. */
const IMPORTERS = {
  'uWebSockets.js': 'server/http.ts',
  pino: 'server/log.ts',
  piscina: 'workers/threads.ts',
  'onnxruntime-node': 'workers/session.ts',
  'proper-lockfile': 'registry/lock.ts',
  yaml: 'config/params.ts',
  'apache-arrow': 'training/table.ts',
  'csv-parse': 'training/csv.ts',
  autocannon: 'bench/latency.ts',
};

const TESTS = '\\.test\\.ts$|/fixtures/';
const escaped = (text) => text.replaceAll('.', '\\.');

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
      severity: 'error',
      from: { path: `^${room}/`, pathNot: TESTS },
      to: { path: `^(?!${[room, ...allowed].join('/|')}/)[a-z]+/`, dependencyTypesNot: ['npm', 'npm-dev', 'core'] },
    })),
    ...Object.entries(IMPORTERS).map(([name, file]) => ({
      name: `one-importer-of-${name}`,
      comment: `${name} is imported by ${file} only.`,
      severity: 'error',
      from: { pathNot: `^${escaped(file)}$|${TESTS}` },
      to: { path: `^node_modules/${escaped(name)}/` },
    })),
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
