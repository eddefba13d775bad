/** The command line of the bench, as it is read and as `--help` shows it. */
import type { CommandLine } from '../config/command-line.js';

/** As `scenarios.ts` has them, which is not loaded for a line of help; a test holds the two together. */
const SCENARIO_NAMES = ['one-connection', 'saturation', 'open-loop', 'overload', 'batch', 'alias-switch'];

const VERSION = '[--version N | --alias NAME] [--orders FILE.ndjson]';

/** The command line of the bench: its forms, options and examples. */
export const BENCH = {
  name: 'bench',
  summary: 'Measures the real server beside a bare one, and says how they compare',
  forms: [
    `[--version N | --alias NAME] [--beside N]... [--orders FILE.ndjson]\n         [--scenario NAME]... [--seconds N] [--quick] [--compare REPORT.json]`,
    `--gate ${VERSION} [--params FILE.yaml]`,
    `--peers [NAME,...] ${VERSION} [--seconds N] [--quick]`,
  ],
  notes: [`Scenarios: ${SCENARIO_NAMES.join(', ')}; by default all.`],
  options: {
    version: { type: 'string', value: 'N', about: 'The version to measure' },
    alias: { type: 'string', value: 'NAME', about: 'The alias whose version to measure', otherwise: 'production' },
    beside: {
      type: 'string',
      multiple: true,
      value: 'N',
      about: 'Another version, shown beside it; may be given again',
    },
    scenario: { type: 'string', multiple: true, value: 'NAME', about: 'A scenario; may be given again' },
    orders: {
      type: 'string',
      value: 'FILE.ndjson',
      about: 'Orders to send, one body a line',
      otherwise: 'sample orders',
    },
    seconds: { type: 'string', value: 'N', about: 'What one repetition takes, 1 to 600', otherwise: '2' },
    quick: { type: 'boolean', about: 'Few short repetitions, for a look' },
    compare: { type: 'string', value: 'REPORT.json', about: 'An earlier report to compare with' },
    gate: { type: 'boolean', about: 'Only what promotion to staging asks of the speed' },
    params: {
      type: 'string',
      value: 'FILE.yaml',
      about: 'With --gate, the limits',
      otherwise: "the project's params.yaml",
    },
    peers: { type: 'boolean', about: 'The same model behind other servers; docs/bench.md has them' },
  },
  examples: [
    { line: 'food-eta bench --quick', does: 'all scenarios, for a look' },
    { line: 'food-eta bench --version 3 --scenario saturation', does: 'one version in one scenario' },
    { line: 'food-eta bench --gate --json', does: 'the speed gate; figures as JSON' },
  ],
  failed: '--gate: a limit is not held; else the server or the load did not do what it should',
} as const satisfies CommandLine;
