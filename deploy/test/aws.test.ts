/**
 * The programs of a release with the real aws command line, which refuses what no operation takes, and moto in place of AWS:
 * it keeps what it is sent. What it cannot show is whether a role has a right, or how a deployment ends.
 */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import t from 'tap';
import { PROJECT } from '../infrastructure/fixtures/stacks.js';
import { Scene } from '../release/fixtures/scene.js';

const BIN = join(PROJECT, '.venv-peers/aws/bin');
if (!existsSync(join(BIN, 'aws'))) {
  t.plan(0, 'there is no aws in .venv-peers/aws (`npm run test:deploy` sets it up)');
  process.exit();
}

const SERVICE = 'food-eta';
const scene = new Scene(t, []);
const endpoint = await startMoto();
const variables = {
  PATH: `${BIN}:${process.env['PATH']}`,
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'eu-west-1',
  AWS_DEFAULT_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'testing',
  AWS_SECRET_ACCESS_KEY: 'testing',
  AWS_CONFIG_FILE: '/dev/null',
  // Nothing of what this machine has to reach AWS itself.
  NO_PROXY: '*',
};

async function startMoto(): Promise<string> {
  const child = spawn(join(BIN, 'python'), ['-m', 'moto.server', '--host', '127.0.0.1', '--port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  t.teardown(async () => {
    child.kill();
    await ended;
  });
  let said = '';
  for await (const line of createInterface({ input: child.stderr })) {
    said += `${line}\n`;
    const [, address] = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line) ?? [];
    if (address === undefined) continue;
    child.stderr.resume();
    return address;
  }
  throw new Error(`moto ended before it listened:\n${said}`);
}

async function aws(...args: string[]): Promise<unknown> {
  const env = { ...process.env, ...variables };
  const { stdout } = await promisify(execFile)(join(BIN, 'aws'), [...args, '--output', 'json'], { env });
  return stdout === '' ? {} : JSON.parse(stdout);
}

t.test('a revision comes into the bucket, and CodeDeploy is told of that very version', async (t) => {
  const bucket = 'revisions-of-food-eta';
  await aws(
    's3api',
    'create-bucket',
    '--bucket',
    bucket,
    '--create-bucket-configuration',
    'LocationConstraint=eu-west-1',
  );
  await aws('s3api', 'put-bucket-versioning', '--bucket', bucket, '--versioning-configuration', 'Status=Enabled');
  await aws('deploy', 'create-application', '--application-name', SERVICE);
  const role = 'arn:aws:iam::123456789012:role/deploy';
  const named = ['--application-name', SERVICE, '--deployment-group-name', SERVICE];
  await aws('deploy', 'create-deployment-group', ...named, '--service-role-arn', role);

  const commit = scene.git('rev-parse', 'HEAD');
  const image = `${new URL(endpoint).host}/food-eta@sha256:${'ab'.repeat(32)}`;
  const bundle = scene.path('out/revision.tar');
  const bundled = await scene.run('release/bundle.mjs', ['--commit', commit, '--image', image, '--out', bundle]);
  t.equal(bundled.code, 0, bundled.stderr);
  const times = { DEPLOYMENT_MINUTES: '0', DEPLOYMENT_POLL_SECONDS: '0' };
  const { code, stderr } = await scene.run(
    'release/deploy.mjs',
    ['--commit', commit, '--bundle', bundle, '--ignore-alarms'],
    {
      ...variables,
      ...times,
      SERVICE,
      REVISION_BUCKET: bucket,
    },
  );
  // Moto's deployments never leave this state.
  const [, id = ''] = /^(\S+): Created/m.exec(stderr) ?? [];
  t.match(stderr, `Deployment ${id} has not ended within 0 minutes`);
  t.equal(code, 1);

  const { deploymentInfo } = (await aws('deploy', 'get-deployment', '--deployment-id', id)) as {
    deploymentInfo: { revision: { s3Location: Record<string, string> } };
  };
  const { version, ...location } = deploymentInfo.revision.s3Location;
  const md5 = createHash('md5').update(readFileSync(bundle)).digest('hex');
  t.strictSame(location, { bucket, key: `revisions/${commit}.tar`, bundleType: 'tar', eTag: md5 });
  const kept = scene.path('out/kept.tar');
  const object = ['--bucket', bucket, '--key', `revisions/${commit}.tar`, '--version-id', version ?? ''];
  await aws('s3api', 'get-object', ...object, kept);
  t.ok(readFileSync(kept).equals(readFileSync(bundle)));
});

t.test('an image is found by its commit, and one that is not there is told in a sentence', async (t) => {
  await aws('ecr', 'create-repository', '--repository-name', SERVICE, '--image-tag-mutability', 'IMMUTABLE');
  const commit = scene.git('rev-parse', 'HEAD');
  const manifest = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] };
  const image = ['--image-tag', commit, '--image-manifest', JSON.stringify(manifest)];
  const put = (await aws('ecr', 'put-image', '--repository-name', SERVICE, ...image)) as {
    image: { imageId: { imageDigest: string } };
  };
  const repository = `123456789012.dkr.ecr.eu-west-1.amazonaws.com/${SERVICE}`;
  const find = (name: string) =>
    scene.run('release/released.mjs', ['--commit', name], { ...variables, IMAGE_REPOSITORY: repository });
  t.match(await find(commit), { code: 0, stdout: `${repository}@${put.image.imageId.imageDigest}\n` });
  const later = scene.commit();
  t.match(await find(later), {
    code: 1,
    stdout: '',
    stderr: new RegExp(`has no image of commit ${later}: it was never`),
  });
});
