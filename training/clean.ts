/** The first stage: raw CSV rows become orders. Every row is counted, as kept, repaired or rejected. */
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import Type from 'typebox';
import { ORDER_FIELDS, type PartialOrder } from '../features/order.js';
import { cleanOrder, PICKED_COLUMN, type RejectReason, type RepairKind, TARGET_COLUMN } from '../features/raw-order.js';
import { SAMPLE_MARK } from '../features/sample-mark.js';
import { type CsvRow, readCsv } from './csv.js';
import { PipelineError } from './errors.js';
import { writeJson } from './files.js';
import { Header } from './header.js';
import { orderColumns } from './orders.js';
import { Provenance } from './provenance.js';
import { RawFile } from './raw-file.js';
import type { PipelineContext, Stage } from './stage.js';
import { type Column, writeTable } from './table.js';

const Counts = Type.Record(Type.String(), Type.Number());

/** `reports/cleaning.json`. */
export const CleaningReport = Type.Object({
  ...Provenance.properties,
  rows_in: Type.Number(),
  rows_kept: Type.Number(),
  /** Rows kept that needed a repair. */
  rows_repaired: Type.Number(),
  rows_rejected: Type.Number(),
  /** Repairs of rows kept, by kind; a row may count under several. */
  repaired: Counts,
  /** Why rows were rejected, by reason. */
  rejected: Counts,
  /** Rows kept in which the field is missing, whether it was in the file or was set so. */
  missing: Counts,
  /** Columns of the file that the pipeline has no use for. */
  ignored_columns: Type.Array(Type.String()),
});
export type CleaningReport = Type.Static<typeof CleaningReport>;

/**
 * Reads the raw CSV; writes `cleaned/orders.arrow` [rows kept, fields of an order, minutes] and
 * `reports/cleaning.json`. It depends on no parameter.
 * @throws PipelineError `data_unreadable`, `data_invalid` naming the file and the line; OutputError
 */
export const clean: Stage = {
  name: 'clean',
  purpose: 'raw CSV rows → orders',
  async run({ data, files, say }: PipelineContext): Promise<void> {
    const intake = new Intake(data);
    const raw = new RawFile(data);
    const bytes = Readable.from(raw.chunks(), { objectMode: false });
    for await (const row of readCsv(data, (cells) => intake.open(cells), bytes)) intake.take(row);
    if (intake.rowsKept === 0) {
      throw new PipelineError(
        'data_invalid',
        `${data} has no row with a target: ${intake.summary()}${intake.reasons()}. ` +
          `A row counts that has as many cells as the header, and its minutes in column '${TARGET_COLUMN}'.`,
      );
    }
    const provenance: Provenance = {
      data_file: basename(data),
      data_sha256: raw.sha256(),
      data: intake.sampleRows > 0 ? 'sample' : 'orders',
    };
    await writeTable(files.orders, intake.columns(), { ...provenance });
    await writeJson(files.cleaningReport, intake.report(provenance));
    say(`${intake.summary()}; see ${files.cleaningReport}`);
  },
};

/** What has been read so far. */
class Intake {
  sampleRows = 0;
  #rowsIn = 0;
  #rowsRepaired = 0;
  #header: Header | undefined;
  readonly #file: string;
  readonly #repaired = new Tally<RepairKind>();
  readonly #rejected = new Tally<RejectReason | 'wrong_number_of_cells'>();
  readonly #orders: PartialOrder[] = [];
  readonly #picked: (string | undefined)[] = [];
  readonly #minutes: number[] = [];
  readonly #lines: number[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  get rowsKept(): number {
    return this.#orders.length;
  }

  open(cells: readonly string[]): void {
    this.#header = new Header(this.#file, cells);
  }

  take({ line, cells }: CsvRow): void {
    this.#rowsIn += 1;
    if (cells === undefined) {
      this.#rejected.add('wrong_number_of_cells');
      return;
    }
    const header = this.#header;
    const repairs: RepairKind[] = [];
    const cleaned = cleanOrder(
      (column) => cells[header?.position(column) ?? -1] ?? '',
      (kind) => repairs.push(kind),
    );
    if (cleaned.rejected !== undefined) {
      this.#rejected.add(cleaned.rejected);
      return;
    }
    for (const kind of repairs) this.#repaired.add(kind);
    if (repairs.length > 0) this.#rowsRepaired += 1;
    if (cleaned.order.Delivery_person_ID?.startsWith(SAMPLE_MARK)) this.sampleRows += 1;
    this.#orders.push(cleaned.order);
    this.#picked.push(cleaned.picked);
    this.#minutes.push(cleaned.minutes);
    this.#lines.push(line);
  }

  columns(): Column[] {
    return [
      { name: 'line', type: 'int32', values: this.#lines },
      ...orderColumns(this.#orders),
      { name: PICKED_COLUMN, type: 'text', values: this.#picked },
      { name: 'minutes', type: 'float64', values: this.#minutes },
    ];
  }

  summary(): string {
    const rejected = this.#rowsIn - this.rowsKept;
    return `${this.#rowsIn} rows in, ${this.rowsKept} kept (${this.#rowsRepaired} repaired), ${rejected} rejected`;
  }

  /** Why rows were rejected, ` (target_missing: 3)`. */
  reasons(): string {
    const counts = Object.entries(this.#rejected.counts).map(([reason, count]) => `${reason}: ${count}`);
    return counts.length === 0 ? '' : ` (${counts.join(', ')})`;
  }

  report(provenance: Provenance): CleaningReport {
    const missing = new Tally<string>();
    for (const order of this.#orders) {
      for (const field of ORDER_FIELDS) if (order[field] === undefined) missing.add(field);
    }
    return {
      ...provenance,
      rows_in: this.#rowsIn,
      rows_kept: this.rowsKept,
      rows_repaired: this.#rowsRepaired,
      rows_rejected: this.#rowsIn - this.rowsKept,
      repaired: this.#repaired.counts,
      rejected: this.#rejected.counts,
      missing: missing.counts,
      ignored_columns: [...(this.#header?.ignored ?? [])],
    };
  }
}

class Tally<Kind extends string> {
  readonly counts: Record<string, number> = {};
  add(kind: Kind): void {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
  }
}
