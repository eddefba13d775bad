/** The command lines of this room, as they are read and as `--help` shows them. */
import type { CommandLine } from '../config/command-line.js';
import { CANDIDATE, PRODUCTION, STAGING } from '../registry/alias-moves.js';

const PARAMS = {
  type: 'string',
  value: 'FILE.yaml',
  about: 'The parameters, gates and features',
  otherwise: "the project's params.yaml",
} as const;

/** The command line of `train`. */
export const TRAIN = {
  name: 'train',
  summary: 'Runs the whole pipeline, from a CSV file of orders to a registered candidate',
  forms: ['--data FILE.csv [--preset NAME] [--params FILE.yaml]'],
  notes: [],
  options: {
    data: {
      type: 'string',
      value: 'FILE.csv',
      about: 'Orders with the minutes that they took; data/README.md describes the columns',
      otherwise: 'raw/orders.csv in DATA_DIR',
    },
    preset: { type: 'string', value: 'NAME', about: 'A preset of the parameters, put over model_training: accurate' },
    params: PARAMS,
  },
  examples: [
    { line: 'food-eta train --data orders.csv', does: 'a candidate from orders of your own' },
    { line: 'food-eta train --data orders.csv --preset accurate', does: 'a larger model, which takes longer' },
  ],
  failed: 'nothing was registered: the data cannot be used, or a stage failed',
} as const satisfies CommandLine;

/** The command line of `promote`. */
export const PROMOTE = {
  name: 'promote',
  summary: 'Puts a version through the gates and moves the alias if it passes',
  forms: ['staging|production [--version N] [--force "REASON"] [--shadow-check [--server URL]] [--params FILE.yaml]'],
  notes: [
    `Without --version, staging takes the version with alias '${CANDIDATE}' and production the one with alias '${STAGING}'.`,
    'With --force a version goes to production even where its comparison with what is there refuses it; the other gates hold.',
    'With --shadow-check it must have done well as the shadow of what is there, in the server at URL, by default the one on this machine.',
  ],
  options: {
    version: { type: 'string', value: 'N', about: 'The version to promote', otherwise: 'that of the alias before' },
    force: {
      type: 'string',
      value: '"REASON"',
      about: `For ${PRODUCTION}: go there even if the comparison refuses it; the reason is kept with the version`,
    },
    'shadow-check': { type: 'boolean', about: `For ${PRODUCTION}: judge also how it did as the shadow` },
    server: {
      type: 'string',
      value: 'URL',
      about: 'With --shadow-check, the server to ask',
      otherwise: 'http://localhost:PORT',
    },
    params: PARAMS,
  },
  examples: [
    { line: 'food-eta promote staging', does: 'the newest candidate, through the gates' },
    { line: 'food-eta promote production', does: 'what is in staging, compared with what is served' },
    { line: 'food-eta promote production --version 3 --json', does: 'a certain version; gates and figures as JSON' },
  ],
  failed: 'a gate failed, or the version cannot be judged; no alias was moved',
} as const satisfies CommandLine;

/** The command line of `rollback`. */
export const ROLLBACK = {
  name: 'rollback',
  summary: 'Serves again what was served before, and the other way round',
  forms: [''],
  notes: [],
  options: {},
  examples: [{ line: 'food-eta rollback', does: 'production and previous change places; a running server follows' }],
  failed: 'there is nothing to roll back to, or the registry cannot be written',
} as const satisfies CommandLine;
