/** What no linter asks of the workflows: that each job ends in time, runs what is there, and is told what the page sets. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { PROJECT } from '../infrastructure/fixtures/stacks.js';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly uses?: string;
  readonly 'timeout-minutes'?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly needs?: string | readonly string[];
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = join(PROJECT, '.github/workflows');
const read = (file: string) => readFileSync(join(PROJECT, file), 'utf8');
const names = readdirSync(FOLDER);
const text = names.map((name) => read(`.github/workflows/${name}`)).join('\n');
const workflows = names.map((name) => [name, parse(read(`.github/workflows/${name}`)) as Workflow] as const);
const jobs = workflows.flatMap(([name, workflow]) =>
  Object.entries(workflow.jobs).map(([job, value]) => [`${name}, ${job}`, value] as const),
);
const scripts = jobs.flatMap(([where, { steps = [] }]) =>
  steps.flatMap(({ run }) => (run === undefined ? [] : [[where, run] as const])),
);
const page = read('docs/deploy.md');

t.test('a workflow has no right of its own, and does not run beside itself', async (t) => {
  t.strictSame([...names].sort(), ['ci.yml', 'release.yml', 'train.yml']);
  for (const [name, { permissions, concurrency }] of workflows) {
    t.strictSame(permissions, {}, name);
    t.ok(concurrency, name);
  }
});

t.test('each job ends by itself, with no more than the right to read; one alone may sign in to AWS', async (t) => {
  const more: string[] = [];
  for (const [where, { uses, permissions, ...job }] of jobs) {
    // Of a called workflow each job has its own.
    if (uses === undefined) t.type(job['timeout-minutes'], 'number', where);
    for (const [right, what] of Object.entries(permissions ?? {})) {
      if (`${right}: ${what}` !== 'contents: read') more.push(`${where}: ${right}: ${what} in ${job.environment}`);
    }
    t.ok(permissions, where);
  }
  t.strictSame(more, ['release.yml, deploy: id-token: write in production']);
});

t.test('no expression is pasted into a script, where it would be run', async (t) => {
  t.ok(scripts.length > 10);
  for (const [where, run] of scripts) t.notMatch(run, '$' + '{{', where);
});

t.test('a checkout leaves no token behind', async (t) => {
  const checkouts = jobs.flatMap(([, { steps = [] }]) =>
    steps.filter(({ uses }) => uses?.startsWith('actions/checkout')),
  );
  t.ok(checkouts.length > 5);
  for (const checkout of checkouts) t.equal(checkout.with?.['persist-credentials'], false);
});

t.test('a release begins with the check that its actions are pinned', async (t) => {
  const release = workflows.find(([name]) => name === 'release.yml')?.[1];
  const [first, ...others] = Object.values(release?.jobs ?? {});
  t.match(first?.steps?.at(-1)?.run, /^node deploy\/actions\/main\.mjs --check$/);
  t.equal(first?.needs, undefined);
  t.ok(others.length > 1);
  for (const { needs } of others) t.ok([needs].flat().includes('pinned'));
});

t.test('what the scripts run is there', async (t) => {
  const { scripts: commands } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const programs = scripts.flatMap(([, run]) => [...run.matchAll(/\bnode (\S+\.mjs)\b/g)].map(([, file = '']) => file));
  t.ok(programs.length > 5);
  for (const file of programs) t.ok(existsSync(join(PROJECT, file)), file);
  for (const [, run] of scripts) {
    for (const [, name = ''] of run.matchAll(/\bnpm (?:run )?([a-z][\w:-]*)/g)) t.ok(commands[name], name);
  }
  for (const [, file = ''] of text.matchAll(/setup\/run\.mjs dist\/(\S+)\.js/g)) {
    t.ok(existsSync(join(PROJECT, `${file}.ts`)), file);
  }
});

t.test('docs/deploy.md sets each variable, secret and environment that they read, and no other', async (t) => {
  const found = (pattern: RegExp, where: string) => new Set([...where.matchAll(pattern)].map(([, name = '']) => name));
  t.strictSame(found(/\bgh variable set (\w+)/g, page), found(/\bvars\.(?!TRAINING_DATA_URL)(\w+)/g, text));
  t.strictSame(found(/\bgh secret set (\w+)/g, page), found(/\bsecrets\.(\w+)/g, text));
  t.strictSame(found(/^environment ([\w-]+)/gm, page), found(/^ {4}environment: ([\w-]+)/gm, text));
  const options = found(/ -f (\w+)=/g, page.replaceAll('-f name=', ''));
  for (const option of options) t.match(text, new RegExp(`^ {6}${option}:$`, 'm'), option);
});

t.test('and names every program', async (t) => {
  const there = ['actions', 'release', 'train'].flatMap((folder) =>
    readdirSync(join(PROJECT, 'deploy', folder))
      .map((name) => `deploy/${folder}/${name}`)
      .filter((file) => file.endsWith('.mjs') && /^command\(async/m.test(read(file))),
  );
  t.ok(there.length > 7);
  for (const file of there) t.match(page, `| \`${file}\` |`);
});
