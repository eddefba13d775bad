/**
 * Predicts a share of the rows with another version as well, after their callers have been answered, and notes how far
 * apart the two are. It may be slow, broken or absent without a caller noticing: it has a worker of its own, takes no
 * more rows than that keeps up with, and gives way as soon as rows wait for the version that answers.
 */
import type { Order } from '../../features/order.js';
import type { Reply } from '../batching/reply.js';
import { SHADOW_ROWS, SHADOW_TIMEOUT_MS } from '../limits.js';
import type { ServedModel } from '../served-model.js';
import type { Serving } from '../serving.js';
import { isSameVersion } from '../switching/participant.js';
import { Differences } from './differences.js';

/** Which rows are compared. */
export interface ShadowOptions {
  /** The share of rows that are compared, from 0 to 1. */
  readonly fraction: number;
  /** From 0 to 1, as Math.random. */
  readonly random?: () => number;
}

/** Of one pair of versions; begun anew when either changes. */
export interface Comparison {
  /** The version that answers. */
  readonly live: number;
  readonly shadow: number;
  readonly differences: Differences;
  /** Rows that the shadow did not predict. */
  failed: number;
  /** Rows that were not compared, since one of the two had its hands full. */
  shed: number;
}

/** The comparison of what callers got with what another version gives for the same orders. */
export class Shadow {
  readonly #serving: Serving;
  readonly #fraction: number;
  readonly #random: () => number;
  #pair: readonly [live: ServedModel, shadow: ServedModel] | undefined;
  #comparison: Comparison | undefined;
  #inFlight = 0;

  /** @param serving what the shadow's alias points to */
  constructor(serving: Serving, { fraction, random = Math.random }: ShadowOptions) {
    this.#serving = serving;
    this.#fraction = fraction;
    this.#random = random;
  }

  get serving(): Serving {
    return this.#serving;
  }

  /** Undefined before the first row that could be compared. */
  get comparison(): Comparison | undefined {
    return this.#comparison;
  }

  /** Whether a row that `live` is about to answer is to be compared as well. */
  takes(live: ServedModel): boolean {
    const shadow = this.#serving.model;
    if (shadow === undefined || this.#random() >= this.#fraction) return false;
    if (isSameVersion(shadow.version, live.version)) return false;
    const comparison = this.#comparisonOf(live, shadow);
    if (this.#inFlight < SHADOW_ROWS && !live.batcher.hasBacklog) return true;
    comparison.shed += 1;
    return false;
  }

  /** Compares a row that was taken, once `live` has answered it with `minutes`. */
  compare(order: Order, live: ServedModel, minutes: number): void {
    const shadow = this.#serving.model;
    if (shadow === undefined) return;
    const comparison = this.#comparisonOf(live, shadow);
    const reply: Reply = {
      wanted: true,
      deliver: (_row, other) => {
        this.#inFlight -= 1;
        comparison.differences.add(other - minutes);
      },
      fail: () => {
        this.#inFlight -= 1;
        comparison.failed += 1;
      },
    };
    this.#inFlight += 1;
    if (shadow.batcher.submit(order, reply, performance.now() + SHADOW_TIMEOUT_MS)) return;
    this.#inFlight -= 1;
    comparison.shed += 1;
  }

  #comparisonOf(live: ServedModel, shadow: ServedModel): Comparison {
    const known = this.#comparison;
    if (known !== undefined && this.#pair?.[0] === live && this.#pair[1] === shadow) return known;
    this.#pair = [live, shadow];
    this.#comparison = {
      live: live.version.version,
      shadow: shadow.version.version,
      differences: new Differences(),
      failed: 0,
      shed: 0,
    };
    return this.#comparison;
  }
}
