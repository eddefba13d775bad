// @ts-check
/** A file holds one idea: most have under 200 lines, and none more than this. (Of functions, biome.json says it.) */
import { isCode, isForTests } from './house.mjs';

const SOURCE_LINES = 250;
const TEST_LINES = 400;

/** File → its own limit, and why it may be longer. @type {Readonly<Record<string, { lines: number, why: string }>>} */
const LONGER = {
  'client/openapi.ts': { lines: 400, why: 'it is made from the API document, not written' },
  'training/fit.py': { lines: 500, why: 'Python sees one program, which is the only one there is' },
};

/** @type {import('./house.mjs').Rule} */
export function lengths({ files }) {
  /** @type {import('./house.mjs').Finding[]} */
  const findings = [];
  for (const [file, text] of files) {
    if (!isCode(file)) continue;
    const usual = isForTests(file) ? TEST_LINES : SOURCE_LINES;
    const limit = LONGER[file]?.lines ?? usual;
    const lines = text.trimEnd().split('\n').length;
    if (lines > limit) {
      findings.push({ file, line: limit, message: `${lines} lines, at most ${limit}: split it by what it is about` });
    }
    if (LONGER[file] !== undefined && lines <= usual) {
      findings.push({
        file,
        line: 1,
        message: 'needs no limit of its own any more: take it out of setup/tidy/lengths.mjs',
      });
    }
  }
  return findings;
}
