import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { makeVersionSource } from '../fixtures/version-source.js';
import { CACHED_VERSIONS } from '../limits.js';
import { verifyVersionFiles } from '../version-files.js';
import { VersionCache } from './version-cache.js';

/** A cache, and a way to fetch versions into it that counts. */
function cacheOf(t: Test) {
  const folder = join(t.testdir(), 'cache');
  const cache = new VersionCache(folder);
  const fetched: string[] = [];
  const get = (key: string) =>
    cache.folderOf([key], async (draft) => {
      fetched.push(key);
      await makeVersionSource(draft, key);
    });
  return { folder, cache, fetched, get };
}

t.test('a version is fetched once, and is read-only', async (t) => {
  const { get, fetched } = cacheOf(t);
  const first = await get('a');
  t.equal(readFileSync(join(first, 'model.onnx'), 'utf8'), 'model.onnx a\n');
  for (const name of readdirSync(first)) t.equal(statSync(join(first, name)).mode & 0o222, 0, name);
  t.equal(await get('a'), first);
  t.not(await get('b'), first);
  t.same(fetched, ['a', 'b']);
});

t.test('what was damaged, or lost a file, is fetched again', async (t) => {
  const { get, fetched } = cacheOf(t);
  const damages = [
    (folder: string) => rmSync(join(folder, 'golden.json')),
    (folder: string) => rmSync(join(folder, 'SHA256SUMS')),
    (folder: string) => {
      rmSync(join(folder, 'model.onnx'));
      writeFileSync(join(folder, 'model.onnx'), 'another');
    },
    (folder: string) => writeFileSync(join(folder, 'added'), ''),
    (folder: string) => rmSync(folder, { recursive: true }),
  ];
  for (const damage of damages) {
    damage(await get('a'));
    const again = await get('a');
    t.equal(readFileSync(join(again, 'model.onnx'), 'utf8'), 'model.onnx a\n');
    t.notOk(existsSync(join(again, 'added')));
  }
  t.equal(fetched.length, 1 + damages.length);
});

t.test('what breaks on the way leaves nothing, and does not hinder the next', async (t) => {
  const { cache, folder, get } = cacheOf(t);
  const breaks = cache.folderOf(['a'], async (draft) => {
    writeFileSync(join(draft, 'model.onnx'), 'half');
    throw new Error('the network broke');
  });
  await t.rejects(breaks, /the network broke/);
  await t.rejects(
    cache.folderOf(['a'], async () => {}),
    { code: 'version_incomplete' },
  );
  t.same(readdirSync(join(folder, 'mlflow', 'versions')), []);
  t.same(readdirSync(join(folder, 'mlflow', 'staging')), []);
  await t.resolves(get('a'));
});

t.test('a file in the place of a version gives way to it', async (t) => {
  const { get } = cacheOf(t);
  const folder = await get('a');
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'a file');
  await verifyVersionFiles(await get('a'));
});

t.test('several that want the same version at once all get it', async (t) => {
  const { get } = cacheOf(t);
  // Those who come while it is being fetched differ in how far it is.
  for (let round = 0; round < 20; round++) {
    const all = Array.from({ length: 6 }, async (_, place) => {
      for (let turn = 0; turn < place * round; turn++) await new Promise(setImmediate);
      const folder = await get(`${round}`);
      await verifyVersionFiles(folder);
      return folder;
    });
    t.equal(new Set(await Promise.all(all)).size, 1);
  }
});

t.test('those that were used last are kept, and no more than so many', async (t) => {
  const { get, folder, fetched } = cacheOf(t);
  const keys = Array.from({ length: CACHED_VERSIONS }, (_, at) => String(at));
  for (const [at, key] of keys.entries()) utimesSync(await get(key), 0, 1_000 + at);
  utimesSync(await get('0'), 0, 2_000);
  await get('new');
  t.equal(readdirSync(join(folder, 'mlflow', 'versions')).length, CACHED_VERSIONS);
  fetched.length = 0;
  for (const key of ['0', 'new', ...keys.slice(2)]) await get(key);
  t.same(fetched, [], 'the one that was used longest ago was given up');
});

t.test('a place that cannot be a cache is told with its variable', async (t) => {
  const folder = join(t.testdir({ file: '' }), 'file');
  const cache = new VersionCache(folder);
  await t.rejects(
    cache.folderOf(['a'], async () => {}),
    { code: 'cache_unusable', message: /^The cache .*file cannot be used: .* set CACHE_DIR to another folder\.$/ },
  );
});
