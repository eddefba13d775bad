/**
 * What becomes of the batches of one version, in plain numbers that the batcher adds to once a batch.
 *
 * The batcher calls, with times of `performance.now`:
 * - `handedOver` when a batch goes to a worker;
 * - `finished` when its minutes are back, or `failed` when they will not come: one of both, once;
 * - in place of these, `predictedInPlace` or `failedInPlace` where no worker had it;
 * - `refusals.add` for rows that get no minutes.
 * Arrival times are those of the rows, in ascending order, and may be any array of numbers, a slot's own included.
 */
import type { Encoder } from '../../features/encoder.js';
import { LATENCY_BOUNDS_MS, METERS_KEPT } from '../limits.js';
import { Histogram } from './histogram.js';
import { Refusals } from './refusals.js';

/** For whom the rows are predicted: callers, or the comparison with what callers got. */
export type Role = 'live' | 'shadow';

/** Up to what `params.yaml` may set. */
const BATCH_BOUNDS = [1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512, 1_024];

/** The numbers of one version in one role. Times are in milliseconds. */
export class BatchMeter {
  readonly role: Role;
  readonly version: number;
  readonly refusals: Refusals;
  readonly queueWaitMs = new Histogram(LATENCY_BOUNDS_MS);
  readonly batchRows = new Histogram(BATCH_BOUNDS);
  readonly serviceMs = new Histogram(LATENCY_BOUNDS_MS);
  readonly latencyMs = new Histogram(LATENCY_BOUNDS_MS);
  /** Rows predicted. */
  rows = 0;
  /** Batches that did not come back. */
  failures = 0;
  /** Models of this version that are loaded now. */
  #users = 0;
  #workers = 0;
  #running = 0;
  #busyMs = 0;
  #sinceMs = 0;
  #encoder: Encoder | undefined;
  /** Of encoders before this one. */
  readonly #unknownBefore = new Map<string, number>();

  constructor(role: Role, version: number, refusals: Refusals) {
    this.role = role;
    this.version = version;
    this.refusals = refusals;
  }

  /** The version is loaded: from now on with these workers and this encoder. */
  attach(workers: number, encoder: Encoder): void {
    for (const [field, count] of this.unknownWords) this.#unknownBefore.set(field, count);
    this.#encoder = encoder;
    this.#workers = workers;
    this.#users += 1;
  }

  /** The version is not loaded any more. */
  detach(): void {
    this.#users -= 1;
  }

  get isLoaded(): boolean {
    return this.#users > 0;
  }

  get workers(): number {
    return this.isLoaded ? this.#workers : 0;
  }

  /** Batches that are with the workers. */
  get running(): number {
    return this.#running;
  }

  /** A batch goes to a worker. */
  handedOver(arrivalsMs: ArrayLike<number>, rows: number, nowMs: number): void {
    this.#count(nowMs, 1);
    this.#began(arrivalsMs, rows, nowMs);
  }

  /** The minutes of a batch are back. */
  finished(arrivalsMs: ArrayLike<number>, rows: number, handedOverMs: number, nowMs: number): void {
    this.#count(nowMs, -1);
    this.#predicted(arrivalsMs, rows, handedOverMs, nowMs);
  }

  /** The minutes of a batch will not come. */
  failed(nowMs: number): void {
    this.#count(nowMs, -1);
    this.failures += 1;
  }

  /** A batch was predicted where it stood. */
  predictedInPlace(arrivalsMs: ArrayLike<number>, rows: number, beganMs: number, nowMs: number): void {
    this.#began(arrivalsMs, rows, beganMs);
    this.#predicted(arrivalsMs, rows, beganMs, nowMs);
  }

  /** A batch was not predicted where it stood. */
  failedInPlace(): void {
    this.failures += 1;
  }

  /** Time that workers had a batch, of all of them together. */
  busyMs(nowMs: number): number {
    return this.#busyMs + Math.min(this.#running, this.#workers) * Math.max(0, nowMs - this.#sinceMs);
  }

  /** Words that the version does not know, by field. */
  get unknownWords(): ReadonlyMap<string, number> {
    const counts = new Map(this.#unknownBefore);
    for (const [field, count] of this.#encoder?.unknownWords ?? []) counts.set(field, (counts.get(field) ?? 0) + count);
    return counts;
  }

  #began(arrivalsMs: ArrayLike<number>, rows: number, nowMs: number): void {
    this.batchRows.observe(rows);
    this.queueWaitMs.observeAges(nowMs, arrivalsMs, rows);
  }

  #predicted(arrivalsMs: ArrayLike<number>, rows: number, beganMs: number, nowMs: number): void {
    this.rows += rows;
    this.serviceMs.observe(nowMs - beganMs);
    this.latencyMs.observeAges(nowMs, arrivalsMs, rows);
  }

  /** A worker has work while it has a batch, and batches go to the worker with the fewest. */
  #count(nowMs: number, change: 1 | -1): void {
    this.#busyMs = this.busyMs(nowMs);
    this.#sinceMs = nowMs;
    this.#running += change;
  }
}

/** The meters of a server: of each version that is loaded, and of the last that were. */
export class BatchMeters {
  readonly refusals = new Refusals();
  /** The one that was asked for last stands last. */
  readonly #meters = new Set<BatchMeter>();

  /** The meter of a version in a role: a version that comes back is counted on. */
  of(role: Role, version: number): BatchMeter {
    const known = [...this.#meters].find((meter) => meter.role === role && meter.version === version);
    const meter = known ?? new BatchMeter(role, version, this.refusals);
    this.#meters.delete(meter);
    this.#meters.add(meter);
    const unloaded = [...this.#meters].filter((one) => one !== meter && !one.isLoaded);
    for (const one of unloaded.slice(0, Math.max(0, this.#meters.size - METERS_KEPT))) this.#meters.delete(one);
    return meter;
  }

  get all(): readonly BatchMeter[] {
    return [...this.#meters];
  }
}
