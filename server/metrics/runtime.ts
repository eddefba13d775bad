/** What the process uses: processor, memory, and the time of its event loop. Names are those of prom-client, where it has one. */
import { constants, type PerformanceEntry, PerformanceObserver, performance } from 'node:perf_hooks';
import { GC_BOUNDS_MS, LAG_BOUNDS_MS, LAG_SAMPLE_MS } from '../limits.js';
import { Histogram } from './histogram.js';
import type { Aggregate } from './merge.js';
import type { Metrics, ReadMetric } from './prometheus.js';

const MICROSECONDS = 1_000_000;
const MILLIS_PER_SECOND = 1_000;

const KINDS: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};
/** Should Node come to know of a fifth. */
const OTHER = 'other';

/** Watches until `stop`; what is asked for only when Prometheus asks costs nothing before. */
export class Runtime {
  readonly #lagMs = new Histogram(LAG_BOUNDS_MS);
  /** All kinds from the start: a series that first appears with its first count would have no rate for it. */
  readonly #collections = new Map([...Object.values(KINDS), OTHER].map((kind) => [kind, new Histogram(GC_BOUNDS_MS)]));
  readonly #sample: NodeJS.Timeout;
  readonly #observer: PerformanceObserver;
  #latestLagMs = 0;

  constructor() {
    let dueMs = performance.now() + LAG_SAMPLE_MS;
    this.#sample = setInterval(() => {
      const nowMs = performance.now();
      this.#latestLagMs = Math.max(0, nowMs - dueMs);
      this.#lagMs.observe(this.#latestLagMs);
      dueMs = nowMs + LAG_SAMPLE_MS;
    }, LAG_SAMPLE_MS);
    this.#sample.unref();
    this.#observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) this.#collected(entry);
    });
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** By how much the event loop was late the last time that it was looked at. */
  get latestLagMs(): number {
    return this.#latestLagMs;
  }

  stop(): void {
    clearInterval(this.#sample);
    this.#observer.disconnect();
  }

  measure(metrics: Metrics): void {
    measureProcessor(metrics);
    measureMemory(metrics);
    measureEventLoop(metrics);
    metrics.histogram({
      name: 'food_eta_event_loop_lag_seconds',
      help: `By how much a timer of ${LAG_SAMPLE_MS} ms is late; while more and more sockets have something to read, timers are late first.`,
      labels: [],
      read: () => [[{}, this.#lagMs.read(MILLIS_PER_SECOND)]],
    });
    metrics.histogram({
      name: 'nodejs_gc_duration_seconds',
      help: 'Garbage collections of the main thread.',
      labels: ['kind'],
      read: () => [...this.#collections].map(([kind, pauses]) => [{ kind }, pauses.read(MILLIS_PER_SECOND)]),
    });
  }

  #collected(entry: PerformanceEntry): void {
    this.#collections.get(kindOf(entry))?.observe(entry.duration);
  }
}

/** The types of Node know of no detail. */
function kindOf(entry: PerformanceEntry & { readonly detail?: unknown }): string {
  const { detail } = entry;
  const kind = typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : undefined;
  return KINDS[Number(kind)] ?? OTHER;
}

type One = Omit<ReadMetric<never, number>, 'labels' | 'read'> & { readonly of: () => number };

const counter = (metrics: Metrics, { of, ...metric }: One): void =>
  metrics.counter({ ...metric, labels: [], read: () => [[{}, of()]] });
const gauge = (metrics: Metrics, { of, ...metric }: One & { readonly aggregate: Aggregate }): void =>
  metrics.gauge({ ...metric, labels: [], read: () => [[{}, of()]] });

/** All threads of the process together, the workers' included. */
function measureProcessor(metrics: Metrics): void {
  counter(metrics, {
    name: 'process_cpu_seconds_total',
    help: 'Processor time of the process, all threads, user and system.',
    of: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / MICROSECONDS;
    },
  });
  counter(metrics, {
    name: 'process_cpu_user_seconds_total',
    help: 'Of it, in the program.',
    of: () => process.cpuUsage().user / MICROSECONDS,
  });
  counter(metrics, {
    name: 'process_cpu_system_seconds_total',
    help: 'Of it, in the kernel.',
    of: () => process.cpuUsage().system / MICROSECONDS,
  });
  gauge(metrics, {
    name: 'process_start_time_seconds',
    help: 'When the process was started, in seconds since 1970.',
    aggregate: 'max',
    of: () => performance.timeOrigin / MILLIS_PER_SECOND,
  });
}

function measureMemory(metrics: Metrics): void {
  const memory = (name: string, help: string, of: () => number): void =>
    gauge(metrics, { name, help, aggregate: 'sum', of });
  memory('process_resident_memory_bytes', 'Memory that the process has in use.', () => process.memoryUsage.rss());
  memory('nodejs_heap_size_used_bytes', 'Of the heap of the main thread, what is in use.', () => {
    return process.memoryUsage().heapUsed;
  });
  memory('nodejs_heap_size_total_bytes', 'The heap of the main thread.', () => process.memoryUsage().heapTotal);
  memory('nodejs_external_memory_bytes', 'What objects of the heap hold outside of it.', () => {
    return process.memoryUsage().external;
  });
}

function measureEventLoop(metrics: Metrics): void {
  counter(metrics, {
    name: 'food_eta_event_loop_active_seconds_total',
    help: 'Time that the event loop of the front end had something to do: its rate is its utilisation.',
    of: () => performance.eventLoopUtilization().active / MILLIS_PER_SECOND,
  });
  counter(metrics, {
    name: 'food_eta_event_loop_idle_seconds_total',
    help: 'Time that it waited for something to do.',
    of: () => performance.eventLoopUtilization().idle / MILLIS_PER_SECOND,
  });
}
