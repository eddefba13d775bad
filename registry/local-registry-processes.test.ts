/** Several processes that use one registry at once. */
import { once } from 'node:events';
import { join } from 'node:path';
import t from 'tap';
import { startProcess } from './fixtures/start-process.js';
import { makeVersionSource } from './fixtures/version-source.js';
import { LocalRegistry } from './local-registry.js';

const PROCESSES = 2;
const VERSIONS_EACH = 20;

t.test('processes that register and promote at once get numbers of their own, and lose no version', async (t) => {
  const folder = t.testdir();
  const root = join(folder, 'registry');
  const source = await makeVersionSource(join(folder, 'source'));
  const children = Array.from({ length: PROCESSES }, () =>
    startProcess('registering-process.js', root, source, VERSIONS_EACH),
  );
  await Promise.all(children.map((child) => once(child, 'message')));
  const numbers = children.map(async (child) => {
    const registered: number[] = [];
    child.on('message', (version: number) => registered.push(version));
    child.send('go');
    const [[code]] = await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
    t.equal(code, 0);
    t.equal(registered.length, VERSIONS_EACH);
    return registered;
  });
  const all = (await Promise.all(numbers)).flat().sort((a, b) => a - b);
  const expected = Array.from({ length: PROCESSES * VERSIONS_EACH }, (_, index) => index + 1);
  t.strictSame(all, expected, 'each number once, and none left out');

  const registry = new LocalRegistry(root);
  const versions = await registry.searchModelVersions('M');
  t.strictSame(versions.map(({ version }) => version).reverse(), expected);
  for (const { version } of versions) await t.resolves(registry.download('M', version));
  const served = await registry.getModelVersionByAlias('M', 'production');
  const before = await registry.getModelVersionByAlias('M', 'previous');
  t.ok(served !== undefined && before !== undefined && served.version !== before.version);
});
