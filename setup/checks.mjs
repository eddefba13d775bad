// @ts-check
/** What `npm run check` asks of the sources: each check a program, and what to do when it finds something. */
import { join } from 'node:path';

/**
 * @typedef {object} Check
 * @property {string} name by which it is asked for alone: `npm run check -- knip`
 * @property {string} asks what it finds out
 * @property {string} remedy what to do when it fails
 * @property {string[]} command the program, relative to the checkout, and its arguments
 */

const ROOMS = [
  'bench',
  'cli',
  'client',
  'config',
  'data',
  'deploy',
  'features',
  'registry',
  'server',
  'setup',
  'testing',
  'training',
  'workers',
];

// Casts are written only at a validated boundary; what tests read from an answer is compared, whatever its type.
const NO_ANY = ['--strict', '--at-least', '100', '--ignore-as-assertion', '--show-relative-path'];

/** @type {readonly Check[]} */
export const CHECKS = [
  {
    name: 'biome',
    asks: 'are TypeScript, JavaScript and JSON formatted, and free of what the linter knows as faults',
    remedy: '`npx biome check --write .` mends what has one remedy only',
    command: [bin('biome'), 'check', '--error-on-warnings', '.'],
  },
  {
    name: 'types',
    asks: 'do the sources and their tests type-check',
    remedy: 'mend the types at the places named',
    command: [bin('tsc'), '--noEmit', '--incremental', 'false', '--tsBuildInfoFile', 'null'],
  },
  {
    name: 'types-setup',
    asks: 'do the set-up, its tests and the configuration written in JavaScript type-check',
    remedy: 'mend the types at the places named',
    command: [bin('tsc'), '-p', 'setup'],
  },
  {
    name: 'types-page',
    asks: 'does the script of the status page type-check, by what a browser has',
    remedy: 'mend the types at the places named',
    command: [bin('tsc'), '-p', 'server/status-page/browser'],
  },
  {
    name: 'types-assembly',
    asks: 'does what becomes WebAssembly type-check, by what AssemblyScript has',
    remedy: 'mend the types at the places named',
    command: [bin('tsc'), '-p', 'server/order-reader/assembly'],
  },
  {
    name: 'any',
    asks: 'is everything in the sources typed, and nothing `any`',
    remedy: 'give what is named a type where it comes in, `unknown` if nothing is known of it',
    command: [bin('type-coverage'), ...NO_ANY, '--ignore-files', '**/*.test.ts'],
  },
  {
    name: 'any-setup',
    asks: 'the same of the set-up',
    remedy: 'give what is named a type by `@type` or `@param`',
    command: [
      bin('type-coverage'),
      ...NO_ANY,
      '-p',
      'setup',
      '--ignore-files',
      '**/*.test.mjs',
      '--ignore-files',
      '**/*.ts',
    ],
  },
  {
    name: 'any-page',
    asks: 'the same of the status page',
    remedy: 'give what is named a type by `@type` or `@param`',
    command: [bin('type-coverage'), ...NO_ANY, '-p', 'server/status-page/browser', '--ignore-files', '**/*.ts'],
  },
  {
    name: 'knip',
    asks: 'is every file, export and package used',
    remedy: 'remove what is unused; a new program is named in knip.json',
    command: [bin('knip')],
  },
  {
    name: 'imports',
    asks: 'does every import keep the rules of docs/architecture.md',
    remedy:
      'import from a room that this one may see, or change docs/architecture.md and .dependency-cruiser.cjs first',
    command: [bin('depcruise'), ...ROOMS],
  },
  {
    name: 'ruff',
    asks: 'is Python free of what the linter knows as faults',
    remedy: '`.venv/bin/ruff check --fix` mends what has one remedy only',
    command: ['.venv/bin/ruff', 'check', '--no-cache', '.'],
  },
  {
    name: 'ruff-format',
    asks: 'is Python formatted',
    remedy: '`.venv/bin/ruff format` formats it',
    command: ['.venv/bin/ruff', 'format', '--no-cache', '--check', '--diff', '.'],
  },
  {
    name: 'typedoc',
    asks: 'does what doc comments speak of exist',
    remedy: 'mend the link or the name of the parameter',
    command: [bin('typedoc'), '--emit', 'none', '--logLevel', 'Warn'],
  },
  {
    name: 'tidy',
    asks: 'does the house keep its own rules (setup/tidy/)',
    remedy: 'each line above says what to do',
    command: ['setup/tidy.mjs'],
  },
];

/** @param {string} tool */
function bin(tool) {
  return join('node_modules/.bin', tool);
}
