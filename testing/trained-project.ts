/**
 * A project in which a model was trained and promoted, made once by the real commands and shared by all tests.
 * It is made anew when anything that takes part in training has changed. Tests read it, and change only copies.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface TrainedProject {
  /** The sample orders that the model was trained on. */
  readonly csv: string;
  readonly dataDir: string;
  readonly reportsDir: string;
  /** Version 1 is production, version 2 the candidate: the same model, registered again. */
  readonly registryDir: string;
}

/** Seen from `dist/testing/`. */
const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const CACHE = join(PROJECT, '.cache', 'tests');
/** What the model depends on; tests among it do no harm. */
const SOURCES = ['config', 'data', 'features', 'registry', 'training', 'workers'].map((room) => join('dist', room));
const INPUTS = ['params.yaml', 'training/fit.py', 'training/requirements.txt', 'package-lock.json'];
/** Enough for a model that clears the gates, few enough to train in seconds. */
const ROWS = 3_000;

let project: Promise<TrainedProject> | undefined;

/** The project; trains it if no test has since the last change. */
export function trainedProject(): Promise<TrainedProject> {
  project ??= findOrTrain();
  return project;
}

/** The environment variables by which a program works in the project, or in another with these folders. */
export function environmentOf({ dataDir, reportsDir, registryDir }: Omit<TrainedProject, 'csv'>): NodeJS.ProcessEnv {
  return { ...process.env, DATA_DIR: dataDir, REPORTS_DIR: reportsDir, REGISTRY_DIR: registryDir };
}

async function findOrTrain(): Promise<TrainedProject> {
  const folder = join(CACHE, await fingerprint());
  if (!existsSync(folder)) await train(folder);
  return projectIn(folder);
}

function projectIn(folder: string): TrainedProject {
  return {
    csv: join(folder, 'orders.csv'),
    dataDir: join(folder, 'data'),
    reportsDir: join(folder, 'reports'),
    registryDir: join(folder, 'registry'),
  };
}

async function train(folder: string): Promise<void> {
  const draft = `${folder}.${process.pid}.draft`;
  await mkdir(draft, { recursive: true });
  const made = projectIn(draft);
  const run = async (program: string, ...args: string[]): Promise<void> => {
    const file = join(PROJECT, 'dist', program);
    await promisify(execFile)(process.execPath, [file, ...args], { cwd: PROJECT, env: environmentOf(made) });
  };
  await run('data/make-sample.js', '--rows', String(ROWS), '--out', made.csv);
  await run('training/train.js', '--data', made.csv);
  const params = await paramsOfBusyMachine(draft);
  await run('training/promote.js', 'staging', '--params', params);
  await run('training/promote.js', 'production', '--params', params);
  await run('training/run-stage.js', 'register');
  await removeOutdated();
  try {
    await rename(draft, folder);
  } catch (error) {
    // Another process was quicker.
    if (!existsSync(folder)) throw error;
    await rm(draft, { recursive: true });
  }
}

/** The shipped parameters, but for what a version is measured by: this one is made while other tests run. */
async function paramsOfBusyMachine(folder: string): Promise<string> {
  const shipped = await readFile(join(PROJECT, 'params.yaml'), 'utf8');
  const file = join(folder, 'params.yaml');
  await writeFile(
    file,
    shipped.replace(/^( +max_(?:avg_latency_ms|p99_latency_ms|cpu_ratio_to_bare):) \d+$/gm, '$1 100000'),
  );
  return file;
}

/** Projects of sources that have changed since; not the drafts of processes that are still at work. */
async function removeOutdated(): Promise<void> {
  for (const name of await readdir(CACHE)) {
    if (!name.endsWith('.draft')) await rm(join(CACHE, name), { recursive: true, force: true });
  }
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  const files = [...INPUTS];
  for (const folder of SOURCES) {
    for (const name of (await readdir(join(PROJECT, folder), { recursive: true })).sort()) {
      if (name.endsWith('.js') && !name.endsWith('.test.js')) files.push(join(folder, name));
    }
  }
  for (const file of files) hash.update(file).update(await readFile(join(PROJECT, file)));
  return hash.digest('hex').slice(0, 16);
}
