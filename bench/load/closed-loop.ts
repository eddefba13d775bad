/** Closed-loop load by the better of the two generators that is there. */
import { runGenerator } from './generator.js';
import type { LoadResult } from './load-result.js';
import { isWrkInstalled, runWrk, type WrkOptions } from './wrk.js';

export type ClosedLoopOptions = Omit<WrkOptions, 'threads'>;

export const GENERATOR = isWrkInstalled() ? 'wrk' : 'autocannon';

export function runClosedLoop(options: ClosedLoopOptions): Promise<LoadResult> {
  return GENERATOR === 'wrk' ? runWrk(options) : runAutocannon(options);
}

export function runAutocannon(options: ClosedLoopOptions): Promise<LoadResult> {
  return runGenerator(new URL('autocannon-process.js', import.meta.url), options);
}
