import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { DIGEST, REPOSITORY, Scene } from './fixtures/scene.js';

const IMAGE = `${REPOSITORY}@${DIGEST}`;

function bundle(scene: Scene, commit: string, image = IMAGE, out = 'out/revision.tar') {
  return scene.run('release/bundle.mjs', ['--commit', commit, '--image', image, '--out', scene.path(out)]);
}

t.test('a revision has what CodeDeploy is to do, and with which image; nothing else of the checkout', async (t) => {
  const scene = new Scene(t, []);
  const commit = scene.git('rev-parse', 'HEAD');
  // What is not committed is no part of it, whatever lies there.
  writeFileSync(join(scene.root, 'deploy/hooks/pull.sh'), 'changed\n');
  writeFileSync(join(scene.root, 'deploy/hooks/secret.env'), 'KEY=1\n');
  const { code, stderr } = await bundle(scene, 'main');
  t.equal(code, 0, stderr);
  const tar = (...args: string[]) => execFileSync('tar', [...args, '-f', scene.path('out/revision.tar')]).toString();
  const listed = tar('--list', '--verbose', '--numeric-owner')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/\s+/))
    .map(([mode, owner, size, , , name]) => ({ mode, owner, isEmpty: size === '0', name }));
  const file = { owner: '0/0', isEmpty: false };
  t.strictSame(
    listed.filter(({ mode }) => mode?.startsWith('-')),
    [
      { mode: '-rw-r--r--', ...file, name: 'appspec.yml' },
      { mode: '-rwxr-xr-x', ...file, name: 'deploy/hooks/pull.sh' },
      { mode: '-rwxr-xr-x', ...file, name: 'deploy/hooks/validate.sh' },
      { mode: '-rw-r--r--', ...file, name: 'release.env' },
    ],
  );
  t.equal(
    tar('--extract', '--to-stdout', '--occurrence', '--wildcards', 'release.env'),
    `IMAGE=${IMAGE}\nRELEASE=${commit}\n`,
  );
  t.equal(tar('--extract', '--to-stdout', 'deploy/hooks/pull.sh'), '#!/bin/bash\n');
});

t.test('a release may want a version of the model', async (t) => {
  const scene = new Scene(t, []);
  const args = ['--commit', 'HEAD', '--image', IMAGE, '--out', scene.path('out/revision.tar')];
  const good = await scene.run('release/bundle.mjs', args, { EXPECTED_MODEL_VERSION: '12' });
  t.equal(good.code, 0, good.stderr);
  const settings = execFileSync('tar', ['-xOf', scene.path('out/revision.tar'), 'release.env']).toString();
  t.match(settings, /^RELEASE=[0-9a-f]{40}\nEXPECTED_MODEL_VERSION=12\n$/m);
  const wrong = await scene.run('release/bundle.mjs', args, { EXPECTED_MODEL_VERSION: 'production' });
  t.match(wrong, { code: 1, stderr: /^EXPECTED_MODEL_VERSION is 'production': it is to be the number of a version/ });
});

t.test('the same commit and image give the same bytes, in another clone and under other settings', async (t) => {
  const scene = new Scene(t, []);
  await bundle(scene, 'HEAD');
  const first = readFileSync(scene.path('out/revision.tar'));
  const clone = scene.path('clone');
  scene.git('clone', '--quiet', scene.root, clone);
  chmodSync(join(clone, 'appspec.yml'), 0o600);
  execFileSync('git', ['config', 'tar.umask', '0077'], { cwd: clone });
  execFileSync('git', ['config', 'core.abbrev', '5'], { cwd: clone });
  scene.git('commit', '--quiet', '--allow-empty', '--message=later');
  Object.defineProperty(scene, 'root', { value: clone });
  await bundle(scene, 'HEAD', IMAGE, 'out/again.tar');
  t.ok(first.length > 0);
  t.ok(first.equals(readFileSync(scene.path('out/again.tar'))));
  await bundle(scene, 'HEAD', `${REPOSITORY}@sha256:${'cd'.repeat(32)}`, 'out/other.tar');
  t.notOk(first.equals(readFileSync(scene.path('out/other.tar'))), 'another image is another revision');
});

t.test('an image that is named by what can be moved is refused', async (t) => {
  const scene = new Scene(t, []);
  for (const image of [`${REPOSITORY}:1.0`, REPOSITORY, `${REPOSITORY}@sha256:abc`, `${REPOSITORY}:1.0@${DIGEST}x`]) {
    const { code, stderr, stdout } = await bundle(scene, 'HEAD', image);
    t.equal(code, 1, image);
    t.equal(stdout, '');
    t.match(
      stderr,
      /^'.*' does not name an image for good: a tag can come to mean another image.*REPOSITORY@sha256:DIGEST/,
    );
  }
});

t.test('what instances could do nothing with is not bundled', async (t) => {
  const scene = new Scene(t, []);
  const absent = await bundle(scene, '0123456789012345678901234567890123456789');
  t.match(absent, { code: 1, stderr: /^There is no commit '0123/ });
  scene.git('rm', '--quiet', 'deploy/hooks/validate.sh');
  const hookless = await bundle(scene, scene.commit());
  t.match(hookless, { code: 1, stderr: /names deploy\/hooks\/validate\.sh, which is no file in deploy\/hooks\// });
  scene.git('rm', '--quiet', 'appspec.yml');
  t.match(await bundle(scene, scene.commit()), { code: 1, stderr: /has no appspec\.yml, by which CodeDeploy/ });
  const usage = await scene.run('release/bundle.mjs', ['--commit', 'HEAD']);
  t.match(usage, { code: 1, stderr: /^--image is missing\.\nUsage: node deploy\/release\/bundle\.mjs --commit/ });
});
