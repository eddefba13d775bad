// @ts-check
/** What holds on one machine or in one network only has no place in the repository, lock files included. */
import { occurrences } from './house.mjs';

/** Not what follows `==`, a version in a list of requirements. */
const IPV4 = /(?<![\w.-]|==)(?:\d{1,3}\.){3}\d{1,3}(?![\w.-]|\.\d)/g;
/** This machine, all of its addresses, those of the link alone (RFC 3927), and those kept for documentation (RFC 5737). */
const IPV4_OF_NOBODY = /^(127\.|0\.0\.0\.0$|169\.254\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.)/;

const ONE_MACHINE = 'is a path of one machine: name it from the checkout';
const FROM_WHERE = 'names where packages come from, which is for the machine to say: leave it out';

/** @type {readonly [RegExp, string][]} */
const PATTERNS = [
  [/(?<![\w.])\/(?:home|work|Users|root|opt)\/[\w.-]+/g, ONE_MACHINE],
  [/\b[A-Z]:\\{1,2}\w+/g, ONE_MACHINE],
  [/(?:registry\.npmjs|registry\.yarnpkg|npm\.pkg\.github)\.(?:org|com)/g, FROM_WHERE],
  [/(?:files\.pythonhosted|test\.pypi|pypi)\.org/g, FROM_WHERE],
  [/--(?:extra-)?index-url|--trusted-[h]ost|--find-[l]inks|^(?:@\w+:)?registry ?=/gm, FROM_WHERE],
  [/"resolved": "[h]ttp/g, FROM_WHERE],
];

/** @type {import('./house.mjs').Rule} */
export function addresses({ files }) {
  /** @type {import('./house.mjs').Finding[]} */
  const findings = [];
  for (const [file, text] of files) {
    for (const { line, match } of occurrences(text, IPV4)) {
      if (IPV4_OF_NOBODY.test(match[0])) continue;
      const message = `'${match[0]}' is the address of a machine: take 127.0.0.1, or 192.0.2.1 in an example`;
      findings.push({ file, line, message });
    }
    for (const [pattern, what] of PATTERNS) {
      for (const { line, match } of occurrences(text, pattern)) {
        findings.push({ file, line, message: `'${match[0]}' ${what}` });
      }
    }
  }
  return findings;
}
