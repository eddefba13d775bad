// @ts-check
/** A deployment of CodeDeploy: waiting for its end, and what is to be told of one that failed. */
import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from '../../setup/faults.mjs';
import { at, aws, listAt, textAt } from './aws.mjs';
import { DEPLOYMENT_MINUTES, MOST_UNANSWERED, POLL_SECONDS, TARGETS_AT_ONCE } from './limits.mjs';
import { say } from './programs.mjs';

/**
 * @typedef {object} End
 * @property {string} status `Succeeded`, `Failed` or `Stopped`
 * @property {unknown} info all that CodeDeploy says of the deployment
 */

const ENDED = new Set(['Succeeded', 'Failed', 'Stopped']);

/**
 * @param {string} id
 * @param {{ pollSeconds?: number, minutes?: number }} [times]
 * @returns {Promise<End>}
 * @throws Fault where it takes too long; the deployment goes on
 */
export async function untilItEnded(id, times = timesFrom(process.env)) {
  const { pollSeconds = POLL_SECONDS, minutes = DEPLOYMENT_MINUTES } = times;
  const deadline = performance.now() + minutes * 60_000;
  let shown = '';
  for (let unanswered = 0; ; ) {
    /** @type {unknown} */
    let info;
    try {
      const ask = ['deploy', 'get-deployment', '--deployment-id', id];
      info = at(await aws(`Asking for deployment ${id}`, ask), 'deploymentInfo');
      unanswered = 0;
    } catch (error) {
      if (!(error instanceof Fault) || ++unanswered > MOST_UNANSWERED) throw error;
      say(`${error.message} It is asked again.`);
      await delay(pollSeconds * 1_000);
      continue;
    }
    const status = textAt(info, 'status');
    const line = `${id}: ${status}${counts(at(info, 'deploymentOverview'))}`;
    if (line !== shown) say(line);
    shown = line;
    if (ENDED.has(status)) return { status, info };
    if (performance.now() >= deadline) {
      throw new Fault(
        `Deployment ${id} has not ended within ${minutes} minutes and goes on by itself. Look with \`aws deploy get-deployment --deployment-id ${id}\`; \`aws deploy stop-deployment --deployment-id ${id} --auto-rollback-enabled\` ends it and returns to what was there before.`,
      );
    }
    await delay(pollSeconds * 1_000);
  }
}

/**
 * How long is waited and how often is asked, where the environment says otherwise.
 * @param {NodeJS.ProcessEnv} env
 */
function timesFrom(env) {
  /** @type {{ pollSeconds?: number, minutes?: number }} */
  const times = {};
  for (const [variable, key] of /** @type {const} */ ([
    ['DEPLOYMENT_POLL_SECONDS', 'pollSeconds'],
    ['DEPLOYMENT_MINUTES', 'minutes'],
  ])) {
    const text = env[variable] ?? '';
    if (text === '') continue;
    if (!/^\d+(\.\d+)?$/.test(text)) throw new Fault(`${variable} is '${text}': it is to be a number, 0 or more.`);
    times[key] = Number(text);
  }
  return times;
}

/** @param {unknown} overview */
function counts(overview) {
  const some = ['Pending', 'InProgress', 'Succeeded', 'Failed', 'Skipped']
    .map((name) => [name, at(overview, name)])
    .filter(([, count]) => typeof count === 'number' && count > 0)
    .map(([name, count]) => `${count} ${name}`);
  return some.length === 0 ? '' : ` (${some.join(', ')})`;
}

/**
 * Why it failed, and what each instance says of it.
 * @param {string} id
 * @param {End} end
 * @returns {Promise<readonly string[]>}
 */
export async function reportOn(id, { info }) {
  const reason = [textAt(info, 'errorInformation', 'code'), textAt(info, 'errorInformation', 'message')];
  const lines = [`${id}: ${reason.filter((part) => part !== '').join(': ') || 'CodeDeploy gives no reason'}`];
  try {
    for (const target of await targetsOf(id)) lines.push(...linesOf(at(target, 'instanceTarget')));
  } catch (error) {
    // The reason is worth telling without the instances too.
    if (!(error instanceof Fault)) throw error;
    lines.push(`  ${error.message}`);
  }
  const rollback = textAt(info, 'rollbackInfo', 'rollbackDeploymentId');
  const words = textAt(info, 'rollbackInfo', 'rollbackMessage');
  if (rollback !== '') lines.push(`Deployment ${rollback} returns the instances to what they had. ${words}`.trimEnd());
  else lines.push(`CodeDeploy names no deployment that returns to what was there. ${words}`.trimEnd());
  return lines;
}

/** @param {string} id */
async function targetsOf(id) {
  const list = ['deploy', 'list-deployment-targets', '--deployment-id', id];
  const ids = listAt(await aws(`Asking for the instances of ${id}`, list), 'targetIds').map(String);
  /** @type {unknown[]} */
  const targets = [];
  for (let from = 0; from < ids.length; from += TARGETS_AT_ONCE) {
    const some = ids.slice(from, from + TARGETS_AT_ONCE);
    const ask = ['deploy', 'batch-get-deployment-targets', '--deployment-id', id, '--target-ids', ...some];
    targets.push(...listAt(await aws(`Asking what happened on ${some.length} instances`, ask), 'deploymentTargets'));
  }
  return targets;
}

/**
 * One instance: what it did, and of what failed all that is known.
 * @param {unknown} target
 */
function linesOf(target) {
  const lines = [`  ${textAt(target, 'targetId')}: ${textAt(target, 'status')}`];
  for (const event of listAt(target, 'lifecycleEvents')) {
    const diagnostics = at(event, 'diagnostics');
    const [status, code] = [textAt(event, 'status'), textAt(diagnostics, 'errorCode')];
    lines.push(`    ${textAt(event, 'lifecycleEventName')}: ${status}`);
    if (code === '' || code === 'Success') continue;
    const script = textAt(diagnostics, 'scriptName');
    lines.push(`      ${code}${script && ` in ${script}`}: ${textAt(diagnostics, 'message')}`);
    const log = textAt(diagnostics, 'logTail').trimEnd();
    if (log !== '') lines.push(...log.split('\n').map((line) => `      | ${line}`));
  }
  return lines;
}
