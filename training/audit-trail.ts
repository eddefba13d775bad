/**
 * Moves of aliases that leave a trace: each is told in a tag of the version that the alias now points to, never
 * overwritten. The tag is written after the move; what a kill between loses is the trace, not the move.
 */
import type { Aliases, AliasMove, ModelRegistry } from '../registry/model-registry.js';
import type { Comparison } from './comparison.js';
import type { Gate } from './gates.js';

/** A tag `moved.ALIAS.TIME`, as JSON. */
export interface MoveRecord {
  readonly action: 'promotion' | 'rollback';
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly alias: string;
  /** The version that the alias pointed to before; null where there was no such alias. */
  readonly from: number | null;
  /** The value of each gate that was passed, or forced. */
  readonly gates?: Readonly<Record<string, number | null>>;
  /** Against what was in production before, where that is what was promoted to. */
  readonly comparison?: Comparison;
  /** Why a comparison that refused the version did not hold it off, in the words of who forced it. */
  readonly forced?: string;
}

/** What a record tells besides the move itself. */
export type MoveDetails = Omit<MoveRecord, 'at' | 'alias' | 'from'>;

/** What a record says of the gates. */
export function gateValues(gates: readonly Gate[]): Readonly<Record<string, number | null>> {
  return Object.fromEntries(gates.map(({ name, value }) => [name, value]));
}

/**
 * `registry.moveAliases`, with a record of every move.
 * @param details what else the records tell
 */
export async function moveWithTrail(
  registry: ModelRegistry,
  name: string,
  details: MoveDetails,
  change: (current: Aliases) => readonly AliasMove[],
): Promise<readonly AliasMove[]> {
  let before: Aliases = new Map();
  const moves = await registry.moveAliases(name, (current) => {
    before = current;
    return change(current);
  });
  const at = new Date().toISOString();
  for (const { alias, version } of moves) {
    const { action, ...judgement } = details;
    const record: MoveRecord = { action, at, alias, from: before.get(alias) ?? null, ...judgement };
    // Colons are not for the keys of tags.
    const key = `moved.${alias}.${at.replaceAll(/[-:.]/g, '')}`;
    await registry.setModelVersionTag(name, version, key, JSON.stringify(record));
  }
  return moves;
}
