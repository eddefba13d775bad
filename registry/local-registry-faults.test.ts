/** What the registry says to names, files and folders that are not as they should be. */
import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { emptyRegistry } from './fixtures/empty-registry.js';
import { makeVersionSource } from './fixtures/version-source.js';
import { LocalRegistry } from './local-registry.js';

const NOBODY = 65_534;
const longAgo = new Date('2020-01-01');

t.test('what is not a whole version is not registered, and takes no number', async (t) => {
  const { registry, source, model } = await emptyRegistry(t);
  const golden = join(source, 'golden.json');
  const content = readFileSync(golden);
  appendFileSync(golden, ' ');
  await t.rejects(registry.createModelVersion('M', source), { code: 'checksum_mismatch', message: golden });
  rmSync(golden);
  await t.rejects(registry.createModelVersion('M', source), { code: 'version_incomplete', message: 'golden.json' });
  await t.rejects(registry.createModelVersion('M', `${source}/none`), { code: 'version_incomplete' });
  t.strictSame(await registry.searchModelVersions('M'), []);
  t.notOk(existsSync(model));
  writeFileSync(golden, content);
  t.equal((await registry.createModelVersion('M', source)).version, 1);
});

t.test('a version tampered with is found at download, and its neighbour is not touched', async (t) => {
  const { registry, source } = await emptyRegistry(t);
  await registry.createModelVersion('M', source);
  await registry.createModelVersion('M', source);
  const files = await registry.download('M', 1);
  chmodSync(join(files, 'model.onnx'), 0o644);
  appendFileSync(join(files, 'model.onnx'), 'x');
  await t.rejects(registry.download('M', 1), { code: 'checksum_mismatch', message: join(files, 'model.onnx') });
  await t.resolves(registry.download('M', 2));
  await t.rejects(registry.download('M', 3), { code: 'version_not_found', message: /no version 3.*2, 1/ });
});

t.test('names that would leave the folder, or that MLflow keeps for itself, are refused', async (t) => {
  const { registry, source } = await emptyRegistry(t);
  await registry.createModelVersion('M', source);
  const invalid = { code: 'name_invalid' };
  for (const name of [
    '',
    '.',
    '..',
    '../M',
    'a/b',
    '/M',
    '.hidden',
    'a b',
    'a@b',
    'a:b',
    'é',
    'a\n',
    'x'.repeat(129),
  ]) {
    await t.rejects(registry.createModelVersion(name, source), invalid, `model ${JSON.stringify(name)}`);
    await t.rejects(registry.getModelVersionByAlias(name, 'production'), invalid);
  }
  for (const alias of ['', '..', '../x', 'a/b', 'a.b', 'latest', 'Latest', 'v1', 'V12', '-a', 'x'.repeat(129)]) {
    await t.rejects(registry.setAlias('M', alias, 1), invalid, `alias ${JSON.stringify(alias)}`);
    await t.rejects(registry.getModelVersionByAlias('M', alias), invalid);
    await t.rejects(registry.deleteAlias('M', alias), invalid);
  }
  await t.rejects(registry.setModelVersionTag('M', 1, '', 'x'), invalid);
  await t.rejects(registry.setModelVersionTag('M', 1, 'a', 'x'.repeat(8_001)), { ...invalid, message: /8001.*8000/ });
  await t.rejects(registry.createModelVersion('M', source, { tags: { 'a\nb': '' } }), invalid);
});

t.test('a broken alias is told with its path, hides no other, and is mended by setting it', async (t) => {
  const { registry, source, model } = await emptyRegistry(t);
  await registry.createModelVersion('M', source);
  await registry.setAlias('M', 'production', 1);
  const path = join(model, 'aliases', 'candidate');
  for (const text of ['', 'garbage', '0', '1.5', '-1', '1 2', 'x'.repeat(1_000)]) {
    writeFileSync(path, text);
    const broken = { code: 'alias_broken', message: `${path} holds "${text.slice(0, 40)}` };
    await t.rejects(registry.getModelVersionByAlias('M', 'candidate'), broken);
    await t.rejects(
      registry.moveAliases('M', () => []),
      broken,
    );
    t.match(await registry.getModelVersionByAlias('M', 'production'), { version: 1, aliases: ['production'] });
  }
  writeFileSync(path, '7\n');
  await t.rejects(registry.getModelVersionByAlias('M', 'candidate'), {
    code: 'alias_broken',
    message: `${path} points to version 7, which is not there`,
  });
  await registry.setAlias('M', 'candidate', 1);
  t.match(await registry.getModelVersionByAlias('M', 'candidate'), { version: 1 });
});

