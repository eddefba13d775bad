import t from 'tap';
import { MODEL_NAME } from '../config/model-name.js';
import { openRegistry } from '../registry/open-registry.js';
import { aliasesIn, copyOfTrained, runCommand } from './fixtures/project.js';

const PROGRAM = 'training/rollback.js';

t.test('a rollback swaps production and previous, and another one swaps them back', async (t) => {
  const folders = await copyOfTrained(t.testdir());
  const registry = await openRegistry({ folder: folders.registryDir });
  await registry.setAlias(MODEL_NAME, 'previous', 2);
  const { code, stdout, stderr } = await runCommand(PROGRAM, [], folders);
  t.same({ code, stderr }, { code: 0, stderr: '' });
  t.equal(stdout, 'production is now version 2\nprevious is now version 1\n');
  t.strictSame(await aliasesIn(folders), { production: 2, previous: 1, staging: 1, candidate: 2 });
  const { tags } = await registry.getModelVersion(MODEL_NAME, 2);
  const [record] = Object.entries(tags).filter(([key]) => key.startsWith('moved.production.'));
  t.match(JSON.parse(record?.[1] ?? ''), { action: 'rollback', alias: 'production', from: 1, at: /^\d{4}-/ });
  await runCommand(PROGRAM, [], folders);
  t.strictSame(await aliasesIn(folders), { production: 1, previous: 2, staging: 1, candidate: 2 });
});

t.test('with nothing to roll back to, nothing is moved, and that is told', async (t) => {
  const folders = await copyOfTrained(t.testdir());
  const before = await aliasesIn(folders);
  const { code, stdout, stderr } = await runCommand(PROGRAM, [], folders);
  t.same({ code, stdout }, { code: 1, stdout: '' });
  t.equal(stderr, "There is nothing to roll back to: 'production' is version 1, 'previous' is not set.\n");
  t.strictSame(await aliasesIn(folders), before);
});
