import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { emptyRegistry } from '../../registry/fixtures/empty-registry.js';
import { parseModelUri } from '../../registry/model-uri.js';
import { LastGood } from './last-good.js';

const URI = parseModelUri('models:/M@production');

/** Two servers of one host that keep versions of the same registry. */
async function kept(t: Test) {
  const { registry, source } = await emptyRegistry(t);
  const cache = join(t.testdirName, 'cache');
  const [one, other] = [new LastGood(cache, 'here', URI), new LastGood(cache, 'here', URI)];
  const version = () => registry.createModelVersion('M', source);
  const versions = [await version(), await version(), await version()] as const;
  let asked = 0;
  const files = (number: number) => () => {
    asked += 1;
    return registry.download('M', number);
  };
  const folders = () => readdirSync(join(cache, 'last-good', 'M@production'));
  return { one, other, cache, versions, files, folders, asked: () => asked };
}

t.test('what was kept last is read, by this server and by others', async (t) => {
  const { one, other, versions, files, folders } = await kept(t);
  t.equal(await one.read(), undefined);
  for (const version of versions) {
    await one.keep(version, files(version.version));
    t.match(await other.read(), { version });
  }
  t.equal(folders().length, 2, 'with the one before, and no more');
});

t.test('going back and forth asks for no files again', async (t) => {
  const { one, versions, files, asked } = await kept(t);
  const [first, second] = versions;
  for (const version of [first, second, first, second]) await one.keep(version, files(version.version));
  t.equal(asked(), 2);
  t.match(await one.read(), { version: second });
});

t.test('servers that keep different versions at once leave one that is whole', async (t) => {
  const { one, other, versions, files, folders } = await kept(t);
  const [first, second, third] = versions;
  for (let round = 0; round < 5; round++) {
    await Promise.all([one.keep(first, files(1)), other.keep(second, files(2)), one.keep(third, files(3))]);
    const last = await one.read();
    t.ok(last && versions.some(({ version }) => version === last.version.version));
    t.equal(folders().length, 2);
  }
});

t.test('a pointer that nobody can read is told, and replaced by the next version', async (t) => {
  const { one, cache, versions, files } = await kept(t);
  const [first, second] = versions;
  await one.keep(first, files(1));
  const pointer = join(cache, 'last-good', 'M@production.json');
  for (const text of ['{', '{"registry":"here"}']) {
    writeFileSync(pointer, text);
    await t.rejects(one.read());
    await one.keep(second, files(2));
    t.match(await one.read(), { version: second });
  }
});
