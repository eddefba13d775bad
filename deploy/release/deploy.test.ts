import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { PROJECT } from '../infrastructure/fixtures/stacks.js';
import { type Answer, type Answers, type End, Scene } from './fixtures/scene.js';

const PUT: Answer = { says: { ETag: '"e1"', VersionId: 'v1' } };
const VARIABLES = { SERVICE: 'food-eta', REVISION_BUCKET: 'revisions-of-food-eta', DEPLOYMENT_POLL_SECONDS: '0' };

const info = (status: string, more: object = {}): Answer => ({ says: { deploymentInfo: { status, ...more } } });

const TARGETS: Answers = {
  'aws deploy list-deployment-targets': [{ says: { targetIds: ['i-1', 'i-2'] } }],
  'aws deploy batch-get-deployment-targets': [
    {
      says: {
        deploymentTargets: [
          {
            instanceTarget: {
              targetId: 'i-1',
              status: 'Failed',
              lifecycleEvents: [
                { lifecycleEventName: 'BeforeInstall', status: 'Succeeded', diagnostics: { errorCode: 'Success' } },
                {
                  lifecycleEventName: 'ValidateService',
                  status: 'Failed',
                  diagnostics: {
                    errorCode: 'ScriptFailed',
                    scriptName: 'deploy/hooks/validate.sh',
                    message: 'Script at specified location: deploy/hooks/validate.sh failed with exit code 1',
                    logTail: '[stderr]release is abc, and was to be def\n[stderr]the new container is removed\n',
                  },
                },
              ],
            },
          },
          { instanceTarget: { targetId: 'i-2', status: 'Skipped', lifecycleEvents: [] } },
        ],
      },
    },
  ],
};

/** Deploys a scene's commit while CodeDeploy says these things. */
async function deploy(
  t: Test,
  states: Answer[],
  more: Answers = {},
  options: readonly string[] = [],
  variables: Readonly<Record<string, string>> = {},
): Promise<End & { readonly scene: Scene; readonly commit: string }> {
  const scene = new Scene(t, ['aws']);
  writeFileSync(scene.path('out/revision.tar'), 'a revision');
  scene.answers({
    'aws s3api put-object': [PUT],
    'aws deploy create-deployment': [{ says: { deploymentId: 'd-1' } }],
    'aws deploy get-deployment': states,
    ...TARGETS,
    ...more,
  });
  const commit = scene.git('rev-parse', 'HEAD');
  const args = ['--commit', commit, '--bundle', scene.path('out/revision.tar'), ...options];
  return { scene, commit, ...(await scene.run('release/deploy.mjs', args, { ...VARIABLES, ...variables })) };
}

t.test('the revision of a commit is deployed in the version that was put, and waited for', async (t) => {
  const states = [
    info('Created'),
    info('InProgress', { deploymentOverview: { Pending: 1, Succeeded: 1 } }),
    info('Succeeded'),
  ];
  const { code, stdout, stderr, scene, commit } = await deploy(t, states);
  t.equal(code, 0, stderr);
  t.equal(stdout, `d-1: every instance has ${commit}\n`);
  t.match(stderr, 'd-1: InProgress (1 Pending, 1 Succeeded)\nd-1: Succeeded\n');
  const [put = [], create = [], ...asked] = scene.calls();
  const bundle = scene.path('out/revision.tar');
  const key = `revisions/${commit}.tar`;
  t.strictSame(put.slice(1, -2), [
    's3api',
    'put-object',
    '--bucket',
    'revisions-of-food-eta',
    '--key',
    key,
    '--body',
    bundle,
  ]);
  const s3Location = { bucket: 'revisions-of-food-eta', key, bundleType: 'tar', version: 'v1', eTag: 'e1' };
  t.strictSame(JSON.parse(create[create.indexOf('--revision') + 1] ?? ''), { revisionType: 'S3', s3Location });
  t.match(
    create.join(' '),
    `--application-name food-eta --deployment-group-name food-eta --description release ${commit}`,
  );
  t.notOk(create.includes('--override-alarm-configuration'));
  t.equal(asked.length, 3);
});

t.test('of a failed one the lifecycle events are told, with the scripts and the end of their logs', async (t) => {
  const failed = info('Failed', {
    errorInformation: { code: 'HEALTH_CONSTRAINTS', message: 'Too few healthy instances.' },
    rollbackInfo: { rollbackDeploymentId: 'd-2', rollbackMessage: '' },
  });
  const { code, stdout, stderr, commit } = await deploy(t, [info('InProgress'), failed]);
  t.equal(code, 1);
  t.equal(stdout, '');
  t.equal(
    stderr.slice(stderr.indexOf('d-1: HEALTH')),
    `d-1: HEALTH_CONSTRAINTS: Too few healthy instances.
  i-1: Failed
    BeforeInstall: Succeeded
    ValidateService: Failed
      ScriptFailed in deploy/hooks/validate.sh: Script at specified location: deploy/hooks/validate.sh failed with exit code 1
      | [stderr]release is abc, and was to be def
      | [stderr]the new container is removed
  i-2: Skipped
Deployment d-2 returns the instances to what they had.
The release of ${commit} has failed: deployment d-1 is Failed.
`,
  );
});

