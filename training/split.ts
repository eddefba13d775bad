/** Each row takes its side by its ID alone, so that it keeps it in any copy of the data, longer or in another order. */
import { createHash } from 'node:crypto';
import { PipelineError } from './errors.js';
import { provenanceOf } from './provenance.js';
import type { PipelineContext, Stage } from './stage.js';
import { StageTable, writeTable } from './table.js';

const LARGEST_HASH = 2 ** 48;
const HASH_BYTES = 6;

/**
 * Whether the row with that ID is for testing: SHA-256(`seed:id`), its first 48 bits as a fraction, below `testSize`.
 * @param id the trimmed raw ID; rows without one share the side of the empty ID
 */
export function isTestRow(id: string, seed: number, testSize: number): boolean {
  const digest = createHash('sha256').update(`${seed}:${id}`).digest();
  return digest.readUIntBE(0, HASH_BYTES) / LARGEST_HASH < testSize;
}

/**
 * Reads `cleaned/orders.arrow`; writes `interim/split.arrow` [orders], whether a row is for testing. Depends on
 * `data_splitting`.
 * @throws PipelineError `stage_input_missing`, `data_invalid` where all rows fall on one side
 */
export const split: Stage = {
  name: 'split',
  purpose: 'rows → training and test',
  async run({ files, params, say }: PipelineContext): Promise<void> {
    const { random_state: seed, test_size: testSize } = params.data_splitting;
    const orders = await StageTable.read(files.orders, 'clean');
    const test = orders.cells('ID', 'text').map((id) => isTestRow(String(id ?? ''), seed, testSize));
    const testRows = test.filter(Boolean).length;
    if (testRows === 0 || testRows === test.length) {
      throw new PipelineError(
        'data_invalid',
        `Of ${test.length} rows ${testRows} are for testing: their IDs put all of them on one side. ` +
          'The column ID must tell the rows apart, and there must be enough of them.',
      );
    }
    const metadata = { ...provenanceOf(orders), seed: String(seed), test_size: String(testSize) };
    const columns = [
      { name: 'row', type: 'int32', values: test.keys() },
      { name: 'test', type: 'bool', values: test },
    ] as const;
    await writeTable(files.split, columns, metadata);
    say(`${test.length - testRows} rows for training, ${testRows} for testing`);
  },
};
