import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import t, { type Test } from 'tap';
import { writeOciArchive } from './fixtures/oci-archive.js';
import { type Answer, type Answers, DIGEST, REPOSITORY, Scene } from './fixtures/scene.js';

const ABSENT: Answer = { refusal: ['ImageNotFoundException', 'The image does not exist'] };
const imageOf = (digest: string): Answer => ({ says: { imageDetails: [{ imageDigest: digest }] } });

/** A scene with an image that build.mjs could have made. */
async function sceneWithImage(t: Test, stands: readonly string[]): Promise<{ scene: Scene; digest: string }> {
  const scene = new Scene(t, stands);
  mkdirSync(scene.path('image'));
  const digest = await writeOciArchive(scene.path('image/image.tar'));
  const commit = scene.git('rev-parse', 'HEAD');
  writeFileSync(scene.path('image/image.json'), JSON.stringify({ commit, digest }));
  return { scene, digest };
}

function push(scene: Scene, repository = REPOSITORY, variables: Readonly<Record<string, string>> = {}) {
  const all = { IMAGE_REPOSITORY: repository, ...variables };
  return scene.run('release/push.mjs', ['--image', scene.path('image')], all);
}

const SKOPEO: Answers = { 'skopeo copy': [{}], 'aws ecr get-login-password': [{ says: 'passw0rd' }] };

t.test('an image is pushed under its commit, and named by its digest', async (t) => {
  const { scene, digest } = await sceneWithImage(t, ['aws', 'skopeo']);
  scene.answers({ ...SKOPEO, 'aws ecr describe-images': [ABSENT, imageOf(digest)] });
  const { code, stdout, stderr } = await push(scene);
  t.equal(code, 0, stderr);
  t.equal(stdout, `${REPOSITORY}@${digest}\n`);
  const copy = scene.calls().find((call) => call[1] === 'copy') ?? [];
  t.match(copy.slice(2, 4), ['--all', '--preserve-digests']);
  t.match(copy.at(-1), `docker://${REPOSITORY}:${scene.git('rev-parse', 'HEAD')}`);
  const authfile = copy[copy.indexOf('--authfile') + 1] ?? '';
  t.notOk(existsSync(authfile), 'and the password is kept nowhere');
  t.notMatch(JSON.stringify(scene.calls()), 'passw0rd', 'nor said on a command line');
});

t.test('the same image again is no fault, and another one of the same commit is', async (t) => {
  const { scene, digest } = await sceneWithImage(t, ['aws', 'skopeo']);
  scene.answers({ 'aws ecr describe-images': [imageOf(digest)] });
  t.match(await push(scene), { code: 0, stdout: `${REPOSITORY}@${digest}\n` });
  scene.answers({ 'aws ecr describe-images': [imageOf(DIGEST)] });
  const other = await push(scene);
  t.match(other, {
    code: 1,
    stdout: '',
    stderr: /has another image of commit .*: a commit is built and released once/,
  });
  t.equal(scene.calls().length, 1);
});

t.test('what the registry has after the push is what was pushed, or the release ends', async (t) => {
  const { scene } = await sceneWithImage(t, ['aws', 'skopeo']);
  scene.answers({ ...SKOPEO, 'aws ecr describe-images': [ABSENT, imageOf(DIGEST)] });
  t.match(await push(scene), { code: 1, stdout: '', stderr: /after the push of sha256:/ });
  scene.answers({ ...SKOPEO, 'aws ecr describe-images': [ABSENT], 'skopeo copy': [{ failure: 'denied: no right' }] });
  t.match(await push(scene), { code: 1, stderr: /denied: no right\n`skopeo copy --all` failed/ });
  t.match(await push(scene, ''), { code: 1, stderr: /^IMAGE_REPOSITORY is not set: it is the output RepositoryUri/ });
});

t.test('an earlier release is found by its commit', async (t) => {
  const scene = new Scene(t, ['aws']);
  const find = (commit: string) =>
    scene.run('release/released.mjs', ['--commit', commit], { IMAGE_REPOSITORY: REPOSITORY });
  scene.answers({ 'aws ecr describe-images': [imageOf(DIGEST), ABSENT] });
  t.match(await find('HEAD'), { code: 0, stdout: `${REPOSITORY}@${DIGEST}\n` });
  t.match(await find('HEAD'), { code: 1, stdout: '', stderr: /has no image of commit [0-9a-f]{40}: it was never/ });
  t.match(await find('nothing'), { code: 1, stderr: /^There is no commit 'nothing'/ });
});

const missing = ['/usr/bin/skopeo', '/usr/bin/docker-registry'].filter((file) => !existsSync(file));
const skip =
  missing.length > 0 && `there is no ${missing.join(', ')} here (on Debian: \`apt install skopeo docker-registry\`)`;

t.test('a registry gets image and provenance as one index, to the byte', { skip }, async (t) => {
  const { scene, digest } = await sceneWithImage(t, ['aws']);
  const host = await startRegistry(t, scene);
  scene.answers({
    'aws ecr get-login-password': [{ says: 'passw0rd' }],
    'aws ecr describe-images': [ABSENT, imageOf(digest)],
  });
  mkdirSync(scene.path('home/.config/containers'), { recursive: true });
  writeFileSync(
    scene.path('home/.config/containers/registries.conf'),
    `[[registry]]\nlocation = "${host}"\ninsecure = true\n`,
  );
  const variables = { HOME: scene.path('home') };
  const { code, stdout, stderr } = await push(scene, `${host}/food-eta`, variables);
  t.equal(code, 0, stderr);
  t.equal(stdout, `${host}/food-eta@${digest}\n`);
  const accept = 'application/vnd.oci.image.index.v1+json';
  const commit = scene.git('rev-parse', 'HEAD');
  for (const name of [commit, digest]) {
    const response = await fetch(`http://${host}/v2/food-eta/manifests/${name}`, { headers: { accept } });
    t.equal(response.status, 200, await response.clone().text());
    const bytes = Buffer.from(await response.arrayBuffer());
    t.equal(`sha256:${createHash('sha256').update(bytes).digest('hex')}`, digest);
    t.equal((JSON.parse(`${bytes}`) as { manifests: unknown[] }).manifests.length, 2);
  }
});

/** Debian's registry, on a port that the system chooses. */
async function startRegistry(t: Test, scene: Scene): Promise<string> {
  const config = {
    version: 0.1,
    log: { level: 'info', formatter: 'json' },
    storage: { filesystem: { rootdirectory: scene.path('registry') } },
    http: { addr: '127.0.0.1:0' },
  };
  // JSON is YAML too.
  writeFileSync(scene.path('registry.yml'), JSON.stringify(config));
  const child = spawn('/usr/bin/docker-registry', ['serve', scene.path('registry.yml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'] },
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  t.teardown(async () => {
    child.kill();
    await ended;
  });
  for await (const line of createInterface({ input: child.stderr })) {
    const [, address] = /listening on (127\.0\.0\.1:\d+)/.exec(line) ?? [];
    if (address === undefined) continue;
    child.stderr.resume();
    return address;
  }
  throw new Error('The registry ended before it listened.');
}
