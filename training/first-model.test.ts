import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { MODEL_NAME } from '../config/model-name.js';
import { openRegistry } from '../registry/open-registry.js';
import { needsFirstModel, trainFirstModel } from './first-model.js';
import { aliasesIn, copyOfTrained, foldersIn, runCommand, workIn } from './fixtures/project.js';

t.test('a first model is needed where there is none in production and nothing of the user', async (t) => {
  const folder = t.testdir();
  workIn(foldersIn(join(folder, 'nothing')));
  t.equal(await needsFirstModel(), true, 'in a fresh checkout');
  t.strictSame(readdirSync(folder), [], 'and to ask makes nothing');

  const folders = await copyOfTrained(join(folder, 'trained'));
  const registry = await openRegistry({ folder: folders.registryDir });
  workIn(folders);
  t.equal(await needsFirstModel(), false, 'not with a version in production');
  await registry.deleteAlias(MODEL_NAME, 'production');
  t.equal(await needsFirstModel(), true, 'where an earlier start was stopped before promotion');
  workIn(folders, { MLFLOW_TRACKING_URI: 'http://127.0.0.1:5000' });
  t.equal(await needsFirstModel(), false, 'never with MLflow');
  workIn(folders);
  await registry.setModelVersionTag(MODEL_NAME, 1, 'data', 'orders');
  t.equal(await needsFirstModel(), false, 'not beside a version of real orders, though none is in production');
});

t.test('the first model is trained on invented orders, passes the gates and is in production', async (t) => {
  const folders = foldersIn(t.testdir());
  workIn(folders);
  const said: string[] = [];
  await trainFirstModel((line) => said.push(line), { rows: 1_500, seed: 1 });
  t.match(await aliasesIn(folders), { candidate: 1, staging: 1, production: 1 });
  const registry = await openRegistry({ folder: folders.registryDir });
  t.match(await registry.getModelVersion(MODEL_NAME, 1), { tags: { data: 'sample', data_file: 'sample-orders.csv' } });
  t.equal(await needsFirstModel(), false);
  t.equal(said[0], 'making sample orders');
  t.strictSame(said.slice(-2), ['promoting to staging', 'promoting to production']);
});

t.test('sample-model trains nothing where a version is in production', async (t) => {
  const folders = await copyOfTrained(t.testdir());
  const { code, stdout } = await runCommand('training/sample-model.js', [], folders);
  t.same({ code, stdout }, { code: 0, stdout: 'Version 1 is in production: no sample model is needed.\n' });
  t.match(await aliasesIn(folders), { production: 1, candidate: 2 });
});
