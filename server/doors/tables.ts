/** A data frame with a column for each feature, as MLflow's scoring requests carry it, into the rows of the model. */
import { describe, shorten } from '../describe.js';
import { invalid } from './door-fault.js';
import { checkRows, isArray, writeNumber } from './numbers.js';

/** A data frame as it was sent, its values not checked yet. */
export interface Table {
  readonly columns: readonly string[];
  /** Each with a value for each column. */
  readonly rows: readonly (readonly unknown[])[];
}

type Json = Readonly<Record<string, unknown>>;

/** Key of a request → how the table stands there. */
const FORMS: Readonly<Record<string, (value: unknown) => Table>> = {
  dataframe_split: split,
  dataframe_records: (value) => {
    if (!isArray(value)) throw invalid(`dataframe_records must be an array; it was ${describe(value)}.`);
    return records(value);
  },
  inputs: recordsOrColumns,
  instances: recordsOrColumns,
};
const NAMES = Object.keys(FORMS).join(', ');

/** @throws DoorFault */
export function jsonTable(request: unknown): Table {
  if (!isObject(request))
    throw invalid(`The body must be a JSON object with one of ${NAMES}; it was ${describe(request)}.`);
  const given = Object.keys(FORMS).filter((key) => Object.hasOwn(request, key));
  const [key] = given;
  if (key === undefined || given.length > 1) {
    throw invalid(`The body must have exactly one of ${NAMES}; it had ${given.join(', ') || 'none'}.`);
  }
  const form = FORMS[key] ?? recordsOrColumns;
  return form(request[key]);
}

/**
 * The rows in the order of the model's columns, [rows, columns].
 * @throws DoorFault naming columns that are missing or unknown, or the row and column of a wrong value
 */
export function matrixOf({ columns, rows }: Table, names: readonly string[]): Float32Array {
  const places = placesOf(columns, names);
  checkRows(rows.length);
  const values = new Float32Array(rows.length * names.length);
  for (const [row, cells] of rows.entries()) {
    if (cells.length !== columns.length) {
      throw invalid(`Row ${row} must have ${columns.length} values, one for each column; it has ${cells.length}.`);
    }
    for (const [column, place] of places.entries()) {
      writeNumber(values, row * names.length + column, cells[place], row, names[column] ?? '');
    }
  }
  return values;
}

/** By column of the model, where it stands in the table. */
function placesOf(columns: readonly string[], names: readonly string[]): number[] {
  const missing = names.filter((name) => !columns.includes(name));
  const unknown = columns.filter((name, place) => !names.includes(name) || columns.indexOf(name) !== place);
  if (missing.length === 0 && unknown.length === 0) return names.map((name) => columns.indexOf(name));
  const list = (some: readonly string[]): string => shorten(some.map((name) => `'${name}'`).join(', '));
  const faults = [
    ...(missing.length > 0 ? [`missing ${list(missing)}`] : []),
    ...(unknown.length > 0 ? [`unknown or twice ${list(unknown)}`] : []),
  ];
  throw invalid(
    `Wrong columns: ${faults.join('; ')}. The model has ${names.join(', ')}, coded as its features.json says.`,
  );
}

function split(value: unknown): Table {
  if (!isObject(value)) throw invalid(`dataframe_split must be an object; it was ${describe(value)}.`);
  const { columns, data } = value;
  if (!isArray(columns) || !columns.every((name) => typeof name === 'string'))
    throw invalid(`dataframe_split.columns must be the names of the columns; it was ${describe(columns)}.`);
  if (!isArray(data)) throw invalid(`dataframe_split.data must be an array of rows; it was ${describe(data)}.`);
  const rows = data.map((row: unknown, index) => {
    if (isArray(row)) return row;
    throw invalid(`Row ${index} of dataframe_split.data must be an array; it was ${describe(row)}.`);
  });
  return { columns, rows };
}

function recordsOrColumns(value: unknown): Table {
  if (isArray(value)) return records(value);
  if (!isObject(value))
    throw invalid(`It must be an array of rows or an object of columns; it was ${describe(value)}.`);
  const columns = Object.keys(value);
  const lists = Object.values(value).map((one) => (isArray(one) ? one : [one]));
  const rows = lists[0]?.length ?? 0;
  const odd = lists.findIndex((list) => list.length !== rows);
  if (odd !== -1) {
    throw invalid(
      `Columns must be equally long: '${columns[0]}' has ${rows} and '${columns[odd]}' ${lists[odd]?.length}.`,
    );
  }
  return { columns, rows: Array.from({ length: rows }, (_, row) => lists.map((list) => list[row])) };
}

/** Columns are those of all rows together, so that one that is missing in a row is told with the row. */
function records(rows: readonly unknown[]): Table {
  const columns = new Set<string>();
  const objects = rows.map((row, index) => {
    if (!isObject(row))
      throw invalid(`Row ${index} must be an object with a key for each column; it was ${describe(row)}.`);
    for (const name of Object.keys(row)) columns.add(name);
    return row;
  });
  const names = [...columns];
  return { columns: names, rows: objects.map((row) => names.map((name) => row[name])) };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !isArray(value);
}
