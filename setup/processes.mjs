// @ts-check
/** Tells whether a process that was written down is still the one that runs. */
import { readFileSync } from 'node:fs';

/**
 * A process by its id and, where the system tells it, its start time, since ids are used again.
 * @param {number} pid
 */
export function identity(pid) {
  return `${pid}-${process.platform === 'linux' ? (statOf(pid)?.startTime ?? '') : ''}`;
}

/** @param {string} named */
export function pidOf(named) {
  return Number.parseInt(named, 10);
}

/** @param {string} named */
export function isAlive(named) {
  const pid = pidOf(named);
  if (process.platform === 'linux') {
    const stat = statOf(pid);
    // A zombie has ended; only its parent has not asked yet.
    return stat !== undefined && !/[ZX]/.test(stat.state) && named === identity(pid);
  }
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @param {number} pid */
function statOf(pid) {
  try {
    // The second field is the program's name in parentheses, and may hold anything: count from the last parenthesis.
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTime: fields[19] ?? '' };
  } catch {
    return undefined; // There is no such process.
  }
}
