/** What can be told of appspec.yml and the hooks without running them. `npm run test:deploy` runs them. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { SETTINGS } from '../config/environment.js';
import { DRAIN_GRACE_MS } from '../server/limits.js';
import { attribute, PROJECT, theOne } from './infrastructure/fixtures/stacks.js';
import { EVENTS, readAppSpec } from './test/code-deploy.js';

const read = (file: string) => readFileSync(join(PROJECT, file), 'utf8');
const spec = await readAppSpec(PROJECT);
const hooks = Object.values(spec.hooks).flat();
const lib = read('deploy/hooks/lib.sh');

/** A time or port of the hooks. */
function constant(name: string): number {
  const value = new RegExp(`^readonly ${name}="?(?:\\$\\{${name}:-)?(\\d+)`, 'm').exec(lib)?.[1];
  if (value === undefined) throw new Error(`lib.sh has no ${name}.`);
  return Number(value);
}

function timeoutOf(script: string): number {
  return hooks.find(({ location }) => location === `deploy/hooks/${script}.sh`)?.timeout ?? 0;
}

/** Files under git, with their modes. */
function tracked(...places: string[]): { readonly mode: string; readonly file: string }[] {
  const listed = execFileSync('git', ['ls-files', '--stage', '--', ...places], { cwd: PROJECT, encoding: 'utf8' });
  return listed
    .split('\n')
    .filter(Boolean)
    .map((line) => ({ mode: line.slice(0, 6), file: line.split('\t')[1] ?? '' }));
}

t.test('appspec.yml is one that the agent takes, and names events that it has', async (t) => {
  t.strictSame([spec.version, spec.os], [0, 'linux']);
  t.strictSame(Object.keys(spec).sort(), ['file_exists_behavior', 'files', 'hooks', 'os', 'version']);
  for (const event of Object.keys(spec.hooks)) t.ok((EVENTS as readonly string[]).includes(event), event);
  for (const hook of hooks) t.strictSame(Object.keys(hook), ['location', 'timeout'], hook.location);
});

t.test('nothing is stopped before the new release is known to be good', async (t) => {
  t.notOk('ApplicationStop' in spec.hooks);
  t.strictSame(Object.keys(spec.hooks), ['BeforeInstall', 'ApplicationStart', 'ValidateService']);
});

t.test('every script is there, may be run, says by what, and ends at its first fault', async (t) => {
  const scripts = tracked('deploy/hooks/*.sh').filter(({ file }) => !file.endsWith('/lib.sh'));
  t.strictSame(
    hooks.map(({ location }) => location).filter((location) => !scripts.some(({ file }) => file === location)),
    [],
  );
  for (const { mode, file } of scripts) {
    t.equal(mode, '100755', file);
    t.match(read(file), /^#!\/usr\/bin\/env bash\n(?:#.*\n)+set -Eeuo pipefail\n/, file);
  }
});

t.test('a server has drained before Docker would kill it, and Docker has before its hook is ended', async (t) => {
  const [drain, stop] = [constant('DRAIN_SECONDS'), constant('STOP_SECONDS')];
  t.ok(stop * 1_000 > 2 * drain * 1_000 + 2 * DRAIN_GRACE_MS, 'draining and giving the models back, and their grace');
  const [lock, ready, open] = [constant('LOCK_SECONDS'), constant('READY_SECONDS'), constant('OPEN_SECONDS')];
  t.ok(timeoutOf('hand-over') > lock + open + open + stop);
  // What was left of an earlier deployment may have to be stopped first.
  t.ok(timeoutOf('start') > lock + stop + ready);
  t.ok(timeoutOf('pull') > lock);
  t.ok(hooks.reduce((sum, { timeout }) => sum + timeout, 0) < 3_600, 'the most that CodeDeploy gives to an event');
});

t.test(
  'a server has drained before the balancer lets go of it, and after the balancer let go of its connections',
  async (t) => {
    const { Properties: targets } = theOne<Record<string, unknown>>(
      'balancer',
      'AWS::ElasticLoadBalancingV2::TargetGroup',
    );
    type Attributes = readonly { Key: string; Value: string }[];
    const delay = attribute(targets['TargetGroupAttributes'] as Attributes, 'deregistration_delay.timeout_seconds');
    t.ok(constant('DRAIN_SECONDS') * 1_000 + DRAIN_GRACE_MS < Number(delay) * 1_000);
    const { Properties: balancer } = theOne<{ LoadBalancerAttributes: Attributes }>(
      'balancer',
      'AWS::ElasticLoadBalancingV2::LoadBalancer',
    );
    const idle = attribute(balancer.LoadBalancerAttributes, 'idle_timeout.timeout_seconds');
    t.ok(constant('DRAIN_SECONDS') > Number(idle));
    t.equal(constant('PORT'), targets['Port']);
  },
);

t.test('what a container is started with are settings of the server', async (t) => {
  const start = read('deploy/hooks/start.sh');
  const given = [...start.matchAll(/--env "?([A-Z_]+)=/g)].map(([, name = '']) => name);
  const [, ours = ''] = /^readonly OURS='\^\(([A-Z_|]+)\)\$/m.exec(start) ?? [];
  t.ok(given.length >= 6);
  for (const name of given) {
    t.ok(name in SETTINGS, name);
    t.ok(ours.split('|').includes(name), `${name} cannot be set from outside`);
  }
});

/** Forms by which secrets are known. */
const SECRET =
  /AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|\bgh[pousr]_[A-Za-z0-9]{20}|\b(?:aws_secret_access_key|password|secret|token)["']?\s*[:=]\s*["']?[A-Za-z0-9/+_-]{16,}/i;

t.test('there is no secret in what is deployed, and nothing by a tag that moves', async (t) => {
  const files = tracked('deploy', '.github', 'appspec.yml', 'Dockerfile', 'compose.yaml').map(({ file }) => file);
  t.ok(files.length > 20);
  for (const file of files) {
    const text = read(file);
    t.notMatch(text, SECRET, file);
    if (!/\.test\.ts$|^deploy\/test\//.test(file)) t.notMatch(text, /:latest\b/, file);
  }
  for (const broken of [`AKIA${'A'.repeat(16)}`, `password: ${'a'.repeat(16)}`, `TOKEN='${'0'.repeat(16)}'`]) {
    t.match(broken, SECRET, 'which is seen where there is one');
  }
});
