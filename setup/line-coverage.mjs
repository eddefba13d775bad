// @ts-check
/**
 * Which lines of the TypeScript sources were run, from what V8 noted in every process and worker thread that had
 * NODE_V8_COVERAGE in its environment. A thread or process that was killed outright has noted nothing.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * @typedef {object} FileCoverage
 * @property {string} file the source, relative to the checkout
 * @property {number} lines that became code
 * @property {number[]} missed of those, the ones that were never run, from 1
 *
 * @typedef {{ startOffset: number, endOffset: number, count: number }} Range
 * @typedef {{ url: string, functions: { ranges: Range[] }[] }} Script
 */

/** Tests and what only they use: nothing else is left out. */
const FOR_TESTS = /\.test\.js$|\/fixtures\//;
/** A line of a source that is none of code, though the compiler copies it: counted, it would flatter. */
const COMMENT = /^\s*(\/\/|\/\*|\*)/;

/**
 * @param {string} root the checkout, built
 * @param {readonly string[]} rooms
 * @param {string} notes the folder that NODE_V8_COVERAGE named
 * @returns {FileCoverage[]} of every source of the rooms, run or not
 */
export function lineCoverage(root, rooms, notes) {
  const dist = join(root, 'dist');
  const files = rooms.flatMap((room) =>
    readdirSync(join(dist, room), { recursive: true, encoding: 'utf8' })
      .map((file) => join(room, file))
      .filter((file) => file.endsWith('.js') && !FOR_TESTS.test(file)),
  );
  const code = new Map(
    files.map((file) => {
      const text = readFileSync(join(dist, file), 'utf8');
      return [pathToFileURL(join(dist, file)).href, { file, text, wasRun: new Uint8Array(text.length) }];
    }),
  );
  for (const script of scriptsIn(notes)) {
    const known = code.get(script.url);
    if (known !== undefined) addRun(known.wasRun, script);
  }
  return [...code.values()].map(({ file, text, wasRun }) => {
    const source = file.replace(/\.js$/, '.ts');
    const isCode = readFileSync(join(root, source), 'utf8')
      .split('\n')
      .map((line) => !COMMENT.test(line));
    const lines = linesOf(text, wasRun, readFileSync(join(dist, `${file}.map`), 'utf8'));
    const ofCode = lines.filter(([line]) => isCode[line - 1]);
    const missed = ofCode.filter(([, ran]) => !ran).map(([line]) => line);
    return { file: source, lines: ofCode.length, missed };
  });
}

/** @param {string} notes */
function* scriptsIn(notes) {
  if (!existsSync(notes)) return;
  for (const name of readdirSync(notes)) {
    // A process that was killed while it wrote leaves half of a file.
    const text = readFileSync(join(notes, name), 'utf8');
    if (!text.endsWith('}')) continue;
    /** @type {{ result: Script[] }} */
    const { result } = JSON.parse(text);
    yield* result;
  }
}

/**
 * Adds what one process ran of a script. Of the ranges, each inside another or beside it, the innermost counts.
 * @param {Uint8Array} wasRun by character
 * @param {Script} script
 */
function addRun(wasRun, { functions }) {
  const ranges = functions.flatMap((one) => one.ranges);
  ranges.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  const now = new Uint8Array(wasRun.length);
  for (const { startOffset, endOffset, count } of ranges) now.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  for (const [at, ran] of now.entries()) if (ran === 1) wasRun[at] = 1;
}

/**
 * A line of the source was run if any character of the code that it became was.
 * @param {string} text the built file
 * @param {Uint8Array} wasRun
 * @param {string} map its source map
 * @returns {[line: number, ran: boolean][]}
 */
function linesOf(text, wasRun, map) {
  const sourceMap = new SourceMap(JSON.parse(map));
  /** @type {Map<number, boolean>} */
  const lines = new Map();
  let at = 0;
  for (const [row, content] of text.split('\n').entries()) {
    for (let column = 0; column < content.length; column++) {
      if (content[column] === ' ') continue;
      const entry = sourceMap.findEntry(row, column);
      // Of what stands before the first mapping or on a line without one, the one before would be given.
      if (!('originalLine' in entry) || entry.generatedLine !== row) continue;
      const line = entry.originalLine + 1;
      lines.set(line, lines.get(line) === true || wasRun[at + column] === 1);
    }
    at += content.length + 1;
  }
  return [...lines].sort(([a], [b]) => a - b);
}
