/** What every registry does: each test runs over the local folder and over a real tracking server of MLflow. */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { promotionMoves, rollbackMoves } from './alias-moves.js';
import { IMPLEMENTATIONS, modelName, type Open, trainingRun } from './fixtures/implementations.js';
import type { ModelRegistry } from './model-registry.js';
import { writeSums } from './version-files.js';

/** Where the aliases of `model` point, as those who move them see it. */
async function aliasesOf(registry: ModelRegistry, model: string): Promise<Readonly<Record<string, number>>> {
  let seen = {};
  await registry.moveAliases(model, (current) => {
    seen = Object.fromEntries(current);
    return [];
  });
  return seen;
}

function claim(name: string, test: (t: Test, open: Open) => Promise<void>): void {
  for (const [implementation, open] of Object.entries(IMPLEMENTATIONS)) {
    t.test(`${implementation}: ${name}`, (t) => test(t, open));
  }
}

claim('a model that nobody has registered has no versions and no aliases', async (t, open) => {
  const { registry, model } = await open(t);
  t.strictSame(await registry.searchModelVersions(model), []);
  t.equal(await registry.getModelVersionByAlias(model, 'production'), undefined);
  const refused = { code: 'version_not_found', message: /npm run train/ };
  await t.rejects(registry.setAlias(model, 'production', 1), refused);
  await t.rejects(registry.deleteAlias(model, 'production'), refused);
  await t.rejects(
    registry.moveAliases(model, () => []),
    refused,
  );
  await t.rejects(registry.getModelVersion(model, 1), { code: 'version_not_found', message: model });
  await t.rejects(registry.download(model, 1), { code: 'version_not_found', message: model });
  await t.rejects(registry.setModelVersionTag(model, 1, 'a', 'b'), { code: 'version_not_found' });
  t.strictSame(await registry.searchModelVersions(model), [], 'and asking has made none');
});

claim('versions are numbered from 1, newest first when listed, and found by number and alias', async (t, open) => {
  const { registry, model, source } = await open(t);
  const ids = await registry.logRun(model, trainingRun());
  t.match(ids, { runId: /^[0-9a-f]{32}$/, modelId: /^m-[0-9a-f]{32}$/ });
  const first = await registry.createModelVersion(model, source, { ...ids, tags: { mae: '2.967', note: '' } });
  const { runId } = ids;
  t.match(first, { name: model, version: 1, runId, tags: { mae: '2.967', note: '' }, aliases: [] });
  t.equal(new Date(first.createdAt).toISOString(), first.createdAt);
  const second = await registry.createModelVersion(model, source);
  t.match(second, { version: 2, runId: /^[0-9a-f]{32}$/, tags: {} });
  t.strictSame(await registry.searchModelVersions(model), [second, first]);
  await registry.setAlias(model, 'staging', 1);
  await registry.setAlias(model, 'candidate', 1);
  const aliased = { ...first, aliases: ['candidate', 'staging'] };
  t.strictSame(await registry.getModelVersion(model, 1), aliased);
  t.strictSame(await registry.getModelVersionByAlias(model, 'staging'), aliased);
  t.strictSame(await registry.searchModelVersions(model), [second, aliased]);
  t.equal((await registry.createModelVersion(modelName(), source)).version, 1, 'each model counts for itself');
});

claim('a version is a copy: it has the files of the source, which may change after', async (t, open) => {
  const { registry, model, source } = await open(t);
  const { version } = await registry.createModelVersion(model, source);
  const names = readdirSync(source);
  const expected = readFileSync(join(source, 'model.onnx'), 'utf8');
  rmSync(source, { recursive: true });
  const files = await registry.download(model, version);
  t.strictSame(readdirSync(files), names);
  t.equal(readFileSync(join(files, 'model.onnx'), 'utf8'), expected);
  for (const name of names) t.equal(statSync(join(files, name)).mode & 0o222, 0, `${name} is read-only`);
});

claim('what is not a whole version is not registered', async (t, open) => {
  const { registry, model, source } = await open(t);
  writeFileSync(join(source, 'model.onnx'), 'another');
  await t.rejects(registry.createModelVersion(model, source), {
    code: 'checksum_mismatch',
    message: /model\.onnx/,
  });
  rmSync(join(source, 'model.onnx'));
  await writeSums(source);
  await t.rejects(registry.createModelVersion(model, source), {
    code: 'version_incomplete',
    message: /model\.onnx/,
  });
  t.strictSame(await registry.searchModelVersions(model), []);
});

claim('an alias points to a version that is there, or is not set', async (t, open) => {
  const { registry, model, source } = await open(t);
  await registry.createModelVersion(model, source);
  await t.rejects(registry.setAlias(model, 'production', 2), { code: 'version_not_found', message: /version 2/ });
  t.equal(await registry.getModelVersionByAlias(model, 'production'), undefined);
  await registry.setAlias(model, 'production', 1);
  await registry.deleteAlias(model, 'production');
  await registry.deleteAlias(model, 'production');
  t.equal(await registry.getModelVersionByAlias(model, 'production'), undefined);
});