t.test('a number that an alias still names is not given to another version', async (t) => {
  const { registry, source, model } = await emptyRegistry(t);
  await registry.createModelVersion('M', source);
  await registry.createModelVersion('M', source);
  await registry.setAlias('M', 'production', 2);
  rmSync(join(model, 'versions', '2'), { recursive: true });
  t.equal((await registry.createModelVersion('M', source)).version, 3);
  await t.rejects(registry.getModelVersionByAlias('M', 'production'), { code: 'alias_broken' });
});

t.test('a record that was edited into nonsense is told with its path', async (t) => {
  const { registry, source, model } = await emptyRegistry(t);
  await registry.createModelVersion('M', source);
  const path = join(model, 'versions', '1', 'version.json');
  for (const text of ['', '{', '[]', 'null', '{"createdAt":"","runId":"","tags":{"a":1}}']) {
    writeFileSync(path, text);
    await t.rejects(registry.getModelVersion('M', 1), { code: 'record_broken', message: path }, text);
  }
});

t.test('files that are not the registry’s are left alone', async (t) => {
  const { registry, source, model } = await emptyRegistry(t);
  await registry.createModelVersion('M', source);
  await registry.setAlias('M', 'production', 1);
  writeFileSync(join(model, 'aliases', 'production~'), 'garbage');
  writeFileSync(join(model, 'versions', 'README.md'), '');
  t.match(await registry.searchModelVersions('M'), [{ version: 1, aliases: ['production'] }]);
  t.equal((await registry.createModelVersion('M', source)).version, 2);
});

t.test('leftovers of killed registrations are swept away when they are old, and not before', async (t) => {
  const { registry, source, model } = await emptyRegistry(t);
  await registry.createModelVersion('M', source);
  const old = await makeVersionSource(join(model, 'staging', 'old'));
  await makeVersionSource(join(model, 'staging', 'being-written'));
  utimesSync(old, longAgo, longAgo);
  await registry.createModelVersion('M', source);
  t.strictSame(readdirSync(join(model, 'staging')), ['being-written']);
  t.equal((await registry.searchModelVersions('M')).length, 2);
});

t.test('a registry that may not be written can be read, and says what to do when written to', async (t) => {
  const { registry, root, source, model } = await emptyRegistry(t);
  await registry.createModelVersion('M', source);
  await registry.setAlias('M', 'production', 1);
  const folders = ['', 'versions', 'aliases', 'staging'].map((name) => join(model, name));
  for (const folder of [root, ...folders]) chmodSync(folder, 0o555);
  // Rights do not bind the superuser, as whom containers often run.
  const superuser = process.geteuid?.() === 0;
  if (superuser) process.seteuid?.(NOBODY);
  try {
    t.match(await registry.getModelVersionByAlias('M', 'production'), { version: 1 });
    await t.resolves(registry.download('M', 1));
    const refused = { code: 'registry_unusable', message: /REGISTRY_DIR/ };
    await t.rejects(registry.createModelVersion('M', source), refused);
    await t.rejects(registry.createModelVersion('Other', source), refused);
    await t.rejects(registry.setAlias('M', 'production', 1), refused);
    await t.rejects(registry.setModelVersionTag('M', 1, 'a', 'b'), refused);
  } finally {
    if (superuser) process.seteuid?.(0);
    for (const folder of [root, ...folders]) chmodSync(folder, 0o755);
  }
});

t.test('a file in the place of a folder is told with its path', async (t) => {
  const { registry, root, source, model } = await emptyRegistry(t);
  writeFileSync(root, '');
  const refused = { code: 'registry_unusable', message: root };
  await t.rejects(registry.searchModelVersions('M'), refused);
  await t.rejects(registry.getModelVersionByAlias('M', 'production'), refused);
  await t.rejects(registry.createModelVersion('M', source), refused);
  rmSync(root);
  await registry.createModelVersion('M', source);
  writeFileSync(join(model, 'aliases'), '');
  await t.rejects(registry.setAlias('M', 'production', 1), { ...refused, message: join(model, 'aliases') });
});

t.test('where no folder can be made, the registry says so and does not try for ever', async (t) => {
  const { source } = await emptyRegistry(t);
  const message = /^The registry \/proc\/x cannot be used: ENOENT.* No folder can be made there: set REGISTRY_DIR to/;
  const refused = { name: 'RegistryError', code: 'registry_unusable', message };
  await t.rejects(new LocalRegistry('/proc/x').createModelVersion('M', source), refused);
});
