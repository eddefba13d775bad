/**
 * Tables between the stages, as Arrow IPC files that a notebook opens too.
 * Columns are nullable; a null is a missing value. Metadata tells what a table was made from.
 */
import {
  Bool,
  DataType,
  Field,
  Float32,
  Float64,
  Int32,
  makeBuilder,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Utf8,
} from 'apache-arrow';
import { writeWhole } from '../data/whole-file.js';
import { notAsWritten, readStageOutput } from './files.js';

/** What stands at both ends of an Arrow IPC file. */
const MAGIC = 'ARROW1';

/** Types of columns, in the words of this program; every column may hold nulls. */
export type ColumnType = 'bool' | 'float32' | 'float64' | 'int32' | 'text';

/** Named one by one: the types of the library default to `any`. */
type ArrowType = Bool | Float32 | Float64 | Int32 | Utf8;
type ArrowColumns = Record<string, ArrowType>;

const TYPES: Readonly<Record<ColumnType, () => ArrowType>> = {
  bool: () => new Bool(),
  float32: () => new Float32(),
  float64: () => new Float64(),
  int32: () => new Int32(),
  text: () => new Utf8(),
};

/** A value, or null or undefined where it is missing. */
export type Cell = string | number | boolean | null | undefined;
/** A column that is to be written. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly values: Iterable<Cell, unknown, unknown>;
}

/** Kept in the schema of an Arrow file: key → value. */
export type Metadata = Readonly<Record<string, string>>;

/**
 * Writes the columns, all of one length, as an Arrow IPC file: whole or not at all.
 * @param metadata kept in the schema
 */
export async function writeTable(file: string, columns: readonly Column[], metadata: Metadata): Promise<void> {
  const fields = columns.map(({ name, type }) => new Field(name, TYPES[type](), true));
  const children = columns.map(({ type, values }) => {
    const builder = makeBuilder<ArrowType, Cell>({ type: TYPES[type](), nullValues: [null, undefined] });
    for (const value of values) builder.append(value);
    return builder.finish().flush();
  });
  const schema = new Schema<ArrowColumns>(fields, new Map(Object.entries(metadata)));
  const rows = children[0]?.length ?? 0;
  const data = makeData({ type: new Struct<ArrowColumns>(fields), length: rows, nullCount: 0, children });
  await writeWhole(file, tableToIPC(new Table(schema, new RecordBatch(schema, data)), 'file'));
}

/** A table that an earlier stage has written. */
export class StageTable {
  readonly rows: number;
  readonly metadata: Metadata;
  readonly #file: string;
  readonly #stage: string;
  readonly #table: Table<ArrowColumns>;

  private constructor(file: string, stage: string, table: Table<ArrowColumns>) {
    this.#file = file;
    this.#stage = stage;
    this.#table = table;
    this.rows = table.numRows;
    this.metadata = Object.fromEntries(table.schema.metadata);
  }

  /** @throws PipelineError `stage_input_missing` or `data_invalid`, saying which stage to run. */
  static async read(file: string, stage: string): Promise<StageTable> {
    return StageTable.parse(file, await readStageOutput(file, stage), stage);
  }

  /** @param file its name, for messages */
  static parse(file: string, bytes: Uint8Array, stage: string): StageTable {
    // Of a file that was cut off, the library would make a table with fewer rows, or with none.
    if (!isWholeFile(bytes)) throw notAsWritten(file, stage, 'it is not a whole Arrow file');
    try {
      return new StageTable(file, stage, tableFromIPC<ArrowColumns>(bytes));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw notAsWritten(file, stage, `it is not a whole Arrow file (${reason})`);
    }
  }

  /**
   * The cells of a column, [rows]; a missing value is null.
   * @param type which the column must have, if it is given
   */
  cells(name: string, type?: ColumnType): Cell[] {
    const column = this.#column(name);
    if (type !== undefined && String(column.type) !== String(TYPES[type]())) {
      throw this.#fault(`column '${name}' is ${column.type} and should be ${TYPES[type]()}`);
    }
    return [...column];
  }

  /** The numbers of a column that has no missing values, [rows]. */
  numbers(name: string): Float64Array {
    const column = this.#column(name);
    if (!DataType.isFloat(column.type) && !DataType.isInt(column.type)) {
      throw this.#fault(`column '${name}' is ${column.type} and should hold numbers`);
    }
    if (column.nullCount > 0) throw this.#fault(`column '${name}' has ${column.nullCount} missing values`);
    return Float64Array.from(column, Number);
  }

  /** The lists of a column of lists of numbers, [rows]. */
  numberLists(name: string): number[][] {
    const column = this.#column(name);
    if (!DataType.isList(column.type)) throw this.#fault(`column '${name}' is ${column.type} and should hold lists`);
    return Array.from(column, (list) => Array.from((list ?? []) as Iterable<number>, Number));
  }

  #column(name: string) {
    const column = this.#table.getChild(name);
    if (column === null) throw this.#fault(`there is no column '${name}'`);
    return column;
  }

  #fault(fault: string): Error {
    return notAsWritten(this.#file, this.#stage, fault);
  }
}

/** Whether it begins and ends as an Arrow IPC file does. */
function isWholeFile(bytes: Uint8Array): boolean {
  const text = (start: number, end: number) => Buffer.from(bytes.slice(start, end)).toString('latin1');
  return (
    bytes.length > 2 * MAGIC.length && text(0, MAGIC.length) === MAGIC && text(-MAGIC.length, bytes.length) === MAGIC
  );
}
