/** The command lines that `food-eta` alone has; those of the npm scripts stand in their rooms. */
import type { CommandLine } from '../config/command-line.js';

const VERSION = {
  version: { type: 'string', value: 'N', about: 'The version of the model' },
  alias: { type: 'string', value: 'NAME', about: 'The alias whose version it is', otherwise: 'what MODEL_URI names' },
} as const;

/** What `food-eta versions` takes. */
export const VERSIONS = {
  name: 'versions',
  summary: 'Lists the versions of the model, newest first, with metrics, aliases and dates',
  forms: ['[--limit N]'],
  notes: [],
  options: {
    limit: { type: 'string', value: 'N', about: 'The newest N, and those that an alias points to', otherwise: '20' },
  },
  examples: [
    { line: 'food-eta versions', does: 'the newest, and those with an alias' },
    { line: 'food-eta versions --limit 1000 --json', does: 'all of them, for a program' },
  ],
  failed: 'the registry cannot be read',
} as const satisfies CommandLine;

/** What `food-eta compare` takes. */
export const COMPARE = {
  name: 'compare',
  summary: 'Compares two versions on the test orders of the second',
  forms: ['A B [--params FILE.yaml]'],
  notes: [
    'A and B are numbers of versions or aliases. Both answer all test orders of B; a paired bootstrap, that of promotion, says whether B is worse.',
  ],
  options: {
    params: {
      type: 'string',
      value: 'FILE.yaml',
      about: 'Where promotion_policy.production_comparison stands',
      otherwise: "the project's params.yaml",
    },
  },
  examples: [
    { line: 'food-eta compare production candidate', does: 'what a promotion would say' },
    { line: 'food-eta compare 3 7 --json', does: 'two versions, figures as JSON' },
  ],
  failed: 'B is significantly worse, or the two cannot be compared',
} as const satisfies CommandLine;

/** What `food-eta predict` takes. */
export const PREDICT = {
  name: 'predict',
  summary: 'Predicts the minutes of every order of a CSV file, of any size',
  forms: [
    'IN.csv [--out OUT.csv] [--rejected FILE.csv] [--strict] [--set-missing]\n         [--version N | --alias NAME] [--workers N]',
  ],
  notes: [
    "IN.csv has the columns of the public data set, in any order; '-' is the standard input. Needed are the four coordinates and what the version reads.",
    'Written are the same columns and estimated_delivery_minutes, which is what the server answers for that order.',
    'A row that the server would refuse is left out, and stands in the file of rejected rows with its line and the reasons.',
  ],
  options: {
    out: {
      type: 'string',
      value: 'OUT.csv',
      about: 'Where to write; appears when it is whole',
      otherwise: '-, the standard output',
    },
    rejected: {
      type: 'string',
      value: 'FILE.csv',
      about: 'Where rejected rows go',
      otherwise: 'OUT.rejected.csv; with the standard output the first are told',
    },
    strict: { type: 'boolean', about: 'Write no OUT.csv and end with 1 if any row is rejected' },
    'set-missing': {
      type: 'boolean',
      about: 'Predict rows with unusable or missing values too: these count as missing, as in training',
    },
    ...VERSION,
    workers: { type: 'string', value: 'N', about: 'Threads that predict, 1 to 256', otherwise: 'WORKERS' },
  },
  examples: [
    { line: 'food-eta predict orders.csv --out minutes.csv', does: 'the version in production' },
    { line: 'food-eta predict orders.csv --alias candidate --out minutes.csv --strict', does: 'all rows or none' },
    { line: 'zcat orders.csv.gz | food-eta predict - > minutes.csv', does: 'as part of a pipe' },
  ],
  failed: 'the file or the version cannot be used, or with --strict a row was rejected',
} as const satisfies CommandLine;

/** What `food-eta serve` takes. */
export const SERVE = {
  name: 'serve',
  summary: 'Serves the model over HTTP until it is told to stop',
  forms: ['[--port N] [--host ADDRESS] [--version N | --alias NAME]'],
  notes: ['All else is set by environment variables, which docs/configuration.md lists. It trains no first model.'],
  options: {
    port: { type: 'string', value: 'N', about: 'In place of PORT, 0 to 65535' },
    host: { type: 'string', value: 'ADDRESS', about: 'In place of HOST' },
    ...VERSION,
  },
  examples: [
    { line: 'food-eta serve', does: 'what is in production, on port 8000' },
    { line: 'food-eta serve --port 9000 --alias candidate', does: 'a second server, to try a candidate' },
  ],
  failed: 'the port, a setting or the registry cannot be used',
} as const satisfies CommandLine;

/** What `food-eta doctor` takes. */
export const DOCTOR = {
  name: 'doctor',
  summary: 'Checks what the program needs of this machine, and says what to do about what is wrong',
  forms: [''],
  notes: [
    'Looked at are Node, Python, the settings, the folders, the ports, the credentials, the registry, and the checksums of the versions in it. Nothing is changed.',
  ],
  options: {},
  examples: [
    { line: 'food-eta doctor', does: 'all checks' },
    { line: 'food-eta doctor --json', does: 'the findings, for a program' },
  ],
  failed: 'something is wrong',
} as const satisfies CommandLine;
