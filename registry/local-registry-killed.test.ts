/** Processes that are killed while they register and promote: the registry opens afterwards and is sound. */
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { promotionMoves } from './alias-moves.js';
import { startProcess } from './fixtures/start-process.js';
import { makeVersionSource } from './fixtures/version-source.js';
import { LocalRegistry } from './local-registry.js';
import { openRegistry } from './open-registry.js';

const MODEL = 'M';
const KILLS = 20;
/** About as long as the process takes to register and promote one version. */
const MOMENTS_MS = 60;
const longAgo = new Date('2020-01-01');

t.test('killed right before any of its changes to the file system, a process leaves a sound registry', async (t) => {
  const folder = t.testdir();
  const source = await makeVersionSource(join(folder, 'source'));
  const template = join(folder, 'template');
  const registry = new LocalRegistry(template);
  await registry.createModelVersion(MODEL, source);
  await registry.moveAliases(MODEL, (current) => promotionMoves(current, 1));

  /** Whether the process was killed before it was done. */
  const killAt = async (change: number): Promise<boolean> => {
    const root = join(folder, `killed-at-${change}`);
    cpSync(template, root, { recursive: true });
    const child = startProcess('killed-at-change.js', root, source, change);
    const [code, signal] = await once(child, 'exit');
    if (code !== 0) t.equal(signal, 'SIGKILL');
    await assertAliasesSound(t, root);
    letTimePass(root);
    await assertGoesOn(t, root, source);
    return code !== 0;
  };

  let changes = 0;
  while ((await Promise.all([killAt(changes + 1), killAt(changes + 2)])).every(Boolean)) changes += 2;
  t.ok(changes > 15, `killed at ${changes} changes`);
});

t.test('killed at random moments, processes lose no version they registered and repeat no number', async (t) => {
  const folder = t.testdir();
  const root = join(folder, 'registry');
  const source = await makeVersionSource(join(folder, 'source'));
  const random = randomNumbers();
  const registered: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const child = startProcess('registering-process.js', root, source, Number.MAX_SAFE_INTEGER);
    const gone = Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
    const heard = () => Promise.race([once(child, 'message'), gone]);
    await heard();
    child.on('message', (version: number) => registered.push(version));
    child.send('go');
    // Every other one lives until it has registered a version, and so dies among the aliases as well.
    if (kill % 2 === 0) await heard();
    await pause(random() * MOMENTS_MS);
    child.kill('SIGKILL');
    const [[, signal]] = await gone;
    t.equal(signal, 'SIGKILL');
    await assertAliasesSound(t, root);
    letTimePass(root);
  }
  const registry = await openRegistry({ folder: root });
  const versions = await registry.searchModelVersions(MODEL);
  for (const { version } of versions) await registry.download(MODEL, version);
  const kept = new Set(versions.map(({ version }) => version));
  t.ok(registered.length >= KILLS / 2, `${registered.length} versions in ${KILLS} lives`);
  t.equal(new Set(registered).size, registered.length, 'no number was given twice');
  t.ok(
    registered.every((version) => kept.has(version)),
    'every version registered is there',
  );
  await assertGoesOn(t, root, source);
});

/** Every alias points to a version that verifies. */
async function assertAliasesSound(t: Test, root: string): Promise<void> {
  const registry = await openRegistry({ folder: root });
  const aliases = join(root, MODEL, 'aliases');
  for (const alias of existsSync(aliases) ? readdirSync(aliases) : []) {
    const pointed = await registry.getModelVersionByAlias(MODEL, alias);
    await t.resolves(registry.download(MODEL, pointed?.version ?? 0), `${alias} points to a whole version`);
  }
}

/** The next process registers and promotes as if nothing had happened, and clears up. */
async function assertGoesOn(t: Test, root: string, source: string): Promise<void> {
  const registry = await openRegistry({ folder: root });
  const [newest] = await registry.searchModelVersions(MODEL);
  const served = await registry.getModelVersionByAlias(MODEL, 'production');
  const { version } = await registry.createModelVersion(MODEL, source);
  t.ok(version > (newest?.version ?? 0), 'a number not given before');
  await registry.moveAliases(MODEL, (current) => promotionMoves(current, version));
  t.equal((await registry.getModelVersionByAlias(MODEL, 'production'))?.version, version);
  t.equal((await registry.getModelVersionByAlias(MODEL, 'previous'))?.version, served?.version);
  t.strictSame(readdirSync(join(root, MODEL, 'staging')), []);
}

/** As if a day had passed: the dead process's lock is stale, and what it left is old. */
function letTimePass(root: string): void {
  const lock = join(root, MODEL, 'lock');
  if (existsSync(lock)) utimesSync(lock, longAgo, longAgo);
  const staging = join(root, MODEL, 'staging');
  for (const name of existsSync(staging) ? readdirSync(staging) : []) utimesSync(join(staging, name), longAgo, longAgo);
}

/** Numbers from 0 to 1, the same in every run: a linear congruential generator, constants of Numerical Recipes. */
function randomNumbers(): () => number {
  let state = 42;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
