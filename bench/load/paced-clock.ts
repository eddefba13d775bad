/**
 * The clock of the paced sender, as a worker thread: it sleeps to some microseconds, where the timers of the event loop
 * know whole milliseconds only, and wakes the loop when something is due.
 */
// Node gives `workerData` as any. type-coverage:ignore-next-line
import { parentPort, workerData } from 'node:worker_threads';

/** What the two threads share, by index in an Int32Array. */
export const CLOCK = {
  /** 1 once it is over. */
  over: 0,
  /** 1 while the loop has been woken and has not looked yet: it is not woken twice. */
  woken: 1,
} as const;

/** What the clock is started with, as `workerData`. */
export interface ClockStart {
  /** [2], by the indexes of `CLOCK`. */
  readonly shared: Int32Array;
  /** How often it wakes the loop, fractions of a millisecond included. */
  readonly periodMs: number;
}

/** By so much the two threads' clocks may differ: woken before something is due, the loop would leave it for the next time. */
const SLACK_MS = 0.02;

function run({ shared, periodMs }: ClockStart): void {
  let nextMs = performance.now() + SLACK_MS;
  // The schedule begins here, so that what is due and the waking fall together.
  parentPort?.postMessage(performance.timeOrigin + performance.now());
  while (Atomics.load(shared, CLOCK.over) === 0) {
    nextMs += periodMs;
    const waitMs = nextMs - performance.now();
    // Woken early it is over.
    if (waitMs > 0) Atomics.wait(shared, CLOCK.over, 0, waitMs);
    // Late, it keeps its beat and leaves out what is past.
    else nextMs += Math.floor(-waitMs / periodMs) * periodMs;
    if (Atomics.compareExchange(shared, CLOCK.woken, 0, 1) === 0) parentPort?.postMessage(undefined);
  }
}

if (parentPort !== null) run(workerData as ClockStart);
