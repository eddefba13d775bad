/** Many inputs from one generator, a handful at a time, until one does what none may do; that one is made small. */
import fc from 'fast-check';

export interface Campaign {
  /** Inputs to try. */
  readonly runs: number;
  readonly seed: number;
  /** How long a failing input is made smaller. */
  readonly shrinkMs?: number;
}

/** An input did what none may do; the message holds the seed and the smallest such input that was found. */
export class FuzzFailure extends Error {
  override readonly name = 'FuzzFailure';
  readonly code = 'fuzz_failure';
}

/** Inputs that are under way together. */
const HANDFUL = 32;
/** A handful that has not come to its end by then hangs. */
const HANG_MS = 30_000;
const SHRINK_MS = 60_000;
/** Characters of an input that a person reads. */
const SHOWN = 4_000;

/**
 * @param tryAll tries the inputs, at the same time or not; throws where one of them does what none may do
 * @returns how many inputs were tried
 * @throws FuzzFailure
 */
export async function fuzz<Input>(
  inputs: fc.Arbitrary<Input>,
  tryAll: (inputs: readonly Input[]) => Promise<void>,
  { runs, seed, shrinkMs = SHRINK_MS }: Campaign,
): Promise<number> {
  let tried = 0;
  let failedAt: number | undefined;
  const property = fc.asyncProperty(
    fc.array(inputs, { minLength: 1, maxLength: HANDFUL, size: 'max' }),
    async (handful) => {
      // What is left, when all are tried or the smallest was looked for long enough, is passed over.
      if (failedAt === undefined ? tried >= runs : performance.now() - failedAt > shrinkMs) return;
      tried += handful.length;
      try {
        await withinTime(tryAll(handful));
      } catch (error) {
        failedAt ??= performance.now();
        throw error;
      }
    },
  );
  const result = await fc.check(property, { seed, numRuns: runs });
  if (!result.failed) return tried;
  const [smallest] = result.counterexample ?? [];
  const fault = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
  throw new FuzzFailure(
    `${fault}\nSmallest input found: ${shorten(fc.stringify(smallest))}\nAgain: --seed ${result.seed} --runs ${runs}`,
  );
}

/** An input as much as a person reads of it. */
export function shorten(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters; the seed gives all of it)` : text;
}

async function withinTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Hangs: not at its end after ${HANG_MS / 1000} s.`)), HANG_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
