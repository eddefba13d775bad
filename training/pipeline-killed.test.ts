/** Runs that are killed right before or in the midst of any of their changes: the next makes what none had disturbed. */
import { readdirSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { contextIn, filesIn, foldersIn, runCommand } from './fixtures/project.js';
import { rawFile, rowsWithIds } from './fixtures/raw-orders.js';
import { runStages, stageNamed } from './pipeline.js';
import type { PipelineContext } from './stage.js';

function run(context: PipelineContext, ...names: readonly string[]): Promise<void> {
  return runStages(names.map(stageNamed), context);
}

const PREPARING = ['clean', 'featurize', 'split', 'preprocess'];

t.test(
  'killed at any change before fitting, a run leaves whole files or none, and the next one mends all',
  async (t) => {
    const rows = rowsWithIds(40);
    const folder = t.testdir({ 'orders.csv': rawFile(rows), 'before.csv': rawFile(rows.slice(1)) });
    const data = join(folder, 'orders.csv');
    const undisturbed = foldersIn(join(folder, 'undisturbed'));
    await run(contextIn(undisturbed, { data }), ...PREPARING);
    const expected = filesIn(undisturbed);
    const before = foldersIn(join(folder, 'before'));
    await run(contextIn(before, { data: join(folder, 'before.csv') }), ...PREPARING);
    const old = filesIn(before);

    let halves = 0;
    /** Kills a run over what an earlier one on other data has left; false where it got to its end. */
    const killAt = async (n: number): Promise<boolean> => {
      const folders = foldersIn(join(folder, `killed-${n}`));
      await cp(join(folder, 'before'), join(folder, `killed-${n}`), { recursive: true });
      const { code, stderr } = await runCommand(
        'training/fixtures/killed-at-change.js',
        [data, `${n}`, ...PREPARING],
        folders,
      );
      t.equal(stderr, '');
      const context = contextIn(folders, { data });
      for (const [path, hash] of filesIn(folders)) {
        if (path.endsWith('.draft')) continue;
        t.ok(hash === expected.get(path) || hash === old.get(path), `killed at ${n}: ${path} is old or new, and whole`);
      }
      const isOld = (path: string) => filesIn(folders).get(path) === old.get(path);
      if (isOld('data/processed/train.arrow') !== isOld('data/processed/test.arrow')) {
        halves += 1;
        await t.rejects(run(context, 'fit'), { code: 'stage_input_stale' }, `killed at ${n}: no halves are fitted on`);
      }
      await run(context, ...PREPARING);
      t.strictSame(filesIn(folders), expected, `killed at ${n}: run again, it is as if nothing had happened`);
      t.strictSame(readdirSync(folders.dataDir).sort(), ['cleaned', 'interim', 'processed'], 'and no lock is left');
      return code !== 0;
    };
    let kills = 0;
    while ((await Promise.all([killAt(kills + 1), killAt(kills + 2)])).every(Boolean)) kills += 2;
    t.ok(kills > 12, `killed at ${kills} changes`);
    t.ok(halves > 0, 'among them one between the two sides of the split');
  },
);
