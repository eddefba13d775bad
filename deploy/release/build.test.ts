import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { type Answers, DIGEST, Scene } from './fixtures/scene.js';

const BASE = `sha256:${'0d'.repeat(32)}`;
const BUILDS: Answers = {
  'docker buildx imagetools': [{ says: `${BASE}\n` }],
  'docker buildx create': [{ says: 'builder-1\n' }],
  'docker buildx build': [{ metadata: { 'containerimage.digest': DIGEST } }],
  'docker buildx rm': [{}],
};

t.test('an image is built once, of a commit, on a base by its digest, with provenance and SBOM', async (t) => {
  const scene = new Scene(t, ['docker']);
  scene.answers(BUILDS);
  const commit = scene.git('rev-parse', 'HEAD');
  const { code, stderr } = await scene.run('release/build.mjs', ['--out', scene.path('image')]);
  t.equal(code, 0, stderr);
  const build = scene.calls().find((call) => call[2] === 'build') ?? [];
  const text = build.join(' ');
  t.match(text, `--builder builder-1 --platform linux/amd64 --target server --build-arg RELEASE=${commit}`);
  t.match(text, `--build-arg BASE=node:24-trixie-slim@${BASE} --provenance=mode=max --sbom=true`);
  t.match(text, `--output type=oci,dest=${scene.path('image/image.tar')} ${scene.root}`);
  t.strictSame(JSON.parse(readFileSync(scene.path('image/image.json'), 'utf8')), {
    commit,
    digest: DIGEST,
    base: `node:24-trixie-slim@${BASE}`,
  });
  t.strictSame(scene.calls().at(-1), ['docker', 'buildx', 'rm', '--force', 'builder-1']);
});

t.test('a checkout that is not what its commit is builds nothing', async (t) => {
  const scene = new Scene(t, ['docker']);
  scene.answers(BUILDS);
  for (const file of ['Dockerfile', 'new.txt']) {
    writeFileSync(join(scene.root, file), 'ARG BASE=x\n');
    const { code, stderr } = await scene.run('release/build.mjs', ['--out', scene.path('image')]);
    t.equal(code, 1, file);
    t.match(stderr, new RegExp(`^.*${file}\nThe checkout is not what commit [0-9a-f]{40} is: a release is named by`));
    t.strictSame(scene.calls(), []);
    scene.git('stash', '--include-untracked', '--quiet');
  }
});

t.test('a build that fails leaves no builder behind, and says what failed', async (t) => {
  const scene = new Scene(t, ['docker']);
  scene.answers({ ...BUILDS, 'docker buildx build': [{ failure: 'ERROR: no space left on device' }] });
  const { code, stderr } = await scene.run('release/build.mjs', ['--out', scene.path('image')]);
  t.equal(code, 1);
  t.match(stderr, /ERROR: no space left on device\n`docker buildx build` failed\.\n$/);
  t.equal(scene.calls().at(-1)?.[2], 'rm');
});

t.test('an image is tried as it is to be run, and asked which commit it is of', async (t) => {
  const scene = new Scene(t, ['docker', 'skopeo']);
  const commit = scene.git('rev-parse', 'HEAD');
  mkdirSync(scene.path('image'));
  writeFileSync(scene.path('image/image.tar'), '');
  writeFileSync(scene.path('image/image.json'), JSON.stringify({ commit, digest: DIGEST }));
  let release = commit;
  const server = createServer((request, response) => {
    response.end(JSON.stringify({ status: 'healthy', path: request.url, release }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => server.close());
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answers: Answers = {
    'skopeo copy': [{}],
    'docker run': [{ says: 'container-1\n' }],
    'docker port': [{ says: `${address}\n[::1]:1\n` }],
    'docker logs': [{ says: 'what the server said' }],
    'docker rm': [{}],
  };
  scene.answers(answers);
  const good = await scene.run('release/try-image.mjs', ['--image', scene.path('image')]);
  t.equal(good.code, 0, good.stderr);
  t.match(
    scene.calls()[1]?.join(' '),
    'docker run --detach --read-only --cap-drop=ALL --security-opt=no-new-privileges',
  );

  release = 'development';
  scene.answers(answers);
  const other = await scene.run('release/try-image.mjs', ['--image', scene.path('image')]);
  t.match(other, {
    code: 1,
    stderr: `what the server said\nThe image says that it is of 'development', and was built from ${commit}.\n`,
  });
  t.strictSame(scene.calls().at(-1), ['docker', 'rm', '--force', '--volumes', 'container-1']);

  writeFileSync(scene.path('image/image.json'), JSON.stringify({ commit: 'f'.repeat(40), digest: DIGEST }));
  const older = await scene.run('release/try-image.mjs', ['--image', scene.path('image')]);
  t.match(older, { code: 1, stderr: /is of commit f{40}, and the checkout is at [0-9a-f]{40}: build it again\.$/m });
});
