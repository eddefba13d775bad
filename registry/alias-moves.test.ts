import fc from 'fast-check';
import t from 'tap';
import { promotionMoves, rollbackMoves } from './alias-moves.js';
import type { AliasMove } from './model-registry.js';

fc.configureGlobal({ seed: 42 });

/** The aliases after the first `count` of `moves`, as a kill would leave them. */
function after(current: ReadonlyMap<string, number>, moves: readonly AliasMove[], count = moves.length) {
  const aliases = new Map(current);
  for (const { alias, version } of moves.slice(0, count)) aliases.set(alias, version);
  return aliases;
}

const version = fc.integer({ min: 1, max: 5 });
const served = fc.record({ production: version, previous: version }).map((given) => new Map(Object.entries(given)));

t.test('a promotion keeps what was served as previous', async (t) => {
  t.strictSame(promotionMoves(new Map([['production', 3]]), 4), [
    { alias: 'previous', version: 3 },
    { alias: 'production', version: 4 },
  ]);
});

t.test('a first promotion sets no previous, and a promotion of what is served changes nothing', async (t) => {
  t.strictSame(promotionMoves(new Map(), 1), [{ alias: 'production', version: 1 }]);
  t.strictSame(promotionMoves(new Map([['production', 1]]), 1), []);
});

t.test('a rollback swaps the two, and a second one swaps them back', async (t) => {
  const aliases = new Map(Object.entries({ production: 4, previous: 3, candidate: 5 }));
  const back = after(aliases, rollbackMoves(aliases));
  t.strictSame(Object.fromEntries(back), { production: 3, previous: 4, candidate: 5 });
  t.strictSame(after(back, rollbackMoves(back)), aliases);
});

t.test('a rollback to nowhere is refused with what the aliases are', async (t) => {
  t.throws(() => rollbackMoves(new Map()), { code: 'nothing_to_roll_back', message: /'production' is not set/ });
  t.throws(() => rollbackMoves(new Map([['production', 1]])), { message: /'previous' is not set/ });
  t.throws(() => rollbackMoves(new Map(Object.entries({ production: 2, previous: 2 }))), { message: /version 2/ });
});

t.test(
  'a promotion killed between its writes serves the old version still, and is finished when given again',
  async () => {
    fc.assert(
      fc.property(served, version, fc.nat(2), (aliases, next, writes) => {
        const moves = promotionMoves(aliases, next);
        const killed = after(aliases, moves, writes);
        const again = after(killed, promotionMoves(killed, next));
        const whole = after(aliases, moves);
        const known = [aliases.get('production'), next];
        return known.includes(killed.get('production')) && sameAliases(again, whole);
      }),
    );
  },
);

t.test('a rollback killed between its writes serves what was rolled back to', async () => {
  fc.assert(
    fc.property(served, (aliases) => {
      fc.pre(aliases.get('production') !== aliases.get('previous'));
      const killed = after(aliases, rollbackMoves(aliases), 1);
      return killed.get('production') === aliases.get('previous');
    }),
  );
});

function sameAliases(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return ['production', 'previous'].every((alias) => a.get(alias) === b.get(alias));
}
