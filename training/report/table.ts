/** A table as data, which page and model card write each in their own way. */
export interface Table {
  readonly columns: readonly Column[];
  /** [rows][columns] */
  readonly rows: readonly (readonly string[])[];
}

/** A column, by its heading. */
export interface Column {
  readonly name: string;
  /** Whether it is set to the right, as figures are. */
  readonly numeric?: boolean;
}

/** Columns by their names; those that end with a `#` are numeric. */
export function columns(...names: readonly string[]): Column[] {
  return names.map((name) => (name.endsWith('#') ? { name: name.slice(0, -1), numeric: true } : { name }));
}
