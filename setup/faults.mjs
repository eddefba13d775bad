// @ts-check
/** Faults that can be foreseen, told in one sentence that says what is wrong and what to do; never a stack trace. */
import { DETAIL_LINES } from './limits.mjs';

const AGAIN = 'then run the same command again.';

/** What npm and pip say when nobody answers. */
export const NO_NETWORK =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|connection broken|CERT_|SELF_SIGNED|SSLError/;

/** What the last lines of npm, pip or tsc, or the code of a system error, say about the cause; the first match counts. */
const CAUSES = /** @type {const} */ ([
  [/ENOSPC|EDQUOT|No space left|Disk quota exceeded/i, `the disk is full: make room, ${AGAIN}`],
  [
    /EROFS|EACCES|EPERM|Read-only file system|Permission denied/i,
    `a file or folder cannot be written: make it writable for this user, ${AGAIN}`,
  ],
  [
    /EINTEGRITY|DO NOT MATCH THE HASHES/,
    'a download is not the one that the lock file names: a proxy or mirror may have changed it.',
  ],
  [
    /can only install packages when your package\.json and package-lock\.json/,
    'package.json and package-lock.json do not agree: run `npm install` to bring the lock file up to date.',
  ],
  [NO_NETWORK, `the packages cannot be fetched: check the network connection and the proxy settings, ${AGAIN}`],
  [
    /No matching distribution found/,
    'the package index has no ready-made build of a Python package for this system and Python version.',
  ],
]);

/** Lines that tell a user nothing: npm's stack traces, dumps of its errors, and warnings but those of unpacking. */
const NOISE = /^npm (warn(?! tar)|notice)\b|^npm error( {3,}.*| })?$/;

export class Fault extends Error {
  /** @readonly @type {string} */
  details;

  /**
   * @param {string} sentence
   * @param {string} [details] lines shown above the sentence: the end of another program's output
   */
  constructor(sentence, details = '') {
    super(sentence);
    this.details = details;
  }
}

/**
 * The fault of a program that failed, with the last of what it said.
 * @param {string} what what failed: "Installing the packages"
 * @param {{ code: number | null, signal: NodeJS.Signals | null, output: string }} end
 */
export function faultOf(what, { code, signal, output }) {
  const said = output.split('\n').filter((line) => line.trim() !== '' && !NOISE.test(line));
  const lines = said.filter((line, i) => line !== said[i - 1]);
  const details = lines.slice(-DETAIL_LINES).join('\n');
  if (signal !== null) {
    return new Fault(`${what} failed: it was ended by ${signal}, perhaps for want of memory.`, details);
  }
  const cause = causeIn(lines.join('\n'));
  return new Fault(`${what} failed: ${cause ?? `it ended with exit code ${code}, see the lines above.`}`, details);
}

/**
 * A fault of the file system while setting up, in a sentence; anything else as it is.
 * @param {unknown} error
 */
export function asFault(error) {
  const cause = error instanceof Error && 'syscall' in error && causeIn(error.message);
  return cause ? new Fault(`Setting up failed: ${cause}`, error.message) : error;
}

/** @param {string} output */
function causeIn(output) {
  return CAUSES.find(([pattern]) => pattern.test(output))?.[1];
}

/**
 * Shows what went wrong. A stack is shown only for what nobody foresaw: a mistake in the program.
 * @param {unknown} error
 */
export function tell(error) {
  process.stderr.write(`${wordsFor(error)}\n`);
}

/** @param {unknown} error */
export function tellAndExit(error) {
  tell(error);
  process.exit(1);
}

/** @param {unknown} error */
function wordsFor(error) {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof Fault) return [...(error.details ? [indented(error.details)] : []), error.message].join('\n');
  // The program's own errors and those of the system carry a code, and a message that is meant for the user.
  return 'code' in error && typeof error.code === 'string' ? error.message : (error.stack ?? error.message);
}

/** @param {string} text */
function indented(text) {
  return text.replaceAll(/^/gm, '  ');
}
