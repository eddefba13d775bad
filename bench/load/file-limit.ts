/** Whether so many connections can be open at once: each is a file of the process. */
import { readFileSync } from 'node:fs';

/** What a process has open besides. */
const OTHER_FILES = 100;

/**
 * By the soft limit of this process, which those that it starts have too, less what they need besides.
 * @param connections files that are to be open at once
 * @throws Error of the system where there is no `/proc`
 */
export function isFileLimitEnough(connections: number): boolean {
  const limit = /^Max open files +(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return limit === 'unlimited' || Number(limit) >= connections + OTHER_FILES;
}
