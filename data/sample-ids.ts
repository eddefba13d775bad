/** The identifiers of the sample's orders: hexadecimal, unique, in no visible order, as in the public data set. */
import type { Random } from './random.js';

/** Those below do not occur: an identifier has three digits at least. */
const MINIMUM = 0x100;
/** The first 65,280 have four digits at most, and only later ones more. */
const BLOCK = 0x1_0000;
/** Odd, so that multiplying by it maps 16 bits one to one: 2^16 divided by the golden ratio. */
const MULTIPLIER = 0x9e37;

/** `0x…` without end, none of them twice. */
export function* uniqueIds(random: Random): Generator<string, never, undefined> {
  const start = random.integer(0, BLOCK - 1);
  for (let count = 0; ; count++) {
    const id = Math.floor(count / BLOCK) * BLOCK + scramble((start + count) % BLOCK);
    if (id >= MINIMUM) yield `0x${id.toString(16)}`;
  }
}

/** Maps 16 bits one to one: twice multiplied by an odd number and folded onto itself. */
function scramble(bits: number): number {
  return fold(multiply(fold(multiply(bits))));
}

function multiply(bits: number): number {
  return (bits * MULTIPLIER) % BLOCK;
}

function fold(bits: number): number {
  return bits ^ (bits >>> 7);
}
