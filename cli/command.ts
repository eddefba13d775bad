/** What every command of `food-eta` is: given its arguments, it does its work and says what came of it. */
import type { Caller, CommandLine, OptionLine } from '../config/command-line.js';
import type { SetUp } from './set-up.js';

/** What a command is given besides its arguments. */
export interface Context extends Caller {
  /** Whether the result is for a machine: what is said meanwhile then goes to the standard error. */
  readonly json: boolean;
  readonly setUp: SetUp;
}

/** What a command that came to its end leaves to be told. */
export interface Outcome {
  /** The exit code; undefined for a command that goes on. */
  readonly code: number | undefined;
  /** What came of it, for `--json`. */
  readonly result: unknown;
  /** The same for people, where it was not said already. */
  readonly text?: string;
}

type ErrorClass = new (...args: never[]) => Error;

/** What the file of a command exports. */
export interface CommandModule {
  /** The faults that are told in a sentence. */
  readonly FORESEEN: readonly ErrorClass[];
  /** @throws UsageError, and what FORESEEN lists; anything else is a bug */
  run(args: readonly string[], context: Context): Promise<Outcome>;
}

/** A command as it is found by its name. */
export interface Command {
  readonly line: CommandLine;
  /** Loads what runs it, which a line of help does not need. */
  load(): Promise<CommandModule>;
}

/** What every command takes. */
export const COMMON = {
  json: {
    type: 'boolean',
    about: 'The result as one line of JSON on the standard output, all else on the standard error',
  },
  help: { type: 'boolean', about: 'Shows this' },
} as const satisfies Readonly<Record<string, OptionLine>>;
