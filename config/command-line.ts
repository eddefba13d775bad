/**
 * What a command line takes, declared once: the usage that a wrong one is answered with, `--help` and the parser's
 * options all follow from it.
 */
import type { ParseArgsConfig } from 'node:util';

type ParsedOption = NonNullable<ParseArgsConfig['options']>[string];

/** An option, as `util.parseArgs` takes it, with what a person is told of it. */
export interface OptionLine extends Pick<ParsedOption, 'type' | 'multiple'> {
  /** What stands for its value, `FILE.csv`; a flag has none. */
  readonly value?: string;
  /** What it does, what is allowed, without a full stop. */
  readonly about: string;
  /** What counts where it is not given. */
  readonly otherwise?: string;
}

/** A command as a person types it, with what it does. */
export interface Example {
  readonly line: string;
  readonly does: string;
}

/** The one declaration of a command, of which its reading, its usage and its help are made. */
export interface CommandLine {
  readonly name: string;
  /** What it does, in one line without a full stop. */
  readonly summary: string;
  /** What may stand after the command's name; one form for each way to use it. */
  readonly forms: readonly string[];
  /** Sentences shown with the forms, to who gave something wrong as well. */
  readonly notes: readonly string[];
  readonly options: Readonly<Record<string, OptionLine>>;
  readonly examples: readonly Example[];
  /** Exit code → what it says; 0 and 2 are the same for all commands. */
  readonly failed: string;
}

/** Who runs a command: an npm script or `food-eta`. */
export interface Caller {
  /** What a person has typed up to the arguments: `npm run promote --`. */
  readonly started: string;
  /** Is told what is at work and what came of it, line by line. */
  say(line: string): void;
}

/** The forms and notes, which a wrong command line is answered with. */
export function usageOf({ forms, notes }: Pick<CommandLine, 'forms' | 'notes'>, started: string): string {
  const lead = ['Usage:', '      '];
  // Where nothing follows, npm's own separator says nothing.
  const line = (form: string) => (form === '' ? started.replace(/ --$/, '') : `${started} ${form}`);
  return [...forms.map((form, at) => `${lead[Math.min(at, 1)]} ${line(form)}`), ...notes].join('\n');
}

/** Exit code → what it says. */
export function exitCodesOf({ failed }: CommandLine): readonly (readonly [code: number, says: string])[] {
  return [
    [0, 'done'],
    [1, failed],
    [2, 'the command line is not understood; nothing was done'],
  ];
}

/**
 * All that there is to know of the command, for `--help`.
 * @param common options that every command of that program has
 */
export function helpOf(line: CommandLine, started: string, common: Readonly<Record<string, OptionLine>> = {}): string {
  const options = Object.entries({ ...line.options, ...common }).map(([name, option]) => {
    const otherwise = option.otherwise === undefined ? '' : ` (default: ${option.otherwise})`;
    return [option.value === undefined ? `--${name}` : `--${name} ${option.value}`, `${option.about}${otherwise}`];
  });
  const sections = [
    `${line.summary}.`,
    usageOf(line, started),
    `Options:\n${columns(options)}`,
    `Examples:\n${line.examples.map(({ line: typed, does }) => `  # ${does}\n  ${typed}`).join('\n')}`,
    `Exit codes:\n${columns(exitCodesOf(line).map(([code, says]) => [String(code), says]))}`,
  ];
  return sections.join('\n\n');
}

/** Two columns, of which the first is as wide as its longest cell. */
export function columns(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map(([first = '']) => first.length));
  return rows.map(([first = '', second = '']) => `  ${first.padEnd(width)}  ${second}`).join('\n');
}
