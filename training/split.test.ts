import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { clean } from './clean.js';
import { contextIn, foldersIn } from './fixtures/project.js';
import { type RawCells, rawFile, rowsWithIds } from './fixtures/raw-orders.js';
import { isTestRow, split } from './split.js';
import { StageTable } from './table.js';

/** Which side each ID of the file is on after cleaning and splitting; true for testing. */
async function sidesOf(t: Test, rows: readonly RawCells[]): Promise<ReadonlyMap<unknown, unknown>> {
  const folder = t.testdir({});
  const data = join(folder, 'orders.csv');
  writeFileSync(data, rawFile(rows));
  const context = contextIn(foldersIn(folder), { data });
  await clean.run(context);
  await split.run(context);
  const sides = (await StageTable.read(context.files.split, 'split')).cells('test');
  const orders = await StageTable.read(context.files.orders, 'clean');
  return new Map(orders.cells('ID').map((id, row) => [id, sides[row]]));
}

t.test('a row keeps its side in any copy of the file, whatever else stands there and in which order', async (t) => {
  const rows = rowsWithIds(300);
  const sides = await sidesOf(t, rows);
  t.equal(sides.size, 300);
  const changed = rows.map((row) => ({ ...row, ID: ` ${row.ID} `, City: 'Urban', 'Time_taken (min)': '12' }));
  const copies = {
    'the other way round': rows.toReversed(),
    shortened: rows.slice(100, 200),
    'with other rows between': rows.flatMap((row, at) => [{ ID: `other ${at}` }, row]),
    'with other cells, and spaces around the ID': changed,
  };
  for (const [name, copy] of Object.entries(copies)) {
    const found = [...(await sidesOf(t, copy))].filter(([id]) => sides.has(id));
    t.ok(found.length >= 100, name);
    t.strictSame(
      found,
      found.map(([id]) => [id, sides.get(id)]),
      name,
    );
  }
});

t.test('the side of an ID never changes from release to release', async (t) => {
  // As Python's hashlib has it: int(sha256(f'{seed}:{id}').hexdigest()[:12], 16) / 2**48 < test_size.
  const ids = ['', '0x1000', '0x1001', '0x1002', '0x1003', '0x1004', '0x1005', '0x1006', '0x1007', 'é'];
  t.strictSame(
    ids.filter((id) => isTestRow(id, 42, 0.2)),
    ['', '0x1006', 'é'],
  );
  t.strictSame(
    ids.filter((id) => isTestRow(id, 43, 0.5)),
    ['0x1000', '0x1001', '0x1004', '0x1006'],
  );
});

t.test('over many IDs the share of test rows is the one asked for, and another seed draws others', async (t) => {
  const ids = Array.from({ length: 20_000 }, (_, row) => `0x${row.toString(16)}`);
  const sides = (seed: number, share: number) => ids.map((id) => isTestRow(id, seed, share));
  for (const share of [0.05, 0.2, 0.5]) {
    const found = sides(42, share).filter(Boolean).length / ids.length;
    // Four standard deviations of a fair draw.
    t.ok(Math.abs(found - share) < 4 * Math.sqrt((share * (1 - share)) / ids.length), `${found} of ${share}`);
  }
  const [first, second] = [sides(42, 0.2), sides(43, 0.2)];
  const both = ids.filter((_, row) => first[row] && second[row]).length / ids.length;
  t.ok(Math.abs(both - 0.04) < 4 * Math.sqrt((0.04 * 0.96) / ids.length), `${both} with both seeds`);
});

t.test('a file whose IDs put all rows on one side is refused', async (t) => {
  const same = Array.from({ length: 50 }, () => ({ ID: 'NaN' }));
  const message = /^Of 50 rows (0|50) are for testing: .* The column ID must tell the rows apart/;
  await t.rejects(sidesOf(t, same), { name: 'PipelineError', code: 'data_invalid', message });
});
