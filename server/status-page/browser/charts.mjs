// @ts-check
/** The four charts of the traffic, which show the same minutes and are pointed to together. */
import { linearAxis, logarithmicAxis } from './axis.mjs';
import { Chart } from './chart.mjs';
import { byId, say } from './elements.mjs';
import { clock } from './words.mjs';

/** @typedef {import('../../status/answer.js').Status} Status */
/** @typedef {import('../../status/answer.js').TrafficPoint} TrafficPoint */
/** @typedef {import('./chart.mjs').ChartKind} ChartKind */

/** @param {(point: TrafficPoint) => import('../../status/answer.js').Percentiles | null} read */
const percentiles = (read) =>
  /** @type {const} */ (['p50', 'p90', 'p99']).map((name) => ({
    name,
    /** @param {TrafficPoint} point */
    read: (point) => read(point)?.[name],
  }));

/** @type {readonly ChartKind[]} */
const KINDS = [
  {
    title: 'Requests',
    unit: 'a second',
    about: 'Requests for predictions; failed are those with 429 and 5xx, invalid those with other 4xx.',
    axis: linearAxis,
    isFilled: true,
    lines: [
      { name: 'answered', read: (point) => point.requests_per_second.answered },
      { name: 'invalid', read: (point) => point.requests_per_second.invalid },
      { name: 'failed', read: (point) => point.requests_per_second.failed },
    ],
    words: [{ name: 'orders', read: (point) => point.rows_per_second }],
  },
  {
    title: 'Latency',
    unit: 'milliseconds',
    about: 'Of each order, from its whole request to its minutes; read between the bounds of buckets.',
    axis: logarithmicAxis,
    isFilled: false,
    lines: percentiles((point) => point.latency_ms),
  },
  {
    title: 'Batch size',
    unit: 'orders',
    about: 'Orders that a worker gets at once; nine of ten batches have at most p90.',
    axis: linearAxis,
    isFilled: true,
    lines: [
      { name: 'mean', read: (point) => point.batch_rows?.mean },
      { name: 'p90', read: (point) => point.batch_rows?.p90 },
    ],
  },
  {
    title: 'Queue wait',
    unit: 'milliseconds',
    about: 'Of each order, from its whole request until its batch goes to a worker.',
    axis: logarithmicAxis,
    isFilled: false,
    lines: percentiles((point) => point.queue_wait_ms),
  },
];

export class Charts {
  #charts = KINDS.map((kind) => new Chart(kind, (share) => this.#point(share)));
  #title = byId('traffic-title', HTMLElement);
  /** Where on the charts is pointed to, from 0 to 1. @type {number | undefined} */
  #share;
  /** @type {{ readonly status: Status, readonly traffic: readonly TrafficPoint[] } | undefined} */
  #last;

  constructor() {
    byId('charts', HTMLElement).append(...this.#charts.map(({ figure }) => figure));
  }

  /**
   * @param {Status} status
   * @param {readonly TrafficPoint[]} traffic
   */
  show(status, traffic) {
    this.#last = { status, traffic };
    const to = Date.parse(status.now);
    const from = to - status.window_seconds * 1_000;
    const marks = status.switches
      .map(({ role, from, to, at }) => ({ role, before: from, at: Date.parse(at), label: `v${to}` }))
      .filter(({ role, before, at }) => role === 'live' && before !== null && at > from);
    const pointed = this.#share === undefined ? undefined : nearest(traffic, from + this.#share * (to - from));
    const when = pointed === undefined ? '' : `, at ${clock(pointed.at)}`;
    say(this.#title, `Traffic of the last ${Math.round(status.window_seconds / 60)} minutes${when}`);
    for (const chart of this.#charts) chart.show({ traffic, from, to, marks, shown: pointed ?? traffic.at(-1) });
  }

  /** @param {number | undefined} share */
  #point(share) {
    this.#share = share;
    if (this.#last !== undefined) this.show(this.#last.status, this.#last.traffic);
  }
}

/**
 * @param {readonly TrafficPoint[]} traffic
 * @param {number} at
 * @returns {TrafficPoint | undefined}
 */
function nearest(traffic, at) {
  /** @type {TrafficPoint | undefined} */
  let found;
  for (const point of traffic) {
    if (found === undefined || Math.abs(point.at - at) < Math.abs(found.at - at)) found = point;
  }
  return found;
}
