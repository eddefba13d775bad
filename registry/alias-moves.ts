/**
 * The orders in which promotion and rollback move the aliases. No store writes two aliases at once, so a process may be
 * killed between the two writes: after either, `production` is a version that was or is to be served, and the same
 * command given again finishes the work or finds nothing left to do.
 */
import { RegistryError } from './errors.js';
import type { Aliases, AliasMove } from './model-registry.js';

/** The newest trained version. */
export const CANDIDATE = 'candidate';
/** The version that passed the gates. */
export const STAGING = 'staging';
/** The version that is served. */
export const PRODUCTION = 'production';
/** What was served before, to roll back to. */
export const PREVIOUS = 'previous';

/**
 * Makes `version` the one that is served: `previous` first, then `production`.
 * Killed between, the old version is served as before and both aliases point to it; only the way back to the version
 * before it is gone, which the promotion was about to give up anyhow. The other way round a kill would leave the new
 * version served, and a rollback would skip the one that it replaced.
 */
export function promotionMoves(current: Aliases, version: number): readonly AliasMove[] {
  const served = current.get(PRODUCTION);
  if (served === version) return [];
  const toProduction = { alias: PRODUCTION, version };
  return served === undefined ? [toProduction] : [{ alias: PREVIOUS, version: served }, toProduction];
}

/**
 * Swaps `production` and `previous`: `production` first.
 * Killed between, the version rolled back to is served, which is what matters; that the bad version was `previous` is
 * forgotten. The other way round a kill would leave the bad version served and forget where to go back to.
 * @throws RegistryError `nothing_to_roll_back`
 */
export function rollbackMoves(current: Aliases): readonly AliasMove[] {
  const served = current.get(PRODUCTION);
  const before = current.get(PREVIOUS);
  if (served === undefined || before === undefined || served === before) {
    throw new RegistryError(
      'nothing_to_roll_back',
      `There is nothing to roll back to: '${PRODUCTION}' is ${describe(served)}, '${PREVIOUS}' is ${describe(before)}.`,
    );
  }
  return [
    { alias: PRODUCTION, version: before },
    { alias: PREVIOUS, version: served },
  ];
}

function describe(version: number | undefined): string {
  return version === undefined ? 'not set' : `version ${version}`;
}
