/** Runs that are killed while they fit a model or judge it: nothing half is judged or registered. */
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { trainedProject } from '../testing/trained-project.js';
import { contextIn, copyOfTrained, filesIn, foldersIn, runCommand } from './fixtures/project.js';
import { askPython } from './fixtures/python.js';
import { runStages, stageNamed } from './pipeline.js';
import type { PipelineContext } from './stage.js';

/** Changes that fitting makes before Python is at work. */
const KILLS = 6;

function run(context: PipelineContext, ...names: readonly string[]): Promise<void> {
  return runStages(names.map(stageNamed), context);
}

t.test('killed before Python is at work, fitting leaves nothing that is judged or registered', async (t) => {
  const folder = t.testdir();
  const whole = filesIn(await trainedProject());
  const killAt = async (n: number): Promise<void> => {
    const folders = await copyOfTrained(join(folder, `killed-${n}`));
    const { code, stderr } = await runCommand('training/fixtures/killed-at-change.js', ['', `${n}`, 'fit'], folders);
    t.same({ code, stderr }, { code: null, stderr: '' });
    const left = filesIn(folders);
    if (left.size === whole.size) {
      untouched += 1;
      t.strictSame(left, whole, `killed at ${n}: what was fitted before is untouched`);
      return;
    }
    for (const stage of ['evaluate', 'diagnose', 'register']) {
      const refused = { name: 'PipelineError', message: /npm run stage -- (fit|evaluate)$/ };
      await t.rejects(run(contextIn(folders), stage), refused, `killed at ${n}: ${stage}`);
    }
  };
  let untouched = 0;
  // The lock, three removals, and the parameters, which are written and renamed.
  for (let n = 1; n <= KILLS; n += 2) await Promise.all([killAt(n), killAt(n + 1)]);
  t.ok(untouched > 0 && untouched < KILLS, `${untouched} of ${KILLS} before the first change`);
  const folders = foldersIn(join(folder, `killed-${KILLS}`));
  await run(contextIn(folders), 'fit', 'evaluate', 'diagnose');
  const again = filesIn(folders);
  t.notOk(again.has('data/model/registered.json'), 'what was fitted anew is no version yet');
  // The first tells how long fitting took.
  for (const files of [again, whole]) for (const name of ['fit', 'registered']) files.delete(`data/model/${name}.json`);
  t.strictSame(again, whole, 'run again, all is as it was');
});

t.test('killed while it judges a model, a run leaves nothing that is registered', async (t) => {
  const folder = t.testdir();
  const whole = filesIn(await trainedProject());
  const killAt = async (n: number, missing: string): Promise<void> => {
    const folders = await copyOfTrained(join(folder, `killed-${n}`));
    const context = contextIn(folders);
    const { golden, judged, evaluationReport, diagnosticsReport } = context.files;
    for (const file of [golden, judged, evaluationReport, diagnosticsReport]) await rm(file);
    const stages = ['evaluate', 'diagnose'];
    const { code, stderr } = await runCommand(
      'training/fixtures/killed-at-change.js',
      ['', `${n}`, ...stages],
      folders,
    );
    t.same({ code, stderr }, { code: null, stderr: '' });
    const message = new RegExp(`${missing} cannot be read .* npm run stage -- (evaluate|diagnose)$`);
    await t.rejects(run(context, 'register'), { code: 'stage_input_missing', message });
    await run(context, ...stages);
    t.strictSame(filesIn(folders), whole, `killed at ${n}: run again, all is as it was`);
  };
  // Each of the four files is written and renamed; the first change is the lock.
  await Promise.all([killAt(4, 'test-orders.arrow'), killAt(8, 'diagnostics.json')]);
});

t.test('killed before its last result, fit.py leaves no graph', async (t) => {
  const folder = t.testdir();
  const { files } = contextIn(await trainedProject());
  const tables = ['--train', files.train, '--test', files.test];
  const out = join(folder, 'model');
  const kill = { at: 3, arguments: [...tables, '--params', files.fitParams, '--out', out] };
  t.strictSame(await askPython<number[]>('killed_fit.py', [kill]), [9], 'it was killed');
  const left = readdirSync(out).filter((name) => !name.startsWith('.fit-'));
  t.strictSame(left.sort(), ['fit.json', 'predictions.arrow']);
});
