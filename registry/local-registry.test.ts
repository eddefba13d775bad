import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { promotionMoves, rollbackMoves } from './alias-moves.js';
import { emptyRegistry } from './fixtures/empty-registry.js';
import { LocalRegistry } from './local-registry.js';
import { withLock } from './lock.js';

t.test('versions are numbered from 1, newest first when listed, and found by number and alias', async (t) => {
  const { registry, source } = await emptyRegistry(t);
  const first = await registry.createModelVersion('M', source, { runId: 'r1', tags: { mae: '2.967' } });
  t.match(first, { name: 'M', version: 1, runId: 'r1', tags: { mae: '2.967' }, aliases: [] });
  t.equal(new Date(first.createdAt).toISOString(), first.createdAt);
  const second = await registry.createModelVersion('M', source);
  t.match(second, { version: 2, runId: /^[0-9a-f]{32}$/, tags: {} });
  t.strictSame(await registry.searchModelVersions('M'), [second, first]);
  await registry.setAlias('M', 'staging', 1);
  await registry.setAlias('M', 'candidate', 1);
  const aliased = { ...first, aliases: ['candidate', 'staging'] };
  t.strictSame(await registry.getModelVersion('M', 1), aliased);
  t.strictSame(await registry.getModelVersionByAlias('M', 'staging'), aliased);
  t.equal((await registry.createModelVersion('Other', source)).version, 1, 'each model counts for itself');
});

t.test('a version is a copy: it has the files of the source, which may change after', async (t) => {
  const { registry, source } = await emptyRegistry(t);
  const { version } = await registry.createModelVersion('M', source);
  const expected = readFileSync(join(source, 'model.onnx'), 'utf8');
  rmSync(source, { recursive: true });
  const files = await registry.download('M', version);
  t.equal(readFileSync(join(files, 'model.onnx'), 'utf8'), expected);
  for (const name of readdirSync(files)) t.equal(statSync(join(files, name)).mode & 0o222, 0, `${name} is read-only`);
});

t.test('an alias points to a version that is there, or is not set', async (t) => {
  const { registry, source } = await emptyRegistry(t);
  await registry.createModelVersion('M', source);
  await t.rejects(registry.setAlias('M', 'production', 2), { code: 'version_not_found', message: /version 2/ });
  t.equal(await registry.getModelVersionByAlias('M', 'production'), undefined);
  await registry.setAlias('M', 'production', 1);
  await registry.deleteAlias('M', 'production');
  await registry.deleteAlias('M', 'production');
  t.equal(await registry.getModelVersionByAlias('M', 'production'), undefined);
});

t.test('promotion and rollback move production and previous', async (t) => {
  const { registry, source } = await emptyRegistry(t);
  const aliases = async () => {
    let seen = {};
    await registry.moveAliases('M', (current) => {
      seen = Object.fromEntries(current);
      return [];
    });
    return seen;
  };
  for (let made = 0; made < 3; made++) await registry.createModelVersion('M', source);
  await registry.moveAliases('M', (current) => promotionMoves(current, 1));
  t.strictSame(await aliases(), { production: 1 });
  await registry.moveAliases('M', (current) => promotionMoves(current, 3));
  t.strictSame(await aliases(), { production: 3, previous: 1 });
  t.strictSame(await registry.moveAliases('M', rollbackMoves), [
    { alias: 'production', version: 1 },
    { alias: 'previous', version: 3 },
  ]);
  t.strictSame(await aliases(), { production: 1, previous: 3 });
});

t.test('of moves that cannot all be made none is made', async (t) => {
  const { registry, source } = await emptyRegistry(t);
  await registry.createModelVersion('M', source);
  const moves = [
    { alias: 'previous', version: 1 },
    { alias: 'production', version: 2 },
  ];
  await t.rejects(
    registry.moveAliases('M', () => moves),
    { code: 'version_not_found' },
  );
  t.equal(await registry.getModelVersionByAlias('M', 'previous'), undefined);
});

t.test('moves decided at once in one process follow one another', async (t) => {
  const { registry, source } = await emptyRegistry(t);
  for (let made = 0; made < 5; made++) await registry.createModelVersion('M', source);
  const step = () => registry.moveAliases('M', (now) => [{ alias: 'a', version: (now.get('a') ?? 0) + 1 }]);
  await Promise.all([step(), step(), step(), step(), step()]);
  t.match(await registry.getModelVersionByAlias('M', 'a'), { version: 5 });
});

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

t.test('tags change, and nothing else of the version does', async (t) => {
  const { registry, source } = await emptyRegistry(t);
  const made = await registry.createModelVersion('M', source, { tags: { a: '1', b: '2' } });
  await registry.setModelVersionTag('M', 1, 'b', '3');
  await registry.setModelVersionTag('M', 1, '__proto__', 'x');
  const tags = Object.fromEntries([...Object.entries({ a: '1', b: '3' }), ['__proto__', 'x']]);
  t.strictSame(await registry.getModelVersion('M', 1), { ...made, tags });
  await t.resolves(registry.download('M', 1));
  await t.rejects(registry.setModelVersionTag('M', 2, 'a', '1'), { code: 'version_not_found' });
});