claim('promotion and rollback move production and previous', async (t, open) => {
  const { registry, model, source } = await open(t);
  for (let made = 0; made < 3; made++) await registry.createModelVersion(model, source);
  await registry.moveAliases(model, (current) => promotionMoves(current, 1));
  t.strictSame(await aliasesOf(registry, model), { production: 1 });
  await registry.moveAliases(model, (current) => promotionMoves(current, 3));
  t.strictSame(await aliasesOf(registry, model), { production: 3, previous: 1 });
  t.strictSame(await registry.moveAliases(model, rollbackMoves), [
    { alias: 'production', version: 1 },
    { alias: 'previous', version: 3 },
  ]);
  t.strictSame(await aliasesOf(registry, model), { production: 1, previous: 3 });
});

claim('of moves that cannot all be made none is made', async (t, open) => {
  const { registry, model, source } = await open(t);
  await registry.createModelVersion(model, source);
  const moves = [
    { alias: 'previous', version: 1 },
    { alias: 'production', version: 2 },
  ];
  await t.rejects(
    registry.moveAliases(model, () => moves),
    { code: 'version_not_found' },
  );
  t.equal(await registry.getModelVersionByAlias(model, 'previous'), undefined);
});

claim('moves decided at once in one process follow one another', async (t, open) => {
  const { registry, model, source } = await open(t);
  for (let made = 0; made < 4; made++) await registry.createModelVersion(model, source);
  const step = () => registry.moveAliases(model, (now) => [{ alias: 'a', version: (now.get('a') ?? 0) + 1 }]);
  const fails = () => registry.moveAliases(model, rollbackMoves);
  await Promise.all([
    step(),
    step(),
    t.rejects(fails(), { code: 'nothing_to_roll_back' }, 'one that fails holds up no other'),
    step(),
    step(),
  ]);
  t.match(await registry.getModelVersionByAlias(model, 'a'), { version: 4 });
});

claim('tags change, and nothing else of the version does', async (t, open) => {
  const { registry, model, source } = await open(t);
  const made = await registry.createModelVersion(model, source, { tags: { a: '1', b: '2' } });
  await registry.setModelVersionTag(model, 1, 'b', '3');
  await registry.setModelVersionTag(model, 1, '__proto__', 'x');
  const long = 'é'.repeat(8_000);
  await registry.setModelVersionTag(model, 1, 'long', long);
  const tags = Object.fromEntries([...Object.entries({ a: '1', b: '3', long }), ['__proto__', 'x']]);
  t.same(await registry.getModelVersion(model, 1), { ...made, tags });
  await t.resolves(registry.download(model, 1));
  await t.rejects(registry.setModelVersionTag(model, 2, 'a', '1'), { code: 'version_not_found' });
});

claim('names and values that one registry or the other would not keep are refused by both', async (t, open) => {
  const { registry, model, source } = await open(t);
  const refused = { code: 'name_invalid' };
  await t.rejects(registry.searchModelVersions('../M'), refused);
  await t.rejects(registry.getModelVersionByAlias("M' OR name LIKE '%", 'production'), refused);
  await t.rejects(registry.setAlias(model, 'latest', 1), refused);
  await t.rejects(registry.createModelVersion(model, source, { tags: { long: 'x'.repeat(8_001) } }), refused);
  await t.rejects(registry.setModelVersionTag(model, 1, 'a:b', ''), refused);
  t.strictSame(await registry.searchModelVersions(model), []);
});

claim('of a run, what would be lost or cut without a word is refused', async (t, open) => {
  const { registry, model } = await open(t);
  const invalid: [Parameters<typeof trainingRun>[0], RegExp][] = [
    [{ metrics: { r2: 0.8, mae: Number.NaN } }, /metric 'mae' is NaN/],
    [{ metrics: { mae: Number.POSITIVE_INFINITY } }, /metric 'mae' is Infinity/],
    [{ params: { depth: 8 as unknown as string } }, /parameter 'depth' is 8/],
    [{ params: { words: 'x'.repeat(6_001) } }, /parameter 'words' has 6001 characters; allowed are 6000/],
    [{ params: { 'a:b': '1' } }, /parameter "a:b"/],
    [{ reports: ['a/report.json', 'b/report.json'] }, /report "report\.json"/],
    [{ startedAt: new Date('yesterday') }, /time/],
  ];
  for (const [changes, message] of invalid) {
    await t.rejects(registry.logRun(model, trainingRun(changes)), { code: 'run_invalid', message });
  }
  const tags = { long: 'x'.repeat(8_001) };
  await t.rejects(registry.logRun(model, trainingRun({ tags })), {
    code: 'name_invalid',
    message: /'long' has 8001/,
  });
});
