// @ts-check
/** What is left behind while one works, and errors that are swallowed. */
import { isCode, isForTests, occurrences } from './house.mjs';

/** What TAP itself calls so. */
const SPEAKS_OF_TAP = /^setup\/tap-(lines|summary|summary\.test)\.mjs$/;

/** A program is what may write to the standard output: its frame is in config/command.ts or setup/command.mjs. */
const PROGRAM = /\bawait runProgram\(|^command\(async/m;
/** Others that do so: for a program, or as one in a room that imports nothing of ours. */
const SPEAKERS = new Set(['training/context.ts', 'setup/tap-runner.mjs', 'features/record-revisions.ts']);

/** @type {import('./house.mjs').Rule} */
export function leftovers({ files }) {
  /** @type {import('./house.mjs').Finding[]} */
  const findings = [];
  for (const [file, text] of files) {
    if (!isCode(file)) continue;
    /**
     * @param {RegExp} pattern
     * @param {string} message
     */
    const find = (pattern, message) => {
      for (const { line } of occurrences(text, pattern)) findings.push({ file, line, message });
    };
    if (!SPEAKS_OF_TAP.test(file)) {
      find(/\b(?:TO[D]O|FIX[M]E|XX[X])\b/g, 'do it, or write down elsewhere that it is to be done');
    }
    if (!isForTests(file) && !PROGRAM.test(text) && !SPEAKERS.has(file)) {
      find(
        /^(?!\s*[/*]).*\bconsole\.(?:log|info|debug|dir|table)\(/gm,
        'only a program writes to the standard output: return it, or log',
      );
    }
    find(
      /\bcatch(?:\s*\(\w+\))?\s*\{\s*\}/g,
      'an error is swallowed: handle it, or say in a comment why it does not matter',
    );
    find(/\.catch\(\s*(?:\(\w*\)|\w+)\s*=>\s*(?:\{\s*\}|undefined|null)\s*\)/g, 'an error is swallowed: handle it');
    if (!isForTests(file)) {
      find(
        /\bcatch\s*\{(?![^{}]*(?:\bthrow\b|\/\/))[^{}]+\}/g,
        'any error counts as one here: say in a comment which it is, and why that is right',
      );
    }
  }
  return findings;
}
