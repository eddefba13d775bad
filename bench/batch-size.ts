/** How many rows went together in a batch, by what the server counts of it in `/metrics`, where it does. */

/** `food_eta_batch_size_sum`, or with `rows`: over all versions, but not of the shadow, which answers nobody. */
const SAMPLE = /^\w*batch_(?:size|rows)_(sum|count)(\{[^}]*\})? (\S+)/gm;

interface Batches {
  readonly rows: number;
  readonly batches: number;
}

/** Undefined where the server tells nothing of it. */
export async function readBatches(url: string): Promise<Batches | undefined> {
  const answer = await fetch(`${url}/metrics`);
  const text = await answer.text();
  if (!answer.ok) return undefined;
  const samples = [...text.matchAll(SAMPLE)].filter(([, , labels = '']) => !labels.includes('role="shadow"'));
  if (samples.length === 0) return undefined;
  const sum = (wanted: string): number =>
    samples.filter(([, kind]) => kind === wanted).reduce((total, [, , , value]) => total + Number(value), 0);
  return { rows: sum('sum'), batches: sum('count') };
}

/**
 * Rows of a batch in the mean, of the batches between two readings; undefined where either is missing or none ran
 * meanwhile.
 */
export function rowsPerBatch(before: Batches | undefined, after: Batches | undefined): number | undefined {
  if (before === undefined || after === undefined || after.batches === before.batches) return undefined;
  return (after.rows - before.rows) / (after.batches - before.batches);
}
