// @ts-check
/** Runs tests so that it is known which lines they run, and says so room by room. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lineCoverage } from './line-coverage.mjs';
import { ROOT, STATE } from './prepare.mjs';
import { identity, isAlive } from './processes.mjs';

/** Room → the percentage of its lines that the tests must run; undefined where it is shown only. */
const ROOMS = /** @type {const} */ ({
  features: 90,
  registry: 90,
  server: 90,
  training: 90,
  workers: undefined,
  config: undefined,
  data: undefined,
  bench: undefined,
  cli: undefined,
});
/** Files of which less is run are named. */
const NAMED_BELOW_PERCENT = 90;

/** What V8 notes of all tests is most of a gigabyte, and goes into a folder of this name and of the process. */
const NOTES = 'coverage-';

/** @typedef {import('./line-coverage.mjs').FileCoverage} FileCoverage */

/**
 * @param {() => Promise<import('./tap-summary.mjs').TapSummary>} run of all tests or of some
 * @param {{ isWhole: boolean }} options whether it is all: only then can a room have too little
 * @returns what `run` gave, with a failure for each room that has too little, and a table
 */
export async function withCoverage(run, { isWhole }) {
  const notes = join(STATE, `${NOTES}${identity(process.pid)}`);
  mkdirSync(notes, { recursive: true });
  removeAbandoned();
  // Every process that tests start writes its notes there, and so do their worker threads.
  process.env['NODE_V8_COVERAGE'] = notes;
  try {
    const summary = await run();
    const files = lineCoverage(ROOT, Object.keys(ROOMS), notes);
    if (isWhole) summary.failed.push(...roomsBelow(files));
    return { summary, table: tableOf(files, { isWhole }) };
  } finally {
    delete process.env['NODE_V8_COVERAGE'];
    rmSync(notes, { recursive: true, force: true });
  }
}

/** What runs that were killed outright have left. */
function removeAbandoned() {
  for (const name of readdirSync(STATE).filter((entry) => entry.startsWith(NOTES))) {
    if (!isAlive(name.slice(NOTES.length))) rmSync(join(STATE, name), { recursive: true });
  }
}

/**
 * The rooms of which the tests run too little.
 * @param {readonly FileCoverage[]} files
 */
export function roomsBelow(files) {
  return Object.entries(ROOMS).flatMap(([room, percent]) => {
    const share = shareOf(files.filter(({ file }) => file.startsWith(`${room}/`)));
    if (percent === undefined || share >= percent) return [];
    return [
      { name: `coverage of ${room}/`, reason: `tests run ${shown(share)} of its lines, ${percent} % are wanted` },
    ];
  });
}

/**
 * @param {readonly FileCoverage[]} files
 * @param {{ isWhole: boolean }} options
 */
export function tableOf(files, { isWhole }) {
  const rooms = Object.entries(ROOMS).map(([room, percent]) => {
    const inRoom = files.filter(({ file }) => file.startsWith(`${room}/`));
    const lines = inRoom.reduce((sum, file) => sum + file.lines, 0);
    const wanted = percent === undefined ? '' : `, wanted ${percent} %`;
    return `  ${room.padEnd(9)} ${shown(shareOf(inRoom)).padStart(8)} of ${lines} lines${wanted}`;
  });
  const named = files
    .filter((file) => shareOf([file]) < NAMED_BELOW_PERCENT && (isWhole || shareOf([file]) > 0))
    .map((file) => `  ${shown(shareOf([file])).padStart(8)} ${file.file}, not: ${spans(file.missed)}`);
  const below = named.length === 0 ? [] : [`Below ${NAMED_BELOW_PERCENT} %:`, ...named];
  return ['\nLines that the tests run:', ...rooms, ...below].join('\n');
}

/**
 * @param {readonly FileCoverage[]} files
 * @returns {number} percent
 */
function shareOf(files) {
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const missed = files.reduce((sum, file) => sum + file.missed.length, 0);
  return lines === 0 ? 100 : (100 * (lines - missed)) / lines;
}

/** Rounded down, so that what is too little never looks like enough. @param {number} percent */
function shown(percent) {
  return `${(Math.floor(percent * 10) / 10).toFixed(1)} %`;
}

/**
 * Line numbers as spans: 3-5, 9.
 * @param {readonly number[]} lines ascending
 */
function spans(lines) {
  /** @type {[number, number][]} */
  const found = [];
  for (const line of lines) {
    const last = found.at(-1);
    if (last !== undefined && line === last[1] + 1) last[1] = line;
    else found.push([line, line]);
  }
  return found.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}
