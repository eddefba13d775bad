/** How a program ends: foreseen faults as one sentence, everything else as the bug that it is. */
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The command line cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

type ErrorClass = new (...args: never[]) => Error;

/** Exit codes of every command. */
const FAILED = 1;
const MISUSED = 2;

/** Whether the file `url` (its `import.meta.url`) is the program that was started, rather than imported. */
export function isProgram(url: string): boolean {
  const program = process.argv[1];
  return program !== undefined && existsSync(program) && realpathSync(program) === fileURLToPath(url);
}

/**
 * Runs a program. An error of a foreseen class is what a person did or has: its message says it all.
 * @param main gives the exit code, or nothing for a program that goes on
 */
export async function runProgram(
  main: () => Promise<number | undefined>,
  foreseen: readonly ErrorClass[],
): Promise<void> {
  // A write beyond `ulimit -f` then fails, and is told like that on a full disk; the library of the registry's lock
  // would otherwise end the process by the signal.
  process.on('SIGXFSZ', () => {});
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    const isForeseen =
      error instanceof UsageError || isFileFault(error) || foreseen.some((kind) => error instanceof kind);
    if (!isForeseen) throw error;
    console.error(error instanceof Error ? error.message : error);
    process.exit(error instanceof UsageError ? MISUSED : FAILED);
  }
}

/**
 * `util.parseArgs`, strict.
 * @param usage is shown with what is wrong
 * @throws UsageError
 */
export function parseArguments<T extends ParseArgsConfig>(config: T, usage: string): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) throw new UsageError(`${error.message}\n${usage}`);
    throw error;
  }
}

/**
 * The whole number that an option was given.
 * @throws UsageError naming the option, what was given and what is allowed.
 */
export function wholeNumber(
  option: string,
  given: string,
  { minimum, maximum }: { readonly minimum: number; readonly maximum: number },
): number {
  const value = /^[0-9]{1,15}$/.test(given) ? Number(given) : Number.NaN;
  if (value >= minimum && value <= maximum) return value;
  throw new UsageError(`${option} is '${given}'; allowed is a whole number from ${minimum} to ${maximum}.`);
}

/** A full disk, a folder without rights: the system's message names the call and the path. */
function isFileFault(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'path' in error;
}
