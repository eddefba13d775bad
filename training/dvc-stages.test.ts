/** `dvc.yaml` says of each stage what it reads, depends on and writes: all of it, and nothing else. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { trainedProject } from '../testing/trained-project.js';
import { isPipelineFile, readDvcFile } from './fixtures/dvc-stages.js';
import { contextIn, filesIn, foldersIn } from './fixtures/project.js';
import { STAGES, stageNamed } from './pipeline.js';
import type { PipelineContext } from './stage.js';

/** Seen from `dist/training/`. */
const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const { stages, plots } = readDvcFile(PROJECT);

/** Code that does not decide what comes out: it gives the parameters by their values, and writes what it is given. */
const NEUTRAL = /^(config\/.*|data\/(whole-file|output-error))\.ts$/;

t.test('its stages are those of the pipeline up to the one that has an effect elsewhere', async (t) => {
  t.strictSame(
    Object.entries(stages).map(([name, { cmd }]) => [name, cmd]),
    STAGES.slice(0, STAGES.indexOf(stageNamed('register'))).map(({ name }) => [
      name,
      `npm run --silent stage -- ${name}`,
    ]),
  );
});

for (const [name, { deps, params = [], outs = [], metrics = [] }] of Object.entries(stages)) {
  const inputs = deps.filter(isPipelineFile);

  t.test(
    `${name} needs each file that it is said to read and no other, and writes those that it is said to`,
    async (t) => {
      const folder = t.testdir();
      for (const missing of inputs) {
        const context = await contextOf(
          folder,
          inputs.filter((file) => file !== missing),
        );
        await t.rejects(
          stageNamed(name).run(context),
          { code: /stage_input_missing|data_unreadable/ },
          `without ${missing}`,
        );
      }
      const context = await contextOf(folder, inputs);
      const read = new Set<string>();
      await stageNamed(name).run({ ...context, params: watched(structuredClone(context.params), read) });
      const written = [...filesIn(foldersIn(folder)).keys()].filter((file) => !inputs.includes(file));
      const said = [...outs, ...metrics].flatMap((path) => filesOf(folder, path));
      t.strictSame(written.sort(), said.sort());
      const asInFile = [...read].map((path) =>
        path.replace('promotion_policy.staging.', 'promotion_policy.staging_thresholds.'),
      );
      t.strictSame(
        asInFile.filter((path) => !params.some((key) => isWithin(path, key, '.'))),
        [],
        'parameters that it reads',
      );
      t.strictSame(
        params.filter((key) => !asInFile.some((path) => isWithin(path, key, '.'))),
        [],
        'parameters that it does not',
      );
    },
  );

  t.test(`${name} depends on the code that it runs`, async (t) => {
    const code = deps.filter((path) => !isPipelineFile(path));
    t.ok(code.includes('package-lock.json'));
    const imported = [...importedBy(`training/${name}.ts`)];
    const folders = code.filter((path) => path !== 'package-lock.json');
    const lacking = imported.filter(
      (file) => !NEUTRAL.test(file) && !folders.some((path) => isWithin(file, path, '/')),
    );
    t.strictSame(lacking, [], 'in no folder that is named');
    t.strictSame(
      folders.filter((path) => !imported.some((file) => isWithin(file, path, '/'))),
      [],
      'in vain',
    );
  });
}

t.test('each plot is of a table that diagnose writes, by columns that it has', async (t) => {
  const { reportsDir } = await trainedProject();
  const drawn = plots.flatMap((plot) => Object.values(plot));
  const tables = readdirSync(join(reportsDir, 'plots')).map((name) => `reports/plots/${name}`);
  const lacking = drawn.flatMap(({ y }) => Object.keys(y)).filter((file) => !tables.includes(file));
  t.strictSame(lacking, []);
  for (const { x, y } of drawn) {
    for (const [file, column] of Object.entries(y)) {
      const [row] = JSON.parse(readFileSync(join(dirname(reportsDir), file), 'utf8'));
      t.ok(x in row && column in row, `${file}: ${x}, ${column}`);
    }
  }
});

/** A project with these files of the trained one and no others. */
async function contextOf(folder: string, files: readonly string[]): Promise<PipelineContext> {
  const { csv, dataDir, reportsDir } = await trainedProject();
  await rm(folder, { recursive: true, force: true });
  const folders = foldersIn(folder);
  await mkdir(folders.reportsDir, { recursive: true });
  for (const file of files) {
    const raw = 'data/raw/orders.csv';
    const trained = file.startsWith('data/') ? dirname(dataDir) : dirname(reportsDir);
    await cp(file === raw ? csv : join(trained, file), join(folder, file));
  }
  await mkdir(folders.dataDir, { recursive: true });
  return contextIn(folders, { data: join(folder, 'data/raw/orders.csv') });
}

/** The file, or all files of the folder. */
function filesOf(project: string, path: string): string[] {
  const place = join(project, path);
  if (!existsSync(place) || !statSync(place).isDirectory()) return [path];
  return readdirSync(place).map((name) => `${path}/${name}`);
}

/** Notes the path of each parameter that is read: `data_splitting.random_state`. */
function watched<T extends object>(values: T, read: Set<string>, prefix = ''): T {
  return new Proxy(values, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver);
      if (typeof key !== 'string' || !Object.hasOwn(target, key)) return value;
      const path = `${prefix}${key}`;
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return watched(value, read, `${path}.`);
      read.add(path);
      return value;
    },
  });
}

function isWithin(path: string, whole: string, separator: string): boolean {
  return path === whole || path.startsWith(`${whole}${separator}`);
}

/** The sources whose code runs when this one is loaded; what is imported for its types alone is not among them. */
function importedBy(source: string, found = new Set<string>()): Set<string> {
  if (found.has(source)) return found;
  found.add(source);
  const compiled = readFileSync(join(PROJECT, 'dist', source.replace(/\.ts$/, '.js')), 'utf8');
  for (const [, path = ''] of compiled.matchAll(/^(?:import|export) (?:.* from )?'(\.[^']+)';$/gm)) {
    importedBy(posix.join(posix.dirname(source), path).replace(/\.js$/, '.ts'), found);
  }
  return found;
}
