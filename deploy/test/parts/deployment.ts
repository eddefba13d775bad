/** Releases on an instance, one after the other, while callers call: good ones, bad ones, and the way back. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { RELEASE, SERVER, say } from '../built-image.js';
import type { DeployOptions, Outcome } from '../code-deploy.js';
import { until } from '../container.js';
import { type Release, startInstance } from '../instance.js';
import { bringImage, forgetImages, publish } from '../releases.js';

/** Written so that a shell which took it for more than a value would show it. */
const SECRETS = {
  WEBHOOK_SECRET: `of the "hook" $HOME 'and' \\more ${RELEASE.slice(0, 12)}`,
  MLFLOW_TRACKING_TOKEN: RELEASE.split('').reverse().join(''),
};
const HEALTH = 'http://127.0.0.1:8000/health';

// All of it before the first test: tap ends where nothing is left to wait for.
const instance = await startInstance(t);
const { docker, agent, callers, host } = instance;
await bringImage(instance);
await instance.setParameters({ ...SECRETS, SERVER_PROCESSES: '1' });
const FILES = '/usr/local/etc/food-eta';
await mkdir(join(host.root, FILES));
await writeFile(join(host.root, FILES, 'of-the-host'), 'read');

const commit = (letter: string) => letter.repeat(40);
/** An image of a release of its own. */
const release = async (letter: string, lines = ''): Promise<Release> => ({
  IMAGE: await publish(instance, letter, `ENV RELEASE=${commit(letter)}\n${lines}`),
  RELEASE: commit(letter),
});
const first: Release = { IMAGE: await instance.registry.push(SERVER), RELEASE };
const [second, third, fourth, fifth] = [await release('2'), await release('3'), await release('4'), await release('5')];
const withoutModel = await release('a', 'ENV MODEL_URI=models:/FoodDeliveryTimeModel@nowhere');
const silent = await release('b', 'CMD ["node", "--eval", "setInterval(() => {}, 1000)"]');
const ending = await release('c', 'ENV WORKERS=many');

async function deploy(of: Release | string, options?: DeployOptions): Promise<Outcome> {
  const began = performance.now();
  const outcome = await agent.deploy(await instance.revision(of), options);
  say(`${outcome.event ?? 'deployed'} after ${((performance.now() - began) / 1_000).toFixed(1)} s. ${outcome.shown}`);
  return outcome;
}

/** What Docker tells of a container, as far as it is looked at. */
interface Made {
  readonly Config: object;
  readonly HostConfig: { readonly Memory: number };
}

/** Containers by their names, and their states. */
async function containers(): Promise<Record<string, string>> {
  const lines = await docker.run('ps', '--all', '--format', '{{.Names}} {{.State}} {{.ID}}');
  return Object.fromEntries(
    lines
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.split(' ')[0], line.split(' ').slice(1).join(' ')]),
  );
}
const images = async () => (await docker.run('image', 'ls', '--quiet', '--no-trunc')).split('\n').sort();
const isRunning = async (name: string) => (await containers())[name]?.startsWith('running') === true;
/** A file of the instance. */
const there = (file: string) => existsSync(join(host.root, file));

/** Callers have been answered all the time, by nobody but these. */
async function answeredBy(t: Test, ...releases: readonly Release[]): Promise<void> {
  const { failed, retried, answered, releases: seen } = await callers.untilAnswered(20);
  t.strictSame(failed, [], 'no request failed');
  t.strictSame([...seen].sort(), releases.map(({ RELEASE }) => RELEASE).sort());
  say(`${answered} answers, ${retried} connections that were opened twice`);
}

t.test('with a published port it serves as it is, from a network of its own', async (t) => {
  const id = await docker.run('run', '--detach', '--publish=8000:8000', SERVER);
  await until(async () => (await callers.fetch(HEALTH)).status === 200);
  t.match((await callers.fetch(HEALTH)).text, `"release":"${RELEASE}"`);
  t.equal((await callers.fetch('http://127.0.0.1:8000/predict', '{}')).status, 422);
  await docker.run('rm', '--force', '--volumes', id);
  await forgetImages(docker);
});

