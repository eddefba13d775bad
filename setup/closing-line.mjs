// @ts-check
/** The line that a run of tests closes with, `N passed, N failed[, N skipped]`, read and summed over several runs. */

const CLOSING = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

/**
 * @typedef {object} Run
 * @property {string} name the command
 * @property {string} lastLine that it wrote
 * @property {number | null} code that it ended with; null where a signal ended it
 */

/**
 * What did not close as it is to, or not with an exit code that agrees, has not passed, whatever it says.
 * @param {readonly Run[]} runs
 * @returns {{ line: string, failed: number, complaints: string[] }}
 */
export function sumOf(runs) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  /** @type {string[]} */
  const complaints = [];
  for (const { name, lastLine, code } of runs) {
    const counts = CLOSING.exec(lastLine);
    const failed = Number(counts?.[2] ?? 0);
    sum.passed += Number(counts?.[1] ?? 0);
    sum.failed += failed;
    sum.skipped += Number(counts?.[3] ?? 0);
    const how = code === null ? 'was ended by a signal' : `ended with exit code ${code}`;
    if (counts === null) complaints.push(`${name} ${how} and did not close with its counts`);
    else if (code !== 0 && failed === 0) complaints.push(`${name} ${how}, though no test failed`);
    else if (code === 0 && failed > 0) complaints.push(`${name} ${how}, though tests failed`);
    else continue;
    if (failed === 0) sum.failed++;
  }
  const skipped = sum.skipped === 0 ? '' : `, ${sum.skipped} skipped`;
  return { line: `${sum.passed} passed, ${sum.failed} failed${skipped}`, failed: sum.failed, complaints };
}
