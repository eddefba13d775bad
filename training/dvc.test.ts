/** The commands of docs/dvc.md, by a real DVC, in a copy of this checkout that is a git repository of its own. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { copyCheckout } from '../testing/checkout-copy.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { trainedProject } from '../testing/trained-project.js';
import { readDvcFile } from './fixtures/dvc-stages.js';

/** Seen from `dist/training/`. */
const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const DVC = join(PROJECT, '.venv-peers/dvc/bin');
/** Enough to be fitted and judged. */
const ROWS = 800;
const page = readFileSync(join(PROJECT, 'docs/dvc.md'), 'utf8');

if (!existsSync(DVC) || spawnSync('git', ['--version']).status !== 0) {
  t.plan(0, 'there is no git, or no DVC in .venv-peers/dvc (`npm test` sets it up)');
  process.exit();
}

/** A checkout of somebody who uses DVC, and their shell in it. */
class Clone {
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;

  /** @param home where DVC and git find no settings and leave what they keep */
  constructor(folder: string, home: string) {
    this.folder = folder;
    const identity = { NAME: 'A tester', EMAIL: 'tester@example.org' };
    this.#env = {
      PATH: [DVC, process.env['PATH']].join(delimiter),
      HOME: home,
      XDG_CONFIG_HOME: join(home, 'config'),
      DVC_SITE_CACHE_DIR: join(home, 'site'),
      ...Object.fromEntries(
        Object.entries(identity).flatMap(([key, value]) => [
          [`GIT_AUTHOR_${key}`, value],
          [`GIT_COMMITTER_${key}`, value],
        ]),
      ),
    };
  }

  /** What the command says; @throws where it fails, with what it said. */
  async run(command: string): Promise<string> {
    const { stdout } = await promisify(execFile)('sh', ['-c', command], { cwd: this.folder, env: this.#env });
    return stdout;
  }

  /** @param command of docs/dvc.md, to which options for machines may be added */
  async runOfPage(t: Test, command: string, options = ''): Promise<string> {
    t.ok(page.includes(`\n${command}`), `docs/dvc.md has: ${command}`);
    return this.run(`${command} ${options}`);
  }

  async edit(file: string, from: string, to: string): Promise<void> {
    const path = join(this.folder, file);
    const text = await readFile(path, 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has no '${from}'`);
    await writeFile(path, text.replace(from, to));
  }
}

/** The stages that a run of DVC says it runs. */
function stagesRun(said: string): string[] {
  return [...said.matchAll(/^Running stage '(\w+)'/gm)].map(([, name = '']) => name);
}

// Some thirty processes, one after the other.
const TIMEOUT_MS = 300_000;
t.setTimeout(TIMEOUT_MS);
t.comment(`timeout=${TIMEOUT_MS}`);

t.test('DVC runs what a change concerns and nothing else, compares, and leaves the checkout clean', async (t) => {
  const folder = await temporaryFolder(t);
  const home = await temporaryFolder(t);
  await copyCheckout(folder);
  const clone = new Clone(folder, home);
  // Folders that are links are none to the lines that end with a slash.
  await clone.run('git init -q && printf "node_modules\\n.venv\\n" >> .git/info/exclude');
  await clone.run('git add -A && git commit -q -m "A clone"');
  const untracked = () => clone.run('git status --porcelain --untracked-files=all');
  const statusOf = async () => Object.keys(JSON.parse(await clone.run('dvc status --json')));

  const orders = (await readFile((await trainedProject()).csv, 'utf8')).split('\n').slice(0, ROWS + 1);
  await mkdir(join(folder, 'data/raw'));
  await writeFile(join(folder, 'data/raw/orders.csv'), `${orders.join('\n')}\n`);
  await clone.runOfPage(t, 'dvc add data/raw/orders.csv');
  t.strictSame(stagesRun(await clone.runOfPage(t, 'dvc repro')), Object.keys(readDvcFile(PROJECT).stages));
  t.equal(await untracked(), '?? data/raw/orders.csv.dvc\n?? dvc.lock\n', 'git sees these and no other');
  await clone.runOfPage(t, 'git add dvc.lock data/raw/orders.csv.dvc');
  await clone.runOfPage(t, 'git commit -m "The pipeline on our orders"');
  t.match(await clone.run('dvc repro'), /^Data and pipelines are up to date\.$/m);

  const changed = 'dvc exp run -S model_training.CatBoost_Regressor.depth=4';
  t.strictSame(stagesRun(await clone.runOfPage(t, changed)), ['fit', 'evaluate', 'diagnose']);
  const { 'params.yaml': params } = JSON.parse(await clone.runOfPage(t, 'dvc params diff', '--json'));
  t.strictSame(params, { 'model_training.CatBoost_Regressor.depth': { old: 8, new: 4, diff: -4 } });
  const metrics = JSON.parse(await clone.runOfPage(t, 'dvc metrics diff', '--json'));
  const { complete, all } = JSON.parse(readFileSync(join(folder, 'reports/evaluation.json'), 'utf8'));
  const { old: before, new: after, diff } = metrics['reports/evaluation.json']['complete.mae'];
  t.equal(after, complete.mae);
  t.ok(before > 0 && before !== after && Math.abs(after - before - diff) < 1e-9);
  t.equal(metrics['reports/evaluation.json']['all.mae'].new, all.mae);
  await clone.runOfPage(t, 'dvc plots diff');
  const drawn = readFileSync(join(folder, 'dvc_plots/index.html'), 'utf8');
  for (const plot of readDvcFile(PROJECT).plots) {
    for (const title of Object.keys(plot)) t.match(drawn, `id = "${title.replaceAll(' ', '_')}"`);
  }
  t.equal(drawn.split('"rev": "HEAD"').length, drawn.split('"rev": "workspace"').length, 'of both runs');
  t.match(await clone.runOfPage(t, 'dvc exp show', '--csv'), /^[a-z]+-[a-z]+,\w+,branch_base/m);

  await clone.run('git checkout -q . && dvc checkout');
  await clone.edit('params.yaml', 'max_test_mae: 6.0', 'max_test_mae: 5.0');
  await clone.run('echo >> training/split.test.ts && echo >> workers/pool.ts');
  t.strictSame(await statusOf(), ['evaluate', 'diagnose'], 'nothing depends on gates and tests');
  await clone.edit('params.yaml', 'test_size: 0.2', 'test_size: 0.3');
  t.strictSame(await statusOf(), ['split', 'preprocess', 'fit', 'evaluate', 'diagnose']);
});
