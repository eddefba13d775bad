/** `version.json`: what the registry keeps about a version beside its files. */

/** What `version.json` holds. */
export interface VersionRecord {
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly runId: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** The opposite of `parseVersionRecord`: JSON, indented, with a line break at the end. */
export function formatVersionRecord(record: VersionRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

/** The record in `text`; undefined where it is none. */
export function parseVersionRecord(text: string): VersionRecord | undefined {
  const value = parseJson(text);
  if (!isObject(value)) return undefined;
  const { createdAt, runId, tags } = value;
  if (typeof createdAt !== 'string' || typeof runId !== 'string' || !isObject(tags)) return undefined;
  return isTable(tags) ? { createdAt, runId, tags } : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTable(value: Record<string, unknown>): value is Record<string, string> {
  return Object.values(value).every((entry) => typeof entry === 'string');
}
