/**
 * Seeded random numbers that are the same on every machine and every version of Node: 32-bit integer arithmetic and
 * exact divisions only. Math.random has no seed, and Math.log, sin and cos may differ in the last bit between builds.
 */

/** A value with the share it has among its alternatives. Shares need not add up to 1. */
export type Share<T> = readonly [value: T, weight: number];

/** Values to pick from, each as often as its weight says. */
export class Weighted<T> {
  /** `upTo` is the sum of the weights of the values up to this one. */
  readonly #steps: readonly { readonly value: T; readonly upTo: number }[];
  readonly #total: number;

  constructor(shares: readonly Share<T>[]) {
    let total = 0;
    this.#steps = shares.map(([value, weight]) => {
      total += weight;
      return { value, upTo: total };
    });
    this.#total = total;
  }

  /**
   * @param unit a number in [0, 1), where to stop on the way along all values
   * @throws RangeError if there is nothing to pick from
   */
  at(unit: number): T {
    const sought = unit * this.#total;
    for (const { value, upTo } of this.#steps) if (sought < upTo) return value;
    throw new RangeError('There is nothing to pick from.');
  }
}

/** 2^32 divided by the golden ratio, the usual step of a Weyl sequence. */
const GOLDEN = 0x9e3779b9;

/**
 * xoshiro128** 1.1 by David Blackman and Sebastiano Vigna (https://prng.di.unimi.it/xoshiro128starstar.c, public
 * domain). Its 128 bits of state are filled from the seed by the finalizer of MurmurHash3 over a Weyl sequence.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** @param seed a whole number from 0 to 2^32 - 1 */
  constructor(seed: number) {
    this.#a = mix32(seed + GOLDEN);
    this.#b = mix32(seed + 2 * GOLDEN);
    this.#c = mix32(seed + 3 * GOLDEN);
    this.#d = mix32(seed + 4 * GOLDEN);
  }

  /** A generator that goes on from this state, not all of it zero. */
  static fromState(a: number, b: number, c: number, d: number): Random {
    const random = new Random(0);
    [random.#a, random.#b, random.#c, random.#d] = [a, b, c, d];
    return random;
  }

  /** The next 32 bits, as a whole number from 0 to 2^32 - 1. */
  bits(): number {
    const result = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotateLeft(this.#d, 11);
    return result;
  }

  /** A number in [0, 1), a multiple of 2^-32. */
  unit(): number {
    return this.bits() / 0x1_0000_0000;
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** A whole number from `minimum` to `maximum`, both included. */
  integer(minimum: number, maximum: number): number {
    return minimum + Math.floor(this.unit() * (maximum - minimum + 1));
  }

  /** One of the values, each as often as its weight says. */
  pick<T>(values: Weighted<T>): T {
    return values.at(this.unit());
  }

  /**
   * A bell-shaped number of mean 0 and standard deviation 1, never beyond 3 on either side: the sum of three uniform
   * numbers (Irwin-Hall), which needs no logarithm.
   */
  bell(): number {
    return 2 * (this.unit() + this.unit() + this.unit() - 1.5);
  }
}

/** The finalizer of MurmurHash3 (Austin Appleby, public domain): a bijection of 32 bits. */
function mix32(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

function rotateLeft(bits: number, by: number): number {
  return (bits << by) | (bits >>> (32 - by));
}
