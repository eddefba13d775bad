/**
 * Moves of aliases that leave a trace: each is told in a tag of the version that the alias now points to, never
 * overwritten. The tag is written after the move; what a kill between loses is the trace, not the move.
 */
import type { Aliases, AliasMove, ModelRegistry } from '../registry/model-registry.js';
import type { Gate } from './gates.js';

/** A tag `moved.ALIAS.TIME`, as JSON. */
export interface MoveRecord {
  readonly action: 'promotion' | 'rollback';
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly alias: string;
  /** The version that the alias pointed to before; null where there was no such alias. */
  readonly from: number | null;
  /** The value of each gate that was passed. */
  readonly gates?: Readonly<Record<string, number>>;
}

/** What a record says of the gates. */
export function gateValues(gates: readonly Gate[]): Readonly<Record<string, number>> {
  return Object.fromEntries(gates.map(({ name, value }) => [name, value]));
}

/**
 * `registry.moveAliases`, with a record of every move.
 * @param details what else the records tell
 */
export async function moveWithTrail(
  registry: ModelRegistry,
  name: string,
  details: Pick<MoveRecord, 'action' | 'gates'>,
  change: (current: Aliases) => readonly AliasMove[],
): Promise<readonly AliasMove[]> {
  let before: Aliases = new Map();
  const moves = await registry.moveAliases(name, (current) => {
    before = current;
    return change(current);
  });
  const at = new Date().toISOString();
  for (const { alias, version } of moves) {
    const { action, gates } = details;
    const record: MoveRecord = { action, at, alias, from: before.get(alias) ?? null, ...(gates && { gates }) };
    // Colons are not for the keys of tags.
    const key = `moved.${alias}.${at.replaceAll(/[-:.]/g, '')}`;
    await registry.setModelVersionTag(name, version, key, JSON.stringify(record));
  }
  return moves;
}
