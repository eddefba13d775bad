import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { PEERS, PROJECT, versionOf } from './peers.js';

const IN_PYTHON = PEERS.filter(({ isPython }) => isPython);

/** The requirements of a lock, each with the lines that follow it. */
function requirementsOf(lock: string): string[] {
  const lines = lock.split('\n').filter((line) => line !== '' && !/^\s*#/.test(line));
  return lines.join('\n').split(/\n(?=\S)/);
}

for (const peer of IN_PYTHON) {
  const { name } = peer;
  t.test(`${name}: every package it needs is locked by hashes and no address`, async (t) => {
    const folder = join(PROJECT, 'bench', 'peers', name);
    const asked = await readFile(join(folder, 'requirements.in'), 'utf8');
    const lock = await readFile(join(folder, 'requirements.txt'), 'utf8');
    const requirements = requirementsOf(lock);
    t.ok(requirements.length > 10);
    for (const requirement of requirements) {
      t.match(requirement, /^[\w.-]+(\[[\w,-]+\])?==\S+.*--hash=sha256:[0-9a-f]{64}/s);
    }
    t.notMatch(lock, /:\/\/|index-url|find-links/);
    for (const line of asked.split('\n').filter((each) => /^\w/.test(each))) {
      t.ok(
        requirements.some((requirement) => requirement.startsWith(line.replace(/\[.*\]/, ''))),
        `${line} is locked`,
      );
    }
    t.match(await versionOf(peer), /^\d+\.\d+\.\d+$/);
  });
}

t.test('each peer in Python has an environment that is set up by its name', async (t) => {
  const setUp = promisify(execFile)(process.execPath, [join(PROJECT, 'setup', 'setup.mjs'), 'flask'], {});
  const { stderr } = await setUp.then(
    () => ({ stderr: '' }),
    (error: Error & { stderr: string }) => error,
  );
  const known = /there are: ([^.]*)\./.exec(stderr)?.[1]?.split(', ') ?? [];
  t.strictSame(
    known.filter((name) => IN_PYTHON.some((peer) => peer.name === name)),
    IN_PYTHON.map(({ name }) => name),
  );
});
