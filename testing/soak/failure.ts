/** What a soak looks for and does not want to find. */

/** The message says what was found, when, and how to come to it again. */
export class SoakFailure extends Error {
  override readonly name = 'SoakFailure';
  readonly code = 'soak_failure';
}

/** What a wait in a soak may take at most: what takes longer hangs. */
const HANG_MS = 60_000;

/** @throws Error naming `what` where it does not come to an end */
export async function withinTime<T>(what: string, work: Promise<T>, limitMs: number = HANG_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} hangs: not at its end after ${limitMs / 1_000} s.`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
