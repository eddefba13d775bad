// @ts-check
/**
 * Numbers that are limits stand in the limits file of their room, where the relations between them can be seen; the
 * tests beside those files assert them. What bench/ sets is an experiment, not a limit.
 */
import { isForTests, occurrences } from './house.mjs';

const ROOMS = /^(cli|client|config|data|features|registry|server|setup|training|workers)\//;
const LIMITS_FILE = /\/limits\.m?ts$|\/limits\.mjs$/;
/** A number under a name that says that it bounds a time, a size or a count. */
const LIMIT =
  /^(?:export )?const ((?:[A-Z]\w*_)?(?:MS|SECONDS|BYTES|CHARS|CHARACTERS|MAX|TIMEOUT)(?:_[A-Z_]+)?|(?:MAX|MIN)_\w+) = [-\d(]/gm;

/** `file NAME` → why it is no limit. @type {Readonly<Record<string, string>>} */
const NO_LIMITS = {
  'training/split.ts HASH_BYTES': 'how much of a hash is read',
  'training/text-check.ts LONGEST_CUT_BYTES': 'a property of UTF-8',
  'workers/slot-memory.ts CACHE_LINE_BYTES': 'a property of processors',
};

/** @type {import('./house.mjs').Rule} */
export function limits({ files }) {
  /** @type {Set<string>} */
  const excused = new Set();
  /** @type {import('./house.mjs').Finding[]} */
  const findings = [];
  for (const [file, text] of files) {
    if (!ROOMS.test(file) || isForTests(file) || LIMITS_FILE.test(file)) continue;
    for (const { line, match } of occurrences(text, LIMIT)) {
      const name = match[1] ?? '';
      if (Object.hasOwn(NO_LIMITS, `${file} ${name}`)) excused.add(`${file} ${name}`);
      else findings.push({ file, line, message: `${name} is a limit: it belongs into ${limitsFileOf(file)}` });
    }
  }
  for (const unused of Object.keys(NO_LIMITS).filter((key) => !excused.has(key))) {
    const message = `'${unused}' is excused here and is not there any more: take it out`;
    findings.push({ file: 'setup/tidy/limits.mjs', line: 1, message });
  }
  return findings;
}

/** @param {string} file */
function limitsFileOf(file) {
  const [room = ''] = file.split('/');
  return `${room}/limits.${room === 'setup' ? 'mjs' : 'ts'}`;
}
