/** A bar that shows how far a long piece of work is: on a terminal, on the standard error; elsewhere nothing. */
import { PROGRESS_BAR_CELLS, PROGRESS_INTERVAL_MS } from './limits.js';
import { isRewritable, type Terminal } from './terminal.js';

/** For one piece of work. It draws no more than ten times a second. */
export class Progress {
  readonly #out: Terminal;
  readonly #total: number | undefined;
  readonly #isShown: boolean;
  readonly #startedMs = performance.now();
  #nextMs = 0;

  /** @param total what `update` counts up to; undefined where that is not known */
  constructor(total: number | undefined, out: Terminal = process.stderr) {
    this.#total = total;
    this.#out = out;
    this.#isShown = isRewritable(out);
  }

  /**
   * Cheap enough to be called for every row.
   * @param done so much of the total
   * @param rows so many rows
   */
  update(done: number, rows: number): void {
    if (!this.#isShown) return;
    const nowMs = performance.now();
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + PROGRESS_INTERVAL_MS;
    const line = progressLine(done, this.#total, rows, nowMs - this.#startedMs);
    // Cut to the width: a line that wraps cannot be rewritten.
    this.#out.write(`\r\u001b[K${line.slice(0, (this.#out.columns ?? 80) - 1)}`);
  }

  /** Leaves the line empty, for what is told next. */
  end(): void {
    if (this.#isShown && this.#nextMs > 0) this.#out.write('\r\u001b[K');
  }
}

/** "[#####     ]  50 %  1,000,000 rows  40,000 rows/s  25 s left" */
export function progressLine(done: number, total: number | undefined, rows: number, elapsedMs: number): string {
  const seconds = elapsedMs / 1_000;
  const pace = `${count(rows)} rows  ${count(Math.round(rows / Math.max(seconds, 0.001)))} rows/s`;
  if (total === undefined || total === 0) return pace;
  const share = Math.min(1, done / total);
  const filled = Math.round(share * PROGRESS_BAR_CELLS);
  const bar = '#'.repeat(filled).padEnd(PROGRESS_BAR_CELLS);
  const left = share === 0 ? '' : `  ${count(Math.round((seconds / share) * (1 - share)))} s left`;
  return `[${bar}] ${String(Math.floor(share * 100)).padStart(3)} %  ${pace}${left}`;
}

/** 1234567 → "1,234,567", whatever the language of the system. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}
