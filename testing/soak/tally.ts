/** How many kills there were of each operation, when they came, and how long that took with all that was judged. */

/** Before the process left a trace, after all was done, or between. */
export type When = 'before' | 'during' | 'after';

interface Counts extends Record<When, number> {
  ms: number;
}

export class Tally {
  readonly #counts = new Map<string, Counts>();

  add(operation: string, when: When, ms: number): void {
    const counts = this.#counts.get(operation) ?? { before: 0, during: 0, after: 0, ms: 0 };
    counts[when] += 1;
    counts.ms += ms;
    this.#counts.set(operation, counts);
  }

  /** One for each operation, and one for all. */
  lines(): readonly string[] {
    const all: Counts = { before: 0, during: 0, after: 0, ms: 0 };
    for (const counts of this.#counts.values()) {
      for (const key of ['before', 'during', 'after', 'ms'] as const) all[key] += counts[key];
    }
    return [...this.#counts, ['in all', all] as const].map(([operation, counts]) => line(operation, counts));
  }
}

function line(operation: string, { before, during, after, ms }: Counts): string {
  const kills = before + during + after;
  return `${operation}: ${kills} kills, ${before} before it began, ${during} during, ${after} after its end, in ${(ms / 1_000).toFixed(1)} s`;
}
