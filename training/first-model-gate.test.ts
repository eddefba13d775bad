/** Apart from `first-model.test.ts`, so that the two trainings run side by side. */
import t from 'tap';
import { needsFirstModel, trainFirstModel } from './first-model.js';
import { aliasesIn, foldersIn, workIn } from './fixtures/project.js';

t.test('a first model that fails a gate is told with the gates, and is not in production', async (t) => {
  const folders = foldersIn(t.testdir());
  workIn(folders);
  const attempt = trainFirstModel(() => {}, { rows: 120, seed: 1 });
  const message = /^The model trained on sample orders fails a gate:\n.*FAIL +min_test_r2 +at least 0\.82/s;
  await t.rejects(attempt, { name: 'PipelineError', code: 'gate_failed', message });
  t.strictSame(await aliasesIn(folders), { candidate: 1 });
  t.equal(await needsFirstModel(), true, 'so that the next start tries again');
});
