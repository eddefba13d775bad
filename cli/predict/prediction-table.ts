/**
 * The rows of a table through the workers of a pool: encoded as they are read, predicted in batches, written in their
 * order. What is in memory at once are the batches that the pool can hold.
 */
import { inputsOf } from '../../features/catalogue.js';
import type { Encoder } from '../../features/encoder.js';
import { Order, type OrderField } from '../../features/order.js';
import type { CsvRow } from '../../training/csv.js';
import { PipelineError } from '../../training/errors.js';
import { Header, RAW_COLUMNS } from '../../training/header.js';
import type { PredictionPool } from '../../workers/pool.js';
import type { Slot } from '../../workers/slots.js';
import { csvLine } from './csv-line.js';
import type { LineWriter } from './line-writer.js';
import { OrderRows } from './order-rows.js';
import type { RejectedRows } from './rejected-rows.js';

/** The column that is added, named as in the server's answer. */
export const MINUTES_COLUMN = 'estimated_delivery_minutes';

interface Batch {
  readonly slot: Slot;
  readonly rows: CsvRow[];
  /** Of the pool; with its fault, since nobody may be waiting yet when that comes. */
  ended?: Promise<unknown>;
}

/** What the rows go through. */
export interface TableOptions {
  readonly pool: PredictionPool;
  readonly encoder: Encoder;
  /** Takes the rows that have minutes, below the header. */
  readonly lines: LineWriter;
  readonly rejected: RejectedRows;
  /** Whether rows with unusable or missing values are predicted, too. */
  readonly setMissing: boolean;
}

/** The rows of one file: `open` with its header, `take` each of them, `finish`. */
export class PredictionTable {
  readonly #options: TableOptions;
  readonly #running: Batch[] = [];
  #filling: Batch;
  #orders: OrderRows | undefined;
  #rows = 0;
  #predicted = 0;

  /** @throws RangeError where the pool has no slot to spare */
  constructor(options: TableOptions) {
    this.#options = options;
    const slot = options.pool.acquire();
    if (slot === undefined) throw new RangeError('The pool has no slot.');
    this.#filling = { slot, rows: [] };
  }

  /** Rows that were read. */
  get rows(): number {
    return this.#rows;
  }

  /** Rows that have minutes. */
  get predicted(): number {
    return this.#predicted;
  }

  /**
   * @param file for messages
   * @throws PipelineError `data_invalid`
   */
  open(file: string, cells: readonly string[]): void {
    if (cells.some((cell) => cell.trim() === MINUTES_COLUMN)) {
      const remedy = 'Take that column out, or give it another name.';
      throw new PipelineError(
        'data_invalid',
        `${file}, line 1: there is a column '${MINUTES_COLUMN}' already. ${remedy}`,
      );
    }
    this.#orders = new OrderRows(new Header(file, cells, neededColumns(this.#options.encoder)));
    this.#options.lines.add(csvLine([...cells, MINUTES_COLUMN]));
    this.#options.rejected.open(cells);
  }

  /**
   * Takes the next row; gives a promise where the caller is to wait.
   * @throws PoolError, as rejection of that promise
   */
  take(row: CsvRow): Promise<void> | undefined {
    const { encoder, pool, rejected, setMissing } = this.#options;
    this.#rows += 1;
    if (row.cells === undefined || this.#orders === undefined) {
      return rejected.take(row, [
        { kind: 'wrong_number_of_cells', told: `${row.record.length} cells, not as many as the header` },
      ]);
    }
    const { order, reasons } = this.#orders.read(row.cells);
    if (reasons.length > 0 && !setMissing) return rejected.take(row, reasons);
    const { slot, rows } = this.#filling;
    encoder.encode(order, slot.features, rows.length * pool.columns);
    rows.push(row);
    return rows.length === pool.maxRows ? this.#next() : undefined;
  }

  /**
   * All rows have been given: predicts and writes what is left.
   * @throws PoolError
   */
  async finish(): Promise<void> {
    if (this.#filling.rows.length > 0) this.#run(this.#filling);
    while (this.#running.length > 0) await this.#writeOldest();
  }

  /** Sends what is full, and waits until there is another slot. */
  async #next(): Promise<void> {
    const { pool } = this.#options;
    this.#run(this.#filling);
    for (let slot = pool.acquire(); ; slot = pool.acquire()) {
      if (slot !== undefined) {
        this.#filling = { slot, rows: [] };
        return;
      }
      await this.#writeOldest();
    }
  }

  #run(batch: Batch): void {
    batch.ended = this.#options.pool.run(batch.slot, batch.rows.length).catch((error: unknown) => error);
    this.#running.push(batch);
  }

  async #writeOldest(): Promise<void> {
    const { pool, lines } = this.#options;
    const batch = this.#running.shift();
    if (batch === undefined) throw new RangeError('The pool has fewer slots than batches in hand.');
    const fault = await batch.ended;
    if (fault !== undefined) throw fault;
    for (const [at, row] of batch.rows.entries()) await this.#write(row, batch.slot.minutes[at] ?? Number.NaN);
    pool.release(batch.slot);
    if (lines.isFull) await lines.flush();
  }

  /** Rounded as in the server's answer. */
  #write(row: CsvRow, minutes: number): Promise<void> | undefined {
    if (!Number.isFinite(minutes)) {
      return this.#options.rejected.take(row, [{ kind: 'no_number', told: 'the model gives no number for it' }]);
    }
    this.#predicted += 1;
    this.#options.lines.add(`${csvLine(row.record)},${Math.round(minutes * 100) / 100}`);
    return undefined;
  }
}

/** What a request must carry, and what the version reads; in the order of the public file. */
function neededColumns(encoder: Encoder): typeof RAW_COLUMNS {
  const needed = new Set<string>([...(Order.required as readonly OrderField[]), ...inputsOf(encoder.features)]);
  return RAW_COLUMNS.filter((column) => needed.has(column));
}
