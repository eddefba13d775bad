/** The image, built by the Dockerfile and run as it is to be run, by a Docker daemon of this test's own. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import t from 'tap';
import { EXAMPLE_ORDER } from '../../../server/openapi/example-order.js';
import { startMlflowServer } from '../../../testing/mlflow-server.js';
import { postOrder } from '../../../testing/test-server.js';
import { baseTag } from '../base-image.js';
import { build, docker, RELEASE, SERVER, say } from '../built-image.js';
import { runContainer, until, untilAnswered } from '../container.js';

const PIPELINE = 'food-eta-pipeline:tested';
/** What our layers may add to the base: most of it ONNX Runtime. */
const MOST_MEGABYTES = 90;

/** Runs a command of the shell in a container without a network. */
function inImage(script: string): Promise<string> {
  return docker.run('run', '--rm', '--network=none', SERVER, 'sh', '-c', script);
}

t.test('it is small: what it adds to its base is mostly ONNX Runtime', async (t) => {
  const sizeOf = async (tag: string) => Number(await docker.run('inspect', '--format={{.Size}}', tag)) / 1e6;
  const [all, base] = [await sizeOf(SERVER), await sizeOf(await baseTag())];
  const added = all - base;
  say(`${all.toFixed(0)} MB, of which ${base.toFixed(0)} MB are the base and ${added.toFixed(0)} MB are ours`);
  say(await inImage('du -sm /app/node_modules/onnxruntime-node /app/node_modules /app/dist /app/data'));
  t.ok(added < MOST_MEGABYTES, `${added.toFixed(1)} MB`);
});

t.test('there is no compiler in it, no Python, no development package and nothing to install with', async (t) => {
  const programs = 'gcc g++ cc c++ make ld as python3 python pip npm npx yarn corepack git curl wget';
  t.equal(await inImage(`for name in ${programs}; do command -v $name; done; true`), '');
  const packages = (await inImage(`dpkg-query --show --showformat '\${Package}\\n'`)).split('\n');
  t.ok(packages.includes('libc6'));
  t.strictSame(
    packages.filter((name) => /-dev$|^(gcc|g\+\+|binutils|make|python3)/.test(name)),
    ['gcc-14-base'],
  );
});

t.test('of each package with binaries it has those for this system alone', async (t) => {
  const binaries = await inImage("cd /app/node_modules && find . -name '*.node' -o -name '*.so*' -o -name '*.dll'");
  const system = `linux/${process.arch}`;
  t.strictSame(binaries.split('\n').sort(), [
    // Of Piscina, for the priorities of threads.
    `./@napi-rs/nice-linux-${process.arch}-gnu/nice.linux-${process.arch}-gnu.node`,
    `./onnxruntime-node/bin/napi-v6/${system}/libonnxruntime.so.1`,
    `./onnxruntime-node/bin/napi-v6/${system}/onnxruntime_binding.node`,
    `./uWebSockets.js/uws_linux_${process.arch}_137.node`,
  ]);
});

t.test('its labels say which commit it is of', async (t) => {
  const labels = JSON.parse(await docker.run('inspect', '--format={{json .Config.Labels}}', SERVER)) as object;
  t.match(labels, {
    'org.opencontainers.image.revision': RELEASE,
    'org.opencontainers.image.licenses': 'MIT',
    'org.opencontainers.image.base.name': `docker.io/library/${await baseTag()}`,
  });
});

t.test('without any right and with a root that is not written to, it serves the sample model', async (t) => {
  const started = performance.now();
  const container = await runContainer(t, docker, SERVER);
  const health = (await (await untilAnswered(`${container.url}/health`, 200)).json()) as object;
  say(`healthy ${Math.round(performance.now() - started)} ms after docker run`);
  t.match(health, { status: 'healthy', model_loaded: true, release: RELEASE });

  const info = await (await fetch(`${container.url}/model-info`)).text();
  t.match(info, /"data":"sample"/);
  const prediction = await postOrder(container.url, EXAMPLE_ORDER);
  t.equal(prediction.status, 200);
  t.match(await prediction.json(), { estimated_delivery_minutes: Number });
  t.equal((await fetch(`${container.url}/docs`)).status, 200);

  await t.test('as a user without rights', async (t) => {
    const status = await readFile(`/proc/${(await container.state()).Pid}/status`, 'utf8');
    t.match(status, /^Uid:\t1000\t1000\t1000\t1000$/m);
    t.match(status, /^CapEff:\t0+$/m);
    t.match(status, /^CapBnd:\t0+$/m);
    t.match(status, /^NoNewPrivs:\t1$/m);
  });

  await t.test('that can write to its cache and nowhere else', async (t) => {
    const write = (file: string) => docker.run('exec', container.id, 'sh', '-c', `echo > ${file}`);
    await write('/var/cache/food-eta/written');
    for (const file of ['/app/dist/written', '/app/data/registry/written', '/tmp/written', '/written']) {
      await t.rejects(write(file), { message: /Read-only file system/ }, file);
    }
  });

  await t.test('Docker finds it healthy by the check of the image', async (t) => {
    await until(async () => (await container.state()).Health.Status === 'healthy');
    t.match((await container.state()).Health.Log.at(-1)?.Output, /"status":"healthy"/);
  });

  await t.test('and nothing is complained of in its log', async (t) => {
    t.strictSame(
      (await container.logged()).filter(({ level }) => level > 30),
      [],
    );
  });
});

