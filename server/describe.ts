/** What a caller sent, as an answer may repeat it: short, however long or deep it was. */

const SHORTENED_TO = 80;
/** Arrays and objects within more than this many others are not looked into: a body may nest them by the thousands. */
const DEPTH = 3;

/** The text, or its first 80 characters and an ellipsis. */
export function shorten(text: string): string {
  return text.length > SHORTENED_TO ? `${text.slice(0, SHORTENED_TO)}…` : text;
}

/** A value of a body as JSON, shortened; `nothing` for one that is absent. */
export function describe(value: unknown): string {
  return value === undefined ? 'nothing' : shorten(asJson(value, 0));
}

function asJson(value: unknown, depth: number): string {
  // A number too large to be one has been read as an infinity, for which JSON.stringify says null.
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const items: unknown[] = value;
    return depth === DEPTH ? '[…]' : `[${items.map((item) => asJson(item, depth + 1)).join(',')}]`;
  }
  if (depth === DEPTH) return '{…}';
  const members: [string, unknown][] = Object.entries(value);
  const entries = members.map(([key, item]) => `${JSON.stringify(key)}:${asJson(item, depth + 1)}`);
  return `{${entries.join(',')}}`;
}
