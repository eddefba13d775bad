/** Rows that were not predicted: counted by reason, and written down with their line. */
import type { CsvRow } from '../../training/csv.js';
import { REJECTED_TOLD } from '../limits.js';
import { csvLine } from './csv-line.js';
import type { LineWriter } from './line-writer.js';
import type { Reason, ReasonKind } from './order-rows.js';

/** Those of one file. A row may have several reasons. */
export class RejectedRows {
  /** Rows by reason; a row counts under each that it has. */
  readonly counts = new Map<ReasonKind, number>();
  /** The first ones, for a person, where there is no file for them. */
  readonly told: string[] = [];
  readonly #lines: LineWriter | undefined;
  #rows = 0;

  /** @param lines where they are written to; undefined where only the first are told */
  constructor(lines: LineWriter | undefined) {
    this.#lines = lines;
  }

  /** How many there are so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Begins with the columns of the file, behind the line and the reasons. */
  open(header: readonly string[]): void {
    this.#lines?.add(csvLine(['line', 'reasons', ...header]));
  }

  /** Gives a promise where the caller is to wait. */
  take({ line, record }: CsvRow, reasons: readonly Reason[]): Promise<void> | undefined {
    this.#rows += 1;
    for (const kind of new Set(reasons.map((reason) => reason.kind))) {
      this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    }
    const told = reasons.map((reason) => reason.told).join('; ');
    if (this.#lines === undefined) {
      if (this.told.length < REJECTED_TOLD) this.told.push(`line ${line}: ${told}`);
      return undefined;
    }
    this.#lines.add(csvLine([String(line), told, ...record]));
    return this.#lines.isFull ? this.#lines.flush() : undefined;
  }
}
