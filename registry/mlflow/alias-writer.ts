/**
 * Moves of aliases that depend on one another, in a registry that has no lock and no compare-and-swap. Aliases are read
 * right before each write and after the last: a competing writer is noticed unless it comes between a look and the
 * write after it, some milliseconds. Within this process the moves of one model follow one another.
 */
import { RegistryError } from '../errors.js';
import type { Aliases, AliasMove } from '../model-registry.js';
import type { ModelCalls } from './model-calls.js';

type Decision = (current: Aliases | undefined) => Promise<readonly AliasMove[]>;

/** Moves the aliases of a tracking server's models. */
export class AliasWriter {
  readonly #calls: ModelCalls;
  /** The end of the last move of each model. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(calls: ModelCalls) {
    this.#calls = calls;
  }

  /**
   * @param decide is given the aliases, or nothing where there is no such model; gives moves to versions that are there
   * @throws RegistryError `alias_contended`
   */
  move(name: string, decide: Decision): Promise<readonly AliasMove[]> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const moving = before.then(() => this.#move(name, decide));
    // The next one waits for the end of this one, good or bad; the caller is told which.
    this.#last.set(name, Promise.allSettled([moving]));
    return moving;
  }

  async #move(name: string, decide: Decision): Promise<readonly AliasMove[]> {
    const current = await this.#calls.aliases(name);
    const moves = await decide(current);
    const expected = new Map(current);
    for (const [index, { alias, version }] of moves.entries()) {
      await this.#requireAsExpected(name, expected, moves, index);
      await this.#calls.setAlias(name, alias, version);
      expected.set(alias, version);
    }
    if (moves.length > 0) await this.#requireAsExpected(name, expected, moves, moves.length);
    return moves;
  }

  /** @param written how many of the moves were written */
  async #requireAsExpected(
    name: string,
    expected: Aliases,
    moves: readonly AliasMove[],
    written: number,
  ): Promise<void> {
    const found = await this.#calls.aliases(name);
    const moved = moves.find(({ alias }) => found?.get(alias) !== expected.get(alias));
    if (moved === undefined) return;
    const list = (some: readonly AliasMove[]) =>
      some.map(({ alias, version }) => `'${alias}' to ${version}`).join(', ') || 'nothing';
    throw new RegistryError(
      'alias_contended',
      `Another writer moved the alias '${moved.alias}' of ${name} at the same time: ${describe(expected.get(moved.alias))} ` +
        `was expected, ${describe(found?.get(moved.alias))} was found. Written was ${list(moves.slice(0, written))}; ` +
        `not written was ${list(moves.slice(written))}. Look at the aliases, then run the command again.`,
    );
  }
}

function describe(version: number | undefined): string {
  return version === undefined ? 'no version' : `version ${version}`;
}
