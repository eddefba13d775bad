/** What is killed and when, by the seed alone: the same whatever the machine makes of it. */
import { createHash } from 'node:crypto';
import { OPERATIONS, type OperationName } from './operations.js';

export interface Choice {
  readonly operation: OperationName;
  /** The moment of the kill, as a share of the time that all of it takes undisturbed; somewhat above 1 at most. */
  readonly share: number;
}

/** In turn. A promotion takes seconds, most of them for measuring, so it comes late and seldom. */
const TURNS: readonly OperationName[] = [
  ...(['registration', 'rollback', 'first start', 'switch', 'rollback', 'registration', 'rollback'] as const),
  ...(['switch', 'registration', 'first start', 'rollback', 'promotion', 'registration', 'rollback'] as const),
  ...(['switch', 'registration', 'rollback', 'first start', 'registration', 'rollback'] as const),
];
/** Kills come until so much later than the end of it. */
const LAST = 1.15;
/** The share of kills that come at any time; the others come after the operation's `focus`. */
const ANYWHERE = 0.25;

/** @param run from 0 */
export function choose(seed: number, registry: string, run: number): Choice {
  const operation = TURNS[run % TURNS.length] ?? 'registration';
  const [where, when] = randomNumbers(`${seed} ${registry} ${run}`);
  const from = where < ANYWHERE ? 0 : OPERATIONS[operation].focus;
  return { operation, share: from + when * (LAST - from) };
}

/** From 0 to 1, the same for the same text. */
function randomNumbers(text: string): readonly [number, number] {
  const hash = createHash('sha256').update(text).digest();
  return [hash.readUInt32BE(0) / 2 ** 32, hash.readUInt32BE(4) / 2 ** 32];
}
