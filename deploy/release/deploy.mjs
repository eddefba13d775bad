// @ts-check
/**
 * `node deploy/release/deploy.mjs --commit COMMIT --bundle FILE.tar [--ignore-alarms]`: puts the revision of a commit into
 * the bucket, has CodeDeploy deploy it, waits, and ends with 0 only when every instance has it. SERVICE and
 * REVISION_BUCKET say where. What fails is told with the lifecycle events of each instance and the end of their logs.
 */
import { access } from 'node:fs/promises';
import { command } from '../../setup/command.mjs';
import { Fault } from '../../setup/faults.mjs';
import { readArguments, readVariables } from './arguments.mjs';
import { aws, Refused, textAt } from './aws.mjs';
import { commitOf } from './commit.mjs';
import { reportOn, untilItEnded } from './deployment.mjs';
import { say } from './programs.mjs';

const USAGE = 'node deploy/release/deploy.mjs --commit COMMIT --bundle FILE.tar [--ignore-alarms]';

/** What CodeDeploy may answer when it takes no deployment, and what is to be done. @type {Record<string, string>} */
const REMEDIES = {
  DeploymentLimitExceededException: 'Another deployment is under way: wait until it has ended, then run this again.',
  ApplicationDoesNotExistException: 'Create the stack deploy/infrastructure/fleet.yaml first (docs/infrastructure.md).',
  DeploymentGroupDoesNotExistException:
    'Create the stack deploy/infrastructure/fleet.yaml first (docs/infrastructure.md).',
  AccessDeniedException: 'The role is to be the one of deploy/infrastructure/delivery.yaml, which has this right.',
};

command(async (args) => {
  const options = readArguments(args, USAGE, ['commit', 'bundle'], ['ignore-alarms']);
  const { SERVICE: service, REVISION_BUCKET: bucket } = readVariables(['SERVICE', 'REVISION_BUCKET']);
  const commit = await commitOf(options.commit);
  const revision = await put(options.bundle, bucket, commit);
  const id = await create(service, commit, revision, options['ignore-alarms']);
  say(`${id}: deploying ${commit} to ${service}`);
  const end = await untilItEnded(id);
  if (end.status === 'Succeeded') {
    console.log(`${id}: every instance has ${commit}`);
    return;
  }
  for (const line of await reportOn(id, end)) say(line);
  throw new Fault(`The release of ${commit} has failed: deployment ${id} is ${end.status}.`);
});

/**
 * @param {string} bundle
 * @param {string} bucket
 * @param {string} commit
 * @returns {Promise<Record<string, string>>} where CodeDeploy finds this very revision, whatever is put there later
 */
async function put(bundle, bucket, commit) {
  await access(bundle).catch(() => {
    throw new Fault(`There is no ${bundle}: bundle.mjs makes it.`);
  });
  const key = `revisions/${commit}.tar`;
  const args = ['s3api', 'put-object', '--bucket', bucket, '--key', key, '--body', bundle];
  const answer = await aws(`Putting the revision into ${bucket}`, args);
  const [version, eTag] = [textAt(answer, 'VersionId'), textAt(answer, 'ETag').replaceAll('"', '')];
  if (version === '') {
    throw new Fault(`${bucket} keeps no versions, so a deployment could not name the revision for good: turn that on.`);
  }
  return { bucket, key, bundleType: 'tar', version, eTag };
}

/**
 * @param {string} service
 * @param {string} commit
 * @param {Record<string, string>} s3Location
 * @param {boolean} ignoresAlarms
 * @returns {Promise<string>} the id of the deployment
 */
async function create(service, commit, s3Location, ignoresAlarms) {
  const what = [
    ['--application-name', service, '--deployment-group-name', service],
    ['--description', `release ${commit}`, '--revision', JSON.stringify({ revisionType: 'S3', s3Location })],
    ignoresAlarms ? ['--override-alarm-configuration', 'enabled=false,ignorePollAlarmFailure=false'] : [],
  ];
  try {
    const answer = await aws('Creating the deployment', ['deploy', 'create-deployment', ...what.flat()]);
    const id = textAt(answer, 'deploymentId');
    if (id === '') throw new Fault('CodeDeploy took the deployment and gave it no id: look at its console.');
    return id;
  } catch (error) {
    const remedy = error instanceof Refused ? REMEDIES[error.reason] : undefined;
    if (!(error instanceof Refused) || remedy === undefined) throw error;
    throw new Fault(`${error.message}. ${remedy}`.replace('..', '.'));
  }
}