t.test('its code belongs to root, also where the root can be written to', async (t) => {
  t.equal(await inImage('find /app ! -user root -o -perm -o+w ! -type l'), '');
  t.match(await inImage('echo > /app/dist/written; true').catch(String), /^$|Permission denied/);
});

t.test('with several processes it serves as well', async (t) => {
  const container = await runContainer(t, docker, SERVER, { SERVER_PROCESSES: '2' });
  const health = await (await untilAnswered(`${container.url}/health`, 200)).json();
  t.match(health, { processes: { wanted: 2 } });
});

t.test('SIGTERM has it answer what is in flight, and end with 0', async (t) => {
  const container = await runContainer(t, docker, SERVER, { REQUEST_TIMEOUT_MS: '30000' });
  await untilAnswered(`${container.url}/health`, 200);
  const body = JSON.stringify(EXAMPLE_ORDER);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const inFlight = request(`${container.url}/predict`, { method: 'POST', headers });
  inFlight.write(body.slice(0, 20));
  await once(inFlight, 'socket');
  // Answered after the head before it was read, since one process reads in the order of arrival.
  await (await fetch(`${container.url}/health/live`)).text();
  const began = performance.now();
  const stopped = docker.run('stop', container.id);
  await until(async () => (await container.logged()).some(({ msg }) => msg.startsWith('stopping')));
  inFlight.end(body.slice(20));
  const [answer] = (await once(inFlight, 'response')) as [IncomingMessage];
  t.equal(answer.statusCode, 200);
  answer.resume();
  await stopped;
  say(`stopped after ${Math.round(performance.now() - began)} ms`);
  t.match(await container.state(), { Running: false, ExitCode: 0, OOMKilled: false });
  t.ok((await container.logged()).some(({ msg }) => msg === 'stopped'));
});

t.test('killed, it is started again and serves', async (t) => {
  const container = await runContainer(t, docker, SERVER, {}, ['--restart=unless-stopped']);
  await untilAnswered(`${container.url}/health`, 200);
  process.kill((await container.state()).Pid, 'SIGKILL');
  await until(async () => (await container.restarts()) === 1 && (await container.state()).Running);
  await untilAnswered(`${container.url}/health`, 200);
  t.equal((await postOrder(container.url, EXAMPLE_ORDER)).status, 200);
});

// Trains, and so takes longer than others.
const TRAINING = { timeout: 10 * 60_000 };
await t.test(
  'with a tracking server it serves what is in production there, and until then nothing',
  TRAINING,
  async (t) => {
    const mlflow = await startMlflowServer('open');
    t.teardown(() => mlflow.stop());
    const settings = { MLFLOW_TRACKING_URI: mlflow.url, POLL_INTERVAL_MS: '200' };
    const container = await runContainer(t, docker, SERVER, settings);
    const refusal = await (await untilAnswered(`${container.url}/health`, 503)).json();
    t.match(refusal, { model_loaded: false, reason: String });

    // A container that trains, beside one that serves already.
    await build(PIPELINE, '--target=pipeline');
    const train = ['node', 'dist/training/sample-model.js'];
    const run = ['run', '--rm', '--network=host', '--cap-drop=ALL', '--security-opt=no-new-privileges'];
    const trained = await docker.run(...run, `--env=MLFLOW_TRACKING_URI=${mlflow.url}`, PIPELINE, ...train);
    t.match(trained, /promoting to production/);
    await untilAnswered(`${container.url}/health`, 200);
    t.match(await (await fetch(`${container.url}/model-info`)).text(), /"data":"sample"/);

    const again = await docker.run(...run, `--env=MLFLOW_TRACKING_URI=${mlflow.url}`, PIPELINE, ...train);
    t.equal(again, 'Version 1 is in production: no sample model is needed.');

    await t.test('started again without it, it serves the last version from its cache', async (t) => {
      await mlflow.stop();
      await docker.run('restart', container.id);
      await untilAnswered(`${container.url}/health`, 200);
      t.match(await (await fetch(`${container.url}/model-info`)).text(), /"stale":true/);
    });
  },
);