t.test('one that was stopped, such as by an alarm, has failed as well', async (t) => {
  const reason = { code: 'ALARM_ACTIVE', message: 'One or more alarms have been activated: food-eta-failed-requests' };
  const { code, stderr } = await deploy(t, [info('Stopped', { errorInformation: reason })]);
  t.equal(code, 1);
  t.match(stderr, 'ALARM_ACTIVE: One or more alarms have been activated: food-eta-failed-requests');
  t.match(stderr, 'CodeDeploy names no deployment that returns to what was there.');
  const refused: Answers = {
    'aws deploy list-deployment-targets': [{ refusal: ['AccessDeniedException', 'No right'] }],
  };
  const less = await deploy(t, [info('Stopped', { errorInformation: reason })], refused);
  t.match(
    less.stderr,
    /ALARM_ACTIVE: .*was refused: No right \(AccessDeniedException\).*deployment d-1 is Stopped\.\n$/s,
  );
  t.match(stderr, /deployment d-1 is Stopped\.\n$/);
});

t.test('one that does not end is given up in time, and it is said how to go on', async (t) => {
  const { code, stderr } = await deploy(t, [info('InProgress')], {}, [], { DEPLOYMENT_MINUTES: '0' });
  t.equal(code, 1);
  t.match(
    stderr,
    /Deployment d-1 has not ended within 0 minutes and goes on by itself\..*stop-deployment --deployment-id d-1/,
  );
});

t.test('an answer that does not come is asked for again, but not for ever', async (t) => {
  const none: Answer = { failure: 'Could not connect to the endpoint URL' };
  const { code, stderr } = await deploy(t, [none, info('InProgress'), none, none, info('Succeeded')]);
  t.equal(code, 0, stderr);
  const gone = await deploy(t, [none]);
  t.equal(gone.code, 1);
  t.match(gone.stderr, /^Asking for deployment d-1 failed: Could not connect to the endpoint URL$/m);
  t.equal(gone.scene.calls().filter((call) => call[2] === 'get-deployment').length, 6);
});

t.test('alarms are passed over only where that is asked for', async (t) => {
  const { code, scene } = await deploy(t, [info('Succeeded')], {}, ['--ignore-alarms']);
  t.equal(code, 0);
  t.match(scene.calls()[1]?.join(' '), '--override-alarm-configuration enabled=false,ignorePollAlarmFailure=false');
});

t.test('what AWS refuses is told with what to do', async (t) => {
  const refusals: [Answers, RegExp][] = [
    [
      { 'aws deploy create-deployment': [{ refusal: ['DeploymentLimitExceededException', 'Already active: d-0.'] }] },
      /^Creating the deployment was refused: Already active: d-0\. .*Another deployment is under way: wait/m,
    ],
    [
      { 'aws deploy create-deployment': [{ refusal: ['ApplicationDoesNotExistException', 'No application'] }] },
      /No application \(ApplicationDoesNotExistException\)\. Create the stack deploy\/infrastructure\/fleet\.yaml/,
    ],
    [
      { 'aws s3api put-object': [{ refusal: ['NoSuchBucket', 'The specified bucket does not exist'] }] },
      /^Putting the revision into revisions-of-food-eta was refused: The specified bucket does not exist/m,
    ],
    [{ 'aws s3api put-object': [{ says: { ETag: '"e1"' } }] }, /keeps no versions, so a deployment could not name/],
    [
      { 'aws s3api put-object': [{ failure: 'Unable to locate credentials. You can configure them.' }] },
      /^Putting the revision into revisions-of-food-eta failed: Unable to locate credentials/m,
    ],
  ];
  for (const [answers, sentence] of refusals) {
    const { code, stderr } = await deploy(t, [info('Succeeded')], answers);
    t.equal(code, 1);
    t.match(stderr, sentence);
    t.notMatch(stderr, /^\s+at /m);
  }
});

t.test('what is not said, or says something else, is named', async (t) => {
  const { stderr } = await deploy(t, [], {}, [], { SERVICE: '' });
  t.match(stderr, /^SERVICE is not set: it is the ServiceName of the stacks/);
  t.match((await deploy(t, [], {}, [], { REVISION_BUCKET: 's3://x' })).stderr, /^REVISION_BUCKET is 's3:\/\/x', which/);
  t.match((await deploy(t, [], {}, ['--foo'])).stderr, /^Unknown option '--foo'\nUsage: node deploy\/release\/deploy/);
});

t.test('no program of a release asks for a right that its role does not have', async (t) => {
  const rights: Readonly<Record<string, string>> = {
    'ecr get-login-password': 'ecr:GetAuthorizationToken',
    'ecr describe-images': 'ecr:DescribeImages',
    's3api put-object': 's3:PutObject',
    'deploy create-deployment': 'codedeploy:CreateDeployment',
    'deploy get-deployment': 'codedeploy:GetDeployment',
    'deploy list-deployment-targets': 'codedeploy:ListDeploymentTargets',
    'deploy batch-get-deployment-targets': 'codedeploy:BatchGetDeploymentTargets',
  };
  const stack = readFileSync(join(PROJECT, 'deploy/infrastructure/delivery.yaml'), 'utf8');
  for (const right of Object.values(rights)) t.match(stack, new RegExp(`(- |Action: )${right}$`, 'm'), right);
  const programs = ['aws', 'deploy', 'deployment', 'push', 'registry', 'released'];
  const calls = new Set<string>();
  for (const program of programs) {
    const source = readFileSync(join(PROJECT, `deploy/release/${program}.mjs`), 'utf8');
    for (const [, service, operation] of source.matchAll(/\['(ecr|s3api|deploy)', '([a-z-]+)'/g))
      calls.add(`${service} ${operation}`);
  }
  t.strictSame(calls, new Set(Object.keys(rights)));
});
