import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { LocalRegistry } from './local-registry.js';
import { MlflowRegistry } from './mlflow/mlflow-registry.js';
import { openRegistry, registryOptions } from './open-registry.js';

t.test('a folder that does not exist yet is an empty registry, and reading does not make it', async (t) => {
  const folder = join(t.testdir(), 'registry');
  const registry = await openRegistry({ folder });
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

const ENVIRONMENT = {
  REGISTRY_DIR: '/srv/registry',
  CACHE_DIR: '/srv/cache',
  MLFLOW_TRACKING_URI: '',
  MLFLOW_TRACKING_USERNAME: '',
  MLFLOW_TRACKING_PASSWORD: '',
  MLFLOW_TRACKING_TOKEN: '',
  MLFLOW_EXPERIMENT_NAME: 'M',
};

t.test('the embedded registry is used unless a tracking server is named', async (t) => {
  t.ok((await openRegistry(registryOptions(ENVIRONMENT))) instanceof LocalRegistry);
  const named = { ...ENVIRONMENT, MLFLOW_TRACKING_URI: 'http://mlflow:5000' };
  t.ok((await openRegistry(registryOptions(named))) instanceof MlflowRegistry, 'without asking anything of it yet');
});

t.test('an address or credentials that cannot be used are told by their variables, without the secrets', async (t) => {
  const refused: [Partial<typeof ENVIRONMENT>, RegExp][] = [
    [{ MLFLOW_TRACKING_URI: 'databricks' }, /^MLFLOW_TRACKING_URI is 'databricks'; allowed is the address/],
    [{ MLFLOW_TRACKING_URI: 'file:///mlruns' }, /^MLFLOW_TRACKING_URI is 'file:\/\/\/mlruns'/],
    [{ MLFLOW_TRACKING_URI: 'ftp://me:secret@mlflow' }, /^MLFLOW_TRACKING_URI is 'ftp:\/\/…@mlflow'/],
    [{ MLFLOW_TRACKING_URI: 'http://mlflow?token=secret' }, /^MLFLOW_TRACKING_URI is 'http:\/\/mlflow\?…'/],
    [{ MLFLOW_TRACKING_USERNAME: 'me' }, /^MLFLOW_TRACKING_USERNAME is set and MLFLOW_TRACKING_PASSWORD is not/],
    [{ MLFLOW_TRACKING_PASSWORD: 'secret' }, /^MLFLOW_TRACKING_PASSWORD is set and MLFLOW_TRACKING_USERNAME is not/],
    [{ MLFLOW_TRACKING_TOKEN: 'secret\n' }, /^MLFLOW_TRACKING_TOKEN holds what no header can/],
  ];
  for (const [variables, message] of refused) {
    const options = registryOptions({ ...ENVIRONMENT, MLFLOW_TRACKING_URI: 'http://mlflow:5000', ...variables });
    const error: unknown = await openRegistry(options).catch((reason: unknown) => reason);
    t.match(error, { code: 'registry_misconfigured', message });
    t.notMatch(String(error), /secret/);
  }
});
