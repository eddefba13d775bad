/** How busy a process was while it ran, told of its busiest thread: one thread at its limit is the limit of it all. */
import { threadSecondsOf } from './usage.js';

/** A process is gone when it is over, its threads before it, so that they are looked at while they run. */
const LOOK_EVERY_MS = 50;

/** What a process used while it was watched. */
export interface Busy {
  /** Share of the time in which the busiest thread had a processor, 0 to 1. */
  readonly busiestThread: number;
  /** Seconds of processor time of all threads. */
  readonly cpuSeconds: number;
}

/** Watches the process from now on; the function that is given ends that. */
export function watchBusy(pid: number): () => Busy {
  const first = threadSecondsOf(pid);
  const startedMs = performance.now();
  /** By thread, when it was last there. */
  const last = new Map<string, { usedSeconds: number; watchedSeconds: number }>();
  const look = (): void => {
    const watchedSeconds = (performance.now() - startedMs) / 1_000;
    for (const [thread, seconds] of threadSecondsOf(pid)) {
      last.set(thread, { usedSeconds: seconds - (first.get(thread) ?? 0), watchedSeconds });
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    const threads = [...last.values()];
    return {
      busiestThread: Math.max(0, ...threads.map(({ usedSeconds, watchedSeconds }) => usedSeconds / watchedSeconds)),
      cpuSeconds: threads.reduce((sum, { usedSeconds }) => sum + usedSeconds, 0),
    };
  };
}
