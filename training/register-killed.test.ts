/** Processes that are killed while they register: the registry opens afterwards, and what its aliases say holds. */
import { once } from 'node:events';
import { existsSync, utimesSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { MODEL_NAME } from '../config/model-name.js';
import { openRegistry } from '../registry/open-registry.js';
import { aliasesIn, contextIn, copyOfTrained, type Folders, startCommand } from './fixtures/project.js';
import { registerVersion } from './register.js';

const KILLS = 6;
/** About as long as the work takes that begins with making a folder for the version. */
const MOMENTS_MS = 250;
const longAgo = new Date('2020-01-01');

t.test('killed at random moments, registering leaves every alias on a whole version', async (t) => {
  const folders = await copyOfTrained(t.testdir());
  const { modelFolder } = contextIn(folders).files;
  const random = randomNumbers();
  for (let kill = 0; kill < KILLS; kill++) {
    const begun = new Promise<void>((resolve) => {
      const watcher = watch(modelFolder, () => {
        watcher.close();
        resolve();
      });
    });
    const child = startCommand('training/run-stage.js', ['register'], folders);
    const ended = once(child, 'exit');
    await Promise.race([begun, ended]);
    await Promise.race([pause(random() * MOMENTS_MS), ended]);
    child.kill('SIGKILL');
    const [code, signal] = await ended;
    t.ok(code === 0 || signal === 'SIGKILL', `ended with ${code ?? signal}`);
    const registry = await openRegistry({ folder: folders.registryDir });
    const aliases = await aliasesIn(folders);
    t.match(aliases, { production: 1, staging: 1 });
    t.ok((aliases['candidate'] ?? 0) >= 2, `the candidate is ${aliases['candidate']}`);
    for (const { version } of await registry.searchModelVersions(MODEL_NAME)) {
      await t.resolves(registry.download(MODEL_NAME, version), `version ${version} is whole`);
    }
    releaseLock(folders);
  }

  const registry = await openRegistry({ folder: folders.registryDir });
  const [newest] = await registry.searchModelVersions(MODEL_NAME);
  const { version } = await registerVersion(contextIn(folders));
  t.equal((await aliasesIn(folders))['candidate'], version, 'and the next goes on as if nothing had happened');
  t.ok(version > (newest?.version ?? 0));
  t.notOk(existsSync(join(modelFolder, 'version')), 'what the killed ones were putting together is cleared away');
});

/** As if some seconds had passed, after which a dead process's lock counts no more. */
function releaseLock({ registryDir }: Folders): void {
  const lock = join(registryDir, MODEL_NAME, 'lock');
  if (existsSync(lock)) utimesSync(lock, longAgo, longAgo);
}

/** Numbers from 0 to 1, the same in every run: a linear congruential generator, constants of Numerical Recipes. */
function randomNumbers(): () => number {
  let state = 42;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
