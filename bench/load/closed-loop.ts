/** Closed-loop load by the better of the two generators that is there. */
import { runGenerator } from './generator.js';
import type { LoadResult } from './load-result.js';
import { isWrkInstalled, runWrk, type WrkOptions } from './wrk.js';

/** The load to make, whichever generator makes it. */
export type ClosedLoopOptions = Omit<WrkOptions, 'threads'>;

let found: 'wrk' | 'autocannon' | undefined;

/** What makes it: `wrk` where that is installed, which is looked for when it is first asked. */
export function closedLoopGenerator(): 'wrk' | 'autocannon' {
  found ??= isWrkInstalled() ? 'wrk' : 'autocannon';
  return found;
}

/**
 * As many requests as are answered: each connection sends its next order when it has the answer to the one before.
 * @throws WrkFailed, GeneratorFailed
 */
export function runClosedLoop(options: ClosedLoopOptions): Promise<LoadResult> {
  return closedLoopGenerator() === 'wrk' ? runWrk(options) : runAutocannon(options);
}

/**
 * The same by autocannon in any case, which makes a fraction of the load of wrk: mind `generatorBusy`.
 * @throws GeneratorFailed
 */
export function runAutocannon(options: ClosedLoopOptions): Promise<LoadResult> {
  return runGenerator(new URL('autocannon-process.js', import.meta.url), options);
}