t.test('the first release comes to an instance that has none', async (t) => {
  t.match(await deploy(first), { succeeded: true });
  t.match((await callers.fetch(HEALTH)).text, `"release":"${RELEASE}"`);
  t.strictSame(Object.keys(await containers()), ['food-eta']);

  await t.test('and runs without rights, within limits', async (t) => {
    const [made] = JSON.parse(await docker.run('container', 'inspect', 'food-eta')) as [Made];
    const { Config, HostConfig } = made;
    t.match(HostConfig, {
      NetworkMode: 'host',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      RestartPolicy: { Name: 'unless-stopped' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
      PidsLimit: 256,
    });
    t.match(Config, { User: '1000:1000', StopTimeout: 30 });
    const kib = Number(/^MemTotal: +(\d+)/m.exec(await readFile('/proc/meminfo', 'utf8'))?.[1]);
    t.ok(HostConfig.Memory > 0 && 2 * HostConfig.Memory < kib * 1_024, 'two of them find room');
  });

  await t.test('with the files of the host that settings may name', async (t) => {
    t.equal(await docker.run('exec', 'food-eta', 'cat', `${FILES}/of-the-host`), 'read');
  });

  await t.test('with the settings of the Parameter Store, to the letter', async (t) => {
    const pid = await docker.run('container', 'inspect', '--format={{.State.Pid}}', 'food-eta');
    const variables = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');
    for (const [name, value] of Object.entries(SECRETS)) t.ok(variables.includes(`${name}=${value}`), name);
  });
});

t.test('a release takes over from another while callers call, and that one is kept', async (t) => {
  await callers.begin();
  t.match(await deploy(second), { succeeded: true });
  await answeredBy(t, first, second);
  t.match(await containers(), { 'food-eta': /^running /, 'food-eta-previous': /^exited / });
  t.equal(
    await docker.run('container', 'inspect', '--format={{.State.ExitCode}}', 'food-eta-previous'),
    '0',
    'drained',
  );
});

t.test('with several processes as well, and each hook may run twice', async (t) => {
  await instance.setParameters({ ...SECRETS, SERVER_PROCESSES: '2' });
  await callers.report();
  t.match(await deploy(third, { times: 2 }), { succeeded: true });
  await answeredBy(t, second, third);
  t.match(await deploy(second, { times: 2 }), { succeeded: true });
  await answeredBy(t, second, third);
  await instance.setParameters({ ...SECRETS, SERVER_PROCESSES: '1' });

  await t.test('older ones than the one before are gone, with their images', async (t) => {
    t.strictSame(Object.keys(await containers()).sort(), ['food-eta', 'food-eta-previous']);
    t.equal((await images()).length, 2);
  });
});

t.test('a hook that is killed half-way and run again comes to its end', async (t) => {
  await callers.report();
  const killed = {
    'pull.sh': async () => there('/run/food-eta/docker/config.json'),
    'start.sh': () => isRunning('food-eta-next'),
    'hand-over.sh': async () => there('/var/lib/food-eta/d-AAAAAAAA5/open'),
  };
  const { id, succeeded } = await deploy(fourth, { killed });
  t.same([id, succeeded], ['d-AAAAAAAA5', true]);
  await answeredBy(t, second, fourth);
  t.notOk(there('/run/food-eta/docker'), 'what Docker signed in with is gone');
});

t.test('killed while the release before is stopped, and not run again, the next deployment ends it', async (t) => {
  await callers.report();
  const killed = { 'hand-over.sh': async () => !(await isRunning('food-eta')) };
  t.match(await deploy(fifth, { killed, again: false }), { succeeded: false, event: 'ValidateService' });
  await answeredBy(t, fourth, fifth);
  t.match(await deploy(fourth), { succeeded: true });
  await answeredBy(t, fourth, fifth);
  t.match(await containers(), { 'food-eta': /^running /, 'food-eta-previous': /^exited / });
});

/** What is wrong with a release; the event that fails, and the sentence that says so. */
const BAD: Readonly<
  Record<
    string,
    { of: Release | string; options?: DeployOptions; event: string; shown: RegExp; before?: () => Promise<void> }
  >
> = {
  'an image that has no model': {
    of: withoutModel,
    options: { env: { READY_SECONDS: '8' } },
    event: 'ApplicationStart',
    shown: /start\.sh: it was not ready within 8 s\. Its \/health says: .*no alias 'nowhere'.*\.\n$/,
  },
  'an image that never answers': {
    of: silent,
    options: { env: { READY_SECONDS: '2' } },
    event: 'ApplicationStart',
    shown: /start\.sh: it was not ready within 2 s\. .*nobody answers there\.\n$/,
  },
  'an image that ends': {
    of: ending,
    event: 'ApplicationStart',
    shown: /WORKERS is 'many'[\s\S]*start\.sh: the container ended instead of serving .*\.\n$/,
  },
  'an image of another release than is named': {
    of: { ...second, RELEASE: commit('3') },
    event: 'ApplicationStart',
    shown: /start\.sh: the image is of the release '2{40}' and the revision of '3{40}'/,
  },
  'an image by a tag': {
    of: { ...second, IMAGE: second.IMAGE.replace(/@.*/, ':latest') },
    event: 'BeforeInstall',
    shown:
      /pull\.sh: release\.env names the image '.*:latest', which could be another one tomorrow: name it as .*@sha256/,
  },
  'a digest that the registry has not': {
    of: { ...second, IMAGE: second.IMAGE.replace(/:[0-9a-f]+$/, `:${'0'.repeat(64)}`) },
    event: 'BeforeInstall',
    shown: /not found[\s\S]*pull\.sh: .*@sha256:0{64} could not be pulled: see whether the registry has that digest/,
  },
  'a line in release.env that means nothing': {
    of: `IMAGE=${second.IMAGE}\nRELEASE=${second.RELEASE}\nrm -rf /\n`,
    event: 'BeforeInstall',
    shown: /pull\.sh: release\.env has the line 'rm -rf \/': allowed are/,
  },
  'a hook that takes too long': {
    of: withoutModel,
    options: { timeouts: { 'start.sh': 3 } },
    event: 'ApplicationStart',
    shown: /start\.sh: was told to end before it was done/,
  },
  'another model than is expected': {
    of: { ...second, EXPECTED_MODEL_VERSION: '2' },
    event: 'ValidateService',
    shown: /hand-over\.sh: it serves version 1 of the model, and release\.env has EXPECTED_MODEL_VERSION=2/,
  },
  'settings that may not be read': {
    of: second,
    before: () => instance.setParameters(undefined),
    event: 'ApplicationStart',
    shown: /AccessDenied[\s\S]*start\.sh: the settings below \/food-eta\/ could not be read: .*ssm:GetParametersByPath/,
  },
  'a setting that is for the deployment to make': {
    of: second,
    before: () => instance.setParameters({ ...SECRETS, ADMIN_PORT: '9000' }),
    event: 'ApplicationStart',
    shown: /start\.sh: \/food-eta\/ADMIN_PORT is for the deployment itself to set/,
  },
  'a setting of several lines': {
    of: second,
    before: () => instance.setParameters({ ...SECRETS, API_TOKENS: 'one\ntwo' }),
    event: 'ApplicationStart',
    shown: /start\.sh: a setting below \/food-eta\/ is no NAME of capital letters with a value of one line/,
  },
};

for (const [what, { of, options, event, shown, before }] of Object.entries(BAD)) {
  t.test(`${what} changes nothing: the release before answers on, and the reason is said`, async (t) => {
    const was = [await containers(), await images()];
    await before?.();
    await callers.report();
    const outcome = await deploy(of, options);
    t.match(outcome, { succeeded: false, event, shown });
    t.equal(outcome.fault, options?.timeouts === undefined ? 'ScriptFailed' : 'ScriptTimedOut');
    await answeredBy(t, fourth);
    t.strictSame([await containers(), await images()], was);
    await instance.setParameters({ ...SECRETS, SERVER_PROCESSES: '1' });
  });
}

t.test('a script that is missing changes nothing either', async (t) => {
  const was = await containers();
  await callers.report();
  const revision = await instance.revision(second);
  await rm(join(revision, 'deploy/hooks/hand-over.sh'));
  t.match(await agent.deploy(revision), { succeeded: false, event: 'ValidateService', fault: 'ScriptMissing' });
  await answeredBy(t, fourth);
  const { 'food-eta-next': waiting, ...others } = await containers();
  t.strictSame(others, was);
  t.match(waiting, /^running /, 'what was started waits with its port closed, for the next deployment to remove');
});

t.test('after all that the next good release comes as ever, here with the model that is expected', async (t) => {
  await callers.report();
  t.match(await deploy({ ...second, EXPECTED_MODEL_VERSION: '1' }), { succeeded: true });
  await answeredBy(t, fourth, second);
  t.strictSame(Object.keys(await containers()).sort(), ['food-eta', 'food-eta-previous']);
});

t.test('by hand it goes back to the release before, and forth again', async (t) => {
  for (const [to, from] of [
    [fourth, second],
    [second, fourth],
  ] as const) {
    await callers.report();
    const { code, said } = await agent.runByHand('/usr/local/lib/food-eta/hooks/return.sh');
    t.equal(code, 0, said);
    t.match(said, `the release ${to.RELEASE} answers again`);
    await answeredBy(t, to, from);
    t.strictSame(Object.keys(await containers()).sort(), ['food-eta', 'food-eta-previous']);
  }
});

t.test('a way back that does not serve any more is given up, and what answers answers on', async (t) => {
  await callers.report();
  const was = await containers();
  // As a program that has taken its port meanwhile.
  const port = await docker.run(
    'container',
    'inspect',
    '--format={{index .Config.Labels "release.admin-port"}}',
    'food-eta-previous',
  );
  const listening = 'require("net").createServer().listen(process.argv[1], "127.0.0.1")';
  const id = await docker.run('run', '--detach', '--network=host', second.IMAGE, 'node', '--eval', listening, port);
  t.teardown(() => docker.run('rm', '--force', '--volumes', id));
  const { code, said } = await agent.runByHand('/usr/local/lib/food-eta/hooks/return.sh', { READY_SECONDS: '5' });
  t.equal(code, 1);
  t.match(said, /return\.sh: .*\.\n$/);
  await answeredBy(t, second);
  await docker.run('rm', '--force', '--volumes', id);
  t.strictSame(await containers(), was);
});

t.test('secrets are in no file of the hooks, no log and no argument', async (t) => {
  const { stdout: ofProcesses } = await promisify(execFile)('sh', [
    '-c',
    'cat /proc/[0-9]*/cmdline 2> /dev/null | tr "\\0" " "; true',
  ]);
  const called = await instance.dockerArguments();
  t.match(called, '--env WEBHOOK_SECRET --env MLFLOW_TRACKING_TOKEN', 'what is given by its name');
  const places = [
    instance.agentFolder,
    ...['run', 'usr/local/lib', 'var/lib'].map((folder) => join(host.root, folder)),
  ];
  const filesWith = async (text: string) => {
    const { stdout } = await promisify(execFile)('sh', ['-c', 'grep -rlF -e "$0" "$@"; true', text, ...places]);
    return stdout;
  };
  t.match(await filesWith(second.RELEASE), 'release.env', 'files are found by what they hold');
  for (const secret of [...Object.values(SECRETS), instance.registryPassword]) {
    t.notOk(called.includes(secret));
    t.notOk(ofProcesses.includes(secret));
    t.equal(await filesWith(secret), '');
    for (const name of Object.keys(await containers())) t.notMatch(await docker.run('logs', name), secret);
  }
});

t.test('a server that is killed is started again and opens its port by itself', async (t) => {
  await callers.stop();
  process.kill(Number(await docker.run('container', 'inspect', '--format={{.State.Pid}}', 'food-eta')), 'SIGKILL');
  await until(async () => (await docker.run('container', 'inspect', '--format={{.RestartCount}}', 'food-eta')) === '1');
  await until(async () => (await callers.fetch(HEALTH)).status === 200);
  t.match((await callers.fetch(HEALTH)).text, second.RELEASE);
});
