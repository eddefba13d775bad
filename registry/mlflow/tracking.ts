/**
 * A training run in MLflow: parameters, metrics, tags and reports, and the logged model that its version will be.
 * MLflow answers 200 to much that it then loses, so what was sent is read back before anything is built on it.
 */
import { basename, dirname } from 'node:path';
import { sha256 } from '../checksums.js';
import { RegistryError } from '../errors.js';
import { BATCH_MAX_ITEMS, BATCH_MAX_METRICS, BATCH_MAX_PARAMS, BATCH_MAX_TAGS } from '../limits.js';
import type { RunIds, TrainingRun } from '../model-registry.js';
import { assertTrainingRun } from '../training-run.js';
import { folderAt } from './artifacts.js';
import { type Entry, entries } from './ask.js';
import type { MlflowHttp } from './http.js';
import type { Batch, Metric, RunCalls } from './run-calls.js';
import type { Run } from './schemas.js';

/**
 * @param experiment the name of the experiment that the run belongs to
 * @throws RegistryError `run_invalid` before anything is sent, `write_lost`
 */
export async function logRun(
  http: MlflowHttp,
  calls: RunCalls,
  experiment: string,
  name: string,
  run: TrainingRun,
): Promise<RunIds> {
  assertTrainingRun(run);
  const experimentId = await calls.experimentId(experiment);
  const { info } = await calls.createRun({
    experiment_id: experimentId,
    run_name: run.startedAt.toISOString().slice(0, 19).replace('T', ' '),
    start_time: run.startedAt.getTime(),
    tags: sourceTags(run.tags),
  });
  const ids = { runId: info.run_id, modelId: '' };
  return orFailed(calls, ids, async () => {
    const model = await calls.createLoggedModel({
      experiment_id: experimentId,
      // A dot is not allowed here, though it is in the name of a registered model.
      name: name.replaceAll('.', '_'),
      source_run_id: info.run_id,
      params: entries(run.params).slice(0, BATCH_MAX_PARAMS),
      tags: entries(run.tags),
    });
    ids.modelId = model?.info.model_id ?? '';
    if (ids.modelId !== '') await calls.addOutput(info.run_id, ids.modelId);
    for (const batch of batchesOf(run, ids.modelId)) await calls.logBatch(info.run_id, batch);
    requireAll(http, run, await calls.run(info.run_id));
    await putFiles(http, calls, `${info.artifact_uri}/reports`, run.reports);
    return ids;
  });
}

/**
 * What `action` gives; where it breaks, the run and its model are marked as failed.
 * @param ids are read when it has broken
 */
export async function orFailed<T>(calls: RunCalls, ids: RunIds, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    // What broke counts. That the marks could not be made either, most often for the same reason, adds nothing.
    await Promise.allSettled([
      calls.endRun(ids.runId, 'FAILED', Date.now()),
      ...(ids.modelId === '' ? [] : [calls.endLoggedModel(ids.modelId, 'LOGGED_MODEL_UPLOAD_FAILED')]),
    ]);
    throw error;
  }
}

/** What MLflow's own pages show as the source of a run. */
function sourceTags(tags: TrainingRun['tags']): Entry[] {
  const [commit] = /^[0-9a-f]{40}/.exec(tags['git_commit'] ?? '') ?? [];
  return entries({
    'mlflow.source.type': 'LOCAL',
    'mlflow.source.name': 'food-delivery-time',
    ...(commit !== undefined && { 'mlflow.source.git.commit': commit }),
  });
}

/** Everything, in parts that MLflow takes. */
function batchesOf(run: TrainingRun, modelId: string): Batch[] {
  const timestamp = run.startedAt.getTime();
  const metrics = Object.entries(run.metrics).map(
    ([key, value]): Metric => ({ key, value, timestamp, step: 0, ...(modelId !== '' && { model_id: modelId }) }),
  );
  const batches: Batch[] = [];
  const rest = { params: entries(run.params), metrics, tags: entries(run.tags) };
  while (rest.params.length + rest.metrics.length + rest.tags.length > 0) {
    const params = rest.params.splice(0, BATCH_MAX_PARAMS);
    const tags = rest.tags.splice(0, BATCH_MAX_TAGS);
    const room = Math.min(BATCH_MAX_METRICS, BATCH_MAX_ITEMS - params.length - tags.length);
    batches.push({ params, tags, metrics: rest.metrics.splice(0, room) });
  }
  return batches;
}

/** @throws RegistryError `write_lost` naming what the run does not have as it was sent */
function requireAll(http: MlflowHttp, sent: TrainingRun, { info, data }: Run): void {
  const table = (found: readonly { key: string; value?: string | number }[] | undefined) =>
    new Map(found?.map(({ key, value }) => [key, value ?? '']));
  const metrics = table(data?.metrics);
  const lost = [
    ...missing('parameter', entries(sent.params), table(data?.params)),
    ...missing('tag', entries(sent.tags), table(data?.tags)),
    ...Object.entries(sent.metrics).flatMap(([key, value]) =>
      Number(metrics.get(key)) === value ? [] : [`metric '${key}'`],
    ),
  ];
  if (lost.length === 0) return;
  throw new RegistryError(
    'write_lost',
    `MLflow at ${http.connection.base} took the run ${info.run_id} and does not have as it was sent: ${lost.join(', ')}.`,
  );
}

function missing(what: string, sent: readonly Entry[], found: ReadonlyMap<string, string | number>): string[] {
  return sent.flatMap(({ key, value }) => (found.get(key) === value ? [] : [`${what} '${key}'`]));
}

/** Puts the files, by their paths, under their own names into the folder that the URI of MLflow names. */
export async function putFiles(
  http: MlflowHttp,
  calls: RunCalls,
  uri: string,
  files: readonly string[],
): Promise<void> {
  const folder = files.length === 0 ? undefined : await folderAt(http, calls, uri);
  for (const path of files) await folder?.putAll(dirname(path), new Map([[basename(path), await sha256(path)]]));
}
