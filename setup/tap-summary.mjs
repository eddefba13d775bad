// @ts-check
/**
 * Counts tests in the TAP output of tap. A test is a point at the top of a test file, mostly a `t.test` block. What did
 * not prove itself is never counted as passed: a file that crashed, timed out, ended early or holds no test is a failure,
 * a block of nothing but skips is skipped.
 */
import { indentOf, pointIn, subtestIn } from './tap-lines.mjs';

/** What tap says of a file that ended well without having run a test. */
const NO_TESTS = 'no tests found';
/**
 * A point that tap adds when a file has timed out, over and above or instead of the file's own; at times even instead of
 * the last file's. Which file it was stands in the diagnostics.
 */
const TIMEOUT = 'timeout!';

/**
 * @typedef {{ name: string, reason: string }} Finding the name is that of the file, then of the tests inside it
 * @typedef {import('./tap-lines.mjs').Point} Point
 */

export class TapSummary {
  passed = 0;
  /** @type {Finding[]} */
  failed = [];
  /** @type {Finding[]} */
  skipped = [];

  /** @type {number | undefined} */
  #plannedFiles;
  #files = 0;
  /** Names of the blocks that are open, from the file inwards. @type {string[]} */
  #path = [];
  /** Whether a point failed at that depth since the last point of the depth above. @type {boolean[]} */
  #failedAt = [];
  #testsInFile = 0;
  /** The file whose point has not come yet, if tests of it have. */
  #openFile = '';
  /** The points directly inside the test that is open. */
  #inside = { points: 0, skips: 0, reason: '' };
  /** The end of the diagnostics that are open, or undefined. @type {string | undefined} */
  #diagnosticsEnd;
  /** @type {Point | undefined} */
  #last;
  #lastIsShown = false;
  #tell;

  /** @param {(line: string) => void} [tell] gets a line for each file that ends, and all about each failure, as it comes */
  constructor(tell = () => {}) {
    this.#tell = tell;
  }

  /** @param {string} text one line of TAP */
  line(text) {
    if (this.#diagnosticsEnd !== undefined) this.#diagnostics(text);
    else if (this.#last !== undefined && text === `${indentOf(this.#last)}  ---`) {
      this.#diagnosticsEnd = `${indentOf(this.#last)}  ...`;
    } else this.#statement(text);
  }

  /**
   * To be called after the last line.
   * @param {{ code: number | null, signal: NodeJS.Signals | null }} end how tap itself ended
   */
  end({ code, signal }) {
    const how = signal ?? `exit code ${code}`;
    if (this.#plannedFiles !== undefined && this.#files === this.#plannedFiles && code === 0) {
      // A filter that fits no test, or tests that all skip themselves, prove nothing.
      if (this.passed + this.failed.length === 0) this.failed.push({ name: 'tap', reason: 'no test has run' });
    } else if (this.#files === 0 && this.#path.length === 0) {
      this.failed.push({ name: 'tap', reason: `no test file has run (${how})` });
    } else if (this.#plannedFiles === undefined || this.#files < this.#plannedFiles) {
      this.failed.push({ name: 'tap', reason: `has not reported on all test files (${how})` });
    } else if (code !== 0 && this.failed.length === 0) {
      this.failed.push({ name: 'tap', reason: `ended with ${how}, though no test failed` });
    }
  }

  toString() {
    const counts = `${this.passed} passed, ${this.failed.length} failed`;
    return this.skipped.length === 0 ? counts : `${counts}, ${this.skipped.length} skipped`;
  }

  /** @param {string} text */
  #statement(text) {
    this.#last = undefined;
    const subtest = subtestIn(text);
    const point = pointIn(text);
    if (subtest !== undefined) this.#open(subtest.depth, subtest.name);
    else if (point !== undefined) this.#point(point);
    else if (text.startsWith('1..')) this.#plannedFiles = Number.parseInt(text.slice(3), 10);
    else if (text.startsWith('Bail out!')) this.#bailOut(text.slice(9).trim());
  }

