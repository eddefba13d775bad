import { join } from 'node:path';
import t from 'tap';
import { emptyRegistry } from './fixtures/empty-registry.js';
import { LocalRegistry } from './local-registry.js';
import { withLock } from './lock.js';

t.test('a lock that is held is waited for, then told with its folder', async (t) => {
  const { registry, root, source, model } = await emptyRegistry(t);
  await registry.createModelVersion('M', source);
  const impatient = new LocalRegistry(root, { lockWaitMs: 100 });
  await withLock({ lock: join(model, 'lock'), holder: join(model, 'lock-holder') }, async () => {
    await t.rejects(impatient.setAlias('M', 'production', 1), { code: 'registry_locked', message: model });
    await t.resolves(impatient.createModelVersion('M', source), 'registering needs no lock');
    await t.resolves(impatient.getModelVersion('M', 1), 'neither does reading');
  });
});

t.test('a version that was registered without a run has the id of one', async (t) => {
  const { registry, source } = await emptyRegistry(t);
  t.match(await registry.createModelVersion('M', source), { runId: /^[0-9a-f]{32}$/ });
});
