import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openRegistry } from './open-registry.js';

t.test('a folder that does not exist yet is an empty registry, and reading does not make it', async (t) => {
  const folder = join(t.testdir(), 'registry');
  const registry = await openRegistry({ folder, trackingUri: '' });
  t.strictSame(await registry.searchModelVersions('M'), []);
  t.equal(await registry.getModelVersionByAlias('M', 'production'), undefined);
  await t.rejects(registry.getModelVersion('M', 1), { code: 'version_not_found', message: folder });
  await t.rejects(registry.setAlias('M', 'production', 1), { code: 'version_not_found', message: folder });
  t.notOk(existsSync(folder));
});

t.test('a registry that is a file is refused with its path', async (t) => {
  const folder = join(t.testdir({ registry: '' }), 'registry');
  await t.rejects(openRegistry({ folder }), { code: 'registry_unusable', message: folder });
  await t.rejects(openRegistry({ folder: join(folder, 'below') }), { code: 'registry_unusable', message: folder });
});

t.test('a tracking server is refused with the variable to unset', async (t) => {
  await t.rejects(openRegistry({ folder: t.testdir(), trackingUri: 'http://localhost:5000' }), {
    code: 'registry_unsupported',
    message: /http:\/\/localhost:5000.*Unset MLFLOW_TRACKING_URI/,
  });
});
