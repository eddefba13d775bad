/** The header of a raw file: which column stands where. */
import { ORDER_FIELDS } from '../features/order.js';
import { PICKED_COLUMN, type RawColumn, TARGET_COLUMN } from '../features/raw-order.js';
import { PipelineError } from './errors.js';

/** Every column that a raw file must have, under the names of the public data set. */
export const RAW_COLUMNS: readonly RawColumn[] = [
  // In the order of the public file.
  ...ORDER_FIELDS.slice(0, ORDER_FIELDS.indexOf('Time_Orderd') + 1),
  PICKED_COLUMN,
  ...ORDER_FIELDS.slice(ORDER_FIELDS.indexOf('Time_Orderd') + 1),
  TARGET_COLUMN,
];

const ADVICE = 'data/README.md describes the columns that are needed.';

/** The header of one file, which has all columns that are needed. */
export class Header {
  /** Columns of the file that the pipeline has no use for. */
  readonly ignored: readonly string[];
  readonly #positions: ReadonlyMap<RawColumn, number>;

  /**
   * Columns may stand in any order; copies of the file differ in the spaces of a name, which do not count.
   * @param needed the columns that must be there
   * @throws PipelineError `data_invalid`, naming the file and every column that is missing or doubled.
   */
  constructor(file: string, cells: readonly string[], needed: readonly RawColumn[] = RAW_COLUMNS) {
    const names = cells.map(withoutSpaces);
    const faults: string[] = [];
    const positions = new Map<RawColumn, number>();
    for (const column of RAW_COLUMNS) {
      const name = withoutSpaces(column);
      const position = names.indexOf(name);
      if (position === -1 && needed.includes(column)) faults.push(`column '${column}' is missing`);
      else if (position !== -1 && names.includes(name, position + 1)) faults.push(`column '${column}' is there twice`);
      positions.set(column, position);
    }
    if (faults.length > 0) {
      if ([...positions.values()].every((position) => position === -1)) {
        faults.splice(
          0,
          Infinity,
          `none of the ${needed.length} columns is there, from '${needed[0]}' to '${needed.at(-1)}'`,
        );
      }
      throw new PipelineError(
        'data_invalid',
        `${file}, line 1: ${faults.join('; ')}. Found: ${shorten(cells)}. ${ADVICE}`,
      );
    }
    const known = new Set(positions.values());
    this.ignored = cells.filter((_, position) => !known.has(position));
    this.#positions = positions;
  }

  position(column: RawColumn): number {
    return this.#positions.get(column) ?? -1;
  }
}

function withoutSpaces(name: string): string {
  return name.replaceAll(/\s/g, '');
}

/** What a person needs to see that it is the wrong file, and not all of a binary one. */
function shorten(cells: readonly string[]): string {
  const text = JSON.stringify(cells.join(', '));
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
