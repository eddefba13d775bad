import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import t from 'tap';
import { SCENARIOS } from '../bench/scenarios.js';
import { type CommandLine, helpOf, type OptionLine } from '../config/command-line.js';
import { COMMON } from './command.js';
import { COMMANDS } from './commands.js';

const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
const optionsOf = ({ options }: CommandLine): Readonly<Record<string, OptionLine>> => options;

t.test('docs/cli.md shows the help of every command, to the letter', async (t) => {
  for (const { line } of COMMANDS) {
    const help = helpOf(line, `food-eta ${line.name}`, COMMON);
    t.ok(page.includes(`\n## ${line.name}\n`), `${line.name} has a section`);
    t.ok(page.includes(`\n\`\`\`\n${help}\n\`\`\`\n`), `the section of ${line.name} is to show:\n${help}`);
  }
});

t.test(
  'every option of a command stands in one of its forms, and every option there is one of the command',
  async (t) => {
    for (const { line } of COMMANDS) {
      const named = new Set(line.forms.flatMap((form) => [...form.matchAll(/--([a-z-]+)/g)].map(([, name]) => name)));
      t.strictSame([...named].sort(), Object.keys(optionsOf(line)).sort(), line.name);
    }
  },
);

t.test('every example of a command, there and on the page, is a command line that it takes', async (t) => {
  const examples = COMMANDS.flatMap(({ line }) => line.examples.map((example) => example.line));
  const shown = [...page.matchAll(/^(?: {2}|npx )?(food-eta [a-z].*?)(?: +#.*)?$/gm)].map(([, typed = '']) => typed);
  t.ok(shown.length > COMMANDS.length, 'the page has examples');
  for (const typed of [...examples, ...shown]) {
    const [, name, rest = ''] = /food-eta ([a-z]+)(?: (.*?))?(?: [|>].*)?$/.exec(typed) ?? [];
    const command = COMMANDS.find(({ line }) => line.name === name);
    if (command === undefined) {
      t.fail(typed);
      continue;
    }
    const args = [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
    const options = { ...optionsOf(command.line), ...COMMON };
    t.doesNotThrow(() => parseArgs({ args, options, allowPositionals: true }), typed);
  }
});

t.test('the scenarios that the help of the bench names are those that there are', async (t) => {
  const bench = COMMANDS.find(({ line }) => line.name === 'bench');
  const names = SCENARIOS.map(({ name }) => name).join(', ');
  t.strictSame(bench?.line.notes, [`Scenarios: ${names}; by default all.`]);
});
