/**
 * A row of the file becomes an order by the pipeline's own reading, or is told why not. What that reading repairs
 * without loss is an order; what it would set missing is a reason, since the server refuses such an order too.
 */
import { Order, type OrderField, type PartialOrder } from '../../features/order.js';
import { PICKED_COLUMN, type RawColumn, type RepairKind, readRawOrder } from '../../features/raw-order.js';
import type { Header } from '../../training/header.js';
import { VALUE_SHOWN_CHARACTERS } from '../limits.js';

/** Why a row is no order. */
export interface Reason {
  /** Under which it is counted. */
  readonly kind: ReasonKind;
  /** What was given and what is allowed. */
  readonly told: string;
}
/** What the pipeline's reading repairs with a loss, and what only a prediction cannot do without. */
export type ReasonKind = RepairKind | 'place_missing' | 'wrong_number_of_cells' | 'no_number';

/** Repairs after which the order is what the file means. */
const HARMLESS: ReadonlySet<RepairKind> = new Set([
  'coordinate_sign_removed',
  'offset_kept_of_missing_places',
  'time_from_day_fraction',
  'time_past_midnight',
  'prefix_removed',
]);

/** The first column of a place, by which its repairs are told, and its second. */
const PLACES = [
  ['Restaurant_latitude', 'Restaurant_longitude'],
  ['Delivery_location_latitude', 'Delivery_location_longitude'],
] as const;

/** Reads the rows of one file, one after the other. */
export class OrderRows {
  readonly #header: Header;
  #cells: readonly string[] = [];
  #reasons: Reason[] = [];

  constructor(header: Header) {
    this.#header = header;
  }

  /**
   * The order, with what cannot be used missing, and why that would be refused; none where it would not.
   * @param cells as many as the header has
   */
  read(cells: readonly string[]): { readonly order: PartialOrder; readonly reasons: readonly Reason[] } {
    this.#cells = cells;
    this.#reasons = [];
    const { order } = readRawOrder(this.#field, this.#report);
    for (const [latitude, longitude] of PLACES) {
      if (order[latitude] != null || this.#reasons.some(({ told }) => told.startsWith(latitude))) continue;
      this.#reasons.push({ kind: 'place_missing', told: `${latitude}, ${longitude}: missing, and required` });
    }
    return { order, reasons: this.#reasons };
  }

  /** For readRawOrder, made once and not for every row. */
  readonly #field = (column: RawColumn): string => this.#cells[this.#header.position(column)] ?? '';

  readonly #report = (kind: RepairKind, column: RawColumn): void => {
    // When the rider took the order up is nothing that a model knows.
    if (HARMLESS.has(kind) || column === PICKED_COLUMN) return;
    this.#reasons.push({ kind, told: this.#tell(kind, column) });
  };

  #tell(kind: RepairKind, column: RawColumn): string {
    const place = kind.startsWith('place_') ? PLACES.find(([first]) => first === column) : undefined;
    if (place === undefined) return `${column} is ${this.#given(column)}; allowed is ${allowedIn(column)}`;
    const [latitude, longitude] = place;
    const given = `${this.#given(latitude)}, ${this.#given(longitude)}`;
    return `${latitude}, ${longitude} are ${given}; allowed are ${allowedIn(latitude)}, and ${allowedIn(longitude)}`;
  }

  #given(column: RawColumn): string {
    const text = this.#field(column);
    return `'${text.length > VALUE_SHOWN_CHARACTERS ? `${text.slice(0, VALUE_SHOWN_CHARACTERS)}…` : text}'`;
  }
}

/** The schema's words, but that a file has no null. */
function allowedIn(column: RawColumn): string {
  const schema: object = isOrderField(column) ? Order.properties[column] : {};
  return 'description' in schema ? String(schema.description).replace(/, or null$/, ', or nothing') : 'another value';
}

function isOrderField(column: RawColumn): column is OrderField {
  return Object.hasOwn(Order.properties, column);
}
