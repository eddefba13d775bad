// @ts-check
/** A file begins with what it is for. (Of Python, ruff says it; tests are named as claims and need no more.) */
import { isCode } from './house.mjs';

/** Before it may stand: what names the interpreter, and what is said to tools. */
const PREAMBLE = /^(#!.*\n)?(\/\/ @ts-check\n|\/\/\/ .*\n|\/\/ biome-ignore.*\n)*/;
const PURPOSE = /^(\/\*\*\s+(\*\s+)?\S.{15,}|# \S.{15,})/;

/** @type {import('./house.mjs').Rule} */
export function purpose({ files }) {
  return [...files]
    .filter(([file]) => isCode(file) && !/\.test\.m?[tj]s$|\.py$/.test(file))
    .filter(([, text]) => !PURPOSE.test(text.replace(PREAMBLE, '')))
    .map(([file]) => ({ file, line: 1, message: 'begin it with a comment of a sentence or two on what it is for' }));
}
