/** The commands of npm and npx that the pages tell their reader to run exist, and take the options that they are given. */
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import t from 'tap';
import { type Command, commandsOf, PROJECT, pages } from './pages.js';

const { scripts, bin } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
};

/** The sources of a program: its own file, and what it imports of ours. */
function sourcesOf(file: string, found = new Map<string, string>()): Map<string, string> {
  if (found.has(file)) return found;
  const text = readFileSync(join(PROJECT, file), 'utf8');
  found.set(file, text);
  for (const [, path = ''] of text.matchAll(/(?:from|import\() ?'(\.[^']+)'/g)) {
    sourcesOf(posix.join(posix.dirname(file), path).replace(/\.js$/, '.ts'), found);
  }
  return found;
}

/** Names of the options that a program reads, with `util.parseArgs` or, where there is but one, by their name. */
function optionsOf(script: string): Set<string> {
  const [, program = ''] = /(\S+\.m?js)(?: --\S+)*$/.exec(scripts[script] ?? '') ?? [];
  const source = program.replace(/^dist\/(.*)\.js$/, '$1.ts');
  const text = [...sourcesOf(source).values()].join('\n');
  const declared = text.matchAll(/'?([a-z][\w-]*)'?: \{\s*type: '(?:string|boolean)'|=== '--([a-z][\w-]*)'/g);
  return new Set([...declared].map(([, name, compared]) => name ?? compared ?? ''));
}

/** What is wrong with a command; undefined where nothing is. */
function faultOf({ words: [program, verb = '', ...rest] }: Command): string | undefined {
  if (program === 'npx') {
    const isThere = Object.hasOwn(bin, verb) || existsSync(join(PROJECT, 'node_modules/.bin', verb));
    return isThere ? undefined : `no package brings ${verb}`;
  }
  const [script, ...more] = verb === 'run' ? rest.filter((word) => word !== '--silent') : [verb, ...rest];
  if (script === undefined) return undefined; // `npm run` itself
  const name = script.replace(/[^\w:-]+$/, '');
  if (!Object.hasOwn(scripts, name)) return `there is no script ${name}`;
  const [separator, ...args] = more;
  if (separator === undefined) return undefined;
  if (separator !== '--') return `what is for the program stands behind --, not ${separator}`;
  const lacking = args.find((word) => /\.test\.m?ts$/.test(word) && !existsSync(join(PROJECT, word)));
  if (lacking !== undefined) return `there is no ${lacking}`;
  const known = optionsOf(name);
  const given = args.flatMap((word) => /^\[?--([a-z][\w-]*)/.exec(word)?.[1] ?? []);
  const unknown = given.filter((option) => !known.has(option));
  return unknown.length === 0 ? undefined : `${name} takes no --${unknown.join(', --')}`;
}

t.test('every command of a page is one, with options that it takes', async (t) => {
  const commands = pages().flatMap(commandsOf);
  t.ok(commands.length > 100, `${commands.length} commands`);
  for (const command of commands) t.equal(faultOf(command), undefined, `${command.page}: ${command.words.join(' ')}`);
});

t.test('a command that is none is found, and an option that there is not', async (t) => {
  const faultIn = (text: string) => commandsOf({ path: 'x.md', text }).map(faultOf);
  t.strictSame(faultIn('`npm run stage -- clean --preset fast`, `npm start`, `npx biome check .`'), [
    undefined,
    undefined,
    undefined,
  ]);
  t.strictSame(
    faultIn(
      '```sh\nnpm run fly\nnpm run train --data x.csv\nnpm run bench -- --rounds 3 --gate\nnpm test -- a.test.ts\n```',
    ),
    [
      'there is no script fly',
      'what is for the program stands behind --, not --data',
      'bench takes no --rounds',
      'there is no a.test.ts',
    ],
  );
  t.strictSame(faultIn('`npx no-such-program`'), ['no package brings no-such-program']);
  t.strictSame(faultIn('Prose about npm run fly.'), []);
});