  /**
   * @param {number} depth
   * @param {string} name
   */
  #open(depth, name) {
    this.#path.splice(depth, Infinity, name);
    if (depth === 0) {
      this.#testsInFile = 0;
      this.#openFile = name;
    }
    if (depth === 1) this.#inside = { points: 0, skips: 0, reason: '' };
  }

  /** @param {Point} point */
  #point(point) {
    const { depth, ok, directive } = point;
    const hasFailed = !ok && directive !== 'TODO';
    const insideHasFailed = this.#failedAt[depth + 1] === true;
    this.#failedAt.splice(depth + 1);
    this.#failedAt[depth] ||= hasFailed;
    this.#last = point;
    // Of a failure that makes all around it fail, the innermost point is the one to show.
    this.#lastIsShown = hasFailed && !insideHasFailed && depth > 0;
    if (this.#lastIsShown) this.#tell(`not ok ${this.#nameOf(point)}`);
    if (depth === 0 && point.name !== TIMEOUT) this.#fileEnded(point, hasFailed);
    if (depth === 1) this.#testEnded(point, hasFailed);
    if (depth === 2) this.#countInside(point);
    this.#path.splice(depth);
  }

  /** @param {Point} point */
  #countInside({ directive, name, reason }) {
    this.#inside.points++;
    if (directive !== 'SKIP') return;
    this.#inside.skips++;
    this.#inside.reason ||= reason || name;
  }

  /**
   * @param {Point} point
   * @param {boolean} hasFailed
   */
  #testEnded(point, hasFailed) {
    const name = this.#nameOf(point);
    const { points, skips, reason } = this.#inside;
    this.#inside = { points: 0, skips: 0, reason: '' };
    this.#testsInFile++;
    if (hasFailed) this.failed.push({ name, reason: '' });
    else if (point.directive === 'TODO') this.skipped.push({ name, reason: `to do ${point.reason}`.trim() });
    else if (point.directive === 'SKIP') this.skipped.push({ name, reason: point.reason });
    else if (points > 0 && points === skips) this.skipped.push({ name, reason });
    else this.passed++;
  }

  /**
   * @param {Point} point
   * @param {boolean} hasFailed
   */
  #fileEnded(point, hasFailed) {
    const name = this.#path[0] ?? point.name;
    const tests = this.#testsInFile;
    this.#files++;
    this.#testsInFile = 0;
    this.#openFile = '';
    if (hasFailed && !this.#hasFailed(name)) this.failed.push({ name, reason: 'crashed, timed out or ended early' });
    else if (!hasFailed && point.directive === 'SKIP' && point.reason !== NO_TESTS) {
      this.skipped.push({ name, reason: point.reason });
    } else if (!hasFailed && tests === 0) {
      this.failed.push({ name, reason: NO_TESTS });
      hasFailed = true;
    }
    const time = point.seconds < 1 ? '' : `, ${Math.round(point.seconds)} s`;
    this.#tell(`${hasFailed ? 'FAILED' : 'ok'} ${name} (${tests} ${tests === 1 ? 'test' : 'tests'}${time})`);
  }

  /** @param {string} text */
  #diagnostics(text) {
    if (text === this.#diagnosticsEnd) {
      this.#diagnosticsEnd = undefined;
      if (this.#lastIsShown) this.#tell('');
    } else if (this.#lastIsShown && this.#last !== undefined) {
      this.#tell(text.slice(indentOf(this.#last).length));
    } else if (this.#last?.depth === 0) this.#endOfFile(text);
  }

  /**
   * Adds how the process of a failed file ended, which its diagnostics tell.
   * @param {string} text
   */
  #endOfFile(text) {
    const [, key, value] = /^ {2}(exitCode|signal|expired): (.+)$/.exec(text) ?? [];
    if (key === undefined || value === undefined || value === 'null') return;
    const finding = this.failed.at(-1);
    if (key !== 'expired') {
      if (finding?.reason.startsWith('crashed')) finding.reason += `; ${key} ${value}`;
      return;
    }
    if (value === this.#openFile) this.#files++;
    if (!this.#hasFailed(value)) this.failed.push({ name: value, reason: 'timed out' });
  }

  /** @param {string} file whether a failure of it is known already */
  #hasFailed(file) {
    return this.failed.some(({ name }) => name === file || name.startsWith(`${file} > `));
  }

  /** @param {string} reason */
  #bailOut(reason) {
    const name = this.#path[0] ?? 'tap';
    // tap says it once for the test and once for itself.
    if (!this.failed.some((finding) => finding.name === name && finding.reason.startsWith('bailed out'))) {
      this.failed.push({ name, reason: `bailed out: ${reason}` });
    }
  }

  /** @param {Point} point */
  #nameOf({ depth, name }) {
    return [...this.#path.slice(0, depth), name].join(' > ');
  }
}
