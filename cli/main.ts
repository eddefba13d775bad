/** `food-eta`: one program over what the npm scripts do, and what only people at a terminal need. */
import { readFileSync } from 'node:fs';
import { runProgram, UsageError } from '../config/command.js';
import { columns, helpOf } from '../config/command-line.js';
import { COMMON, type Command, type CommandModule } from './command.js';
import { COMMANDS } from './commands.js';
import { nameFolders } from './project-folders.js';
import type { SetUp } from './set-up.js';

const HINT = 'food-eta COMMAND --help shows what a command takes.';

/**
 * Runs the command that the arguments name, to its end; the exit code is then set.
 * @param args what stands after `food-eta`
 */
export async function start(args: readonly string[], setUp: SetUp): Promise<void> {
  // Whoever reads may have seen enough: `food-eta versions | head -3`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  const foreseen: CommandModule['FORESEEN'][number][] = [];
  await runProgram(async () => {
    const [name = 'help', ...rest] = args;
    if (name === '--version') return print(String(packageVersion()));
    if (name === 'help' || name === '--help' || name === '-h') return print(helpFor(rest[0]));
    const command = commandNamed(name);
    if (rest.includes('--help') || rest.includes('-h')) return print(helpFor(name));
    nameFolders();
    const { run, FORESEEN } = await command.load();
    foreseen.push(...FORESEEN);
    const json = rest.includes('--json');
    const given = rest.filter((arg) => arg !== '--json');
    const say = json ? (line: string) => console.error(line) : (line: string) => console.log(line);
    const { code, result, text } = await run(given, { started: `food-eta ${name}`, say, json, setUp });
    if (json) print(JSON.stringify(result));
    else if (text !== undefined) print(text);
    return code;
  }, foreseen);
}

function print(text: string): undefined {
  console.log(text);
}

/** @throws UsageError */
function commandNamed(name: string): Command {
  const command = COMMANDS.find(({ line }) => line.name === name);
  if (command !== undefined) return command;
  const names = COMMANDS.map(({ line }) => line.name).join(', ');
  throw new UsageError(`There is no command '${name}'. The commands are ${names}.\n${HINT}`);
}

function helpFor(name: string | undefined): string {
  if (name !== undefined) return helpOf(commandNamed(name).line, `food-eta ${name}`, COMMON);
  const rows = COMMANDS.map(({ line }) => [line.name, line.summary]);
  return `Usage: food-eta COMMAND ...\n\n${columns(rows)}\n\n${HINT}`;
}

/** Seen from `dist/cli/`. */
function packageVersion(): unknown {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version }: { version?: unknown } = JSON.parse(text);
  return version;
}
