import t from 'tap';
import { Random } from './random.js';
import { uniqueIds } from './sample-ids.js';

function take(count: number, seed: number): string[] {
  const ids = uniqueIds(new Random(seed));
  return Array.from({ length: count }, () => ids.next().value);
}

t.test('identifiers are hexadecimal and never repeat, beyond four digits too', async (t) => {
  const ids = take(200_000, 6);
  t.equal(new Set(ids).size, ids.length);
  t.same(
    ids.filter((id) => !/^0x[1-9a-f][0-9a-f]{2,4}$/.test(id)),
    [],
  );
});

t.test('those of a usual sample have four digits at most', async (t) => {
  t.same(
    take(65_280, 7).filter((id) => id.length > 6),
    [],
  );
});

t.test('another seed begins elsewhere', async (t) => {
  t.notSame(take(3, 8), take(3, 9));
});
