/** What MLflow keeps of a run, read from a real tracking server, and what it loses with a good face. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { faultyRegistry, mlflowRegistry, trainingRun } from '../fixtures/implementations.js';

const many = <T>(length: number, make: (at: number) => T): Record<string, T> =>
  Object.fromEntries(Array.from({ length }, (_, at) => [`key ${at}`, make(at)]));

async function runOf(trackingUri: string, runId: string) {
  const response = await fetch(`${trackingUri}/api/2.0/mlflow/runs/get?run_id=${runId}`);
  return JSON.parse(await response.text()).run;
}

t.test('more than one batch holds arrives whole', async (t) => {
  const { registry, model, trackingUri } = await mlflowRegistry(t);
  const run = trainingRun({
    params: many(230, (at) => (at === 7 ? 'p'.repeat(6_000) : String(at))),
    metrics: many(1_050, (at) => at / 3),
    tags: many(110, (at) => (at === 7 ? 't'.repeat(8_000) : '')),
  });
  const { runId } = await registry.logRun(model, run);
  const { info, data } = await runOf(trackingUri, runId);
  t.equal(data.params.length, 230);
  t.equal(data.metrics.length, 1_050);
  t.equal(info.start_time, run.startedAt.getTime());
  t.equal(info.run_name, '2026-11-23 18:54:02');
});

t.test('the commit and the experiment stand where MLflow shows them', async (t) => {
  const { registry, model, trackingUri } = await mlflowRegistry(t, { experiment: 'deliveries of May' });
  const commit = '0f343d1'.padEnd(40, '0');
  const { runId } = await registry.logRun(model, trainingRun({ tags: { git_commit: `${commit}-dirty` } }));
  const { info, data } = await runOf(trackingUri, runId);
  const shown = data.tags.find(({ key }: { key: string }) => key === 'mlflow.source.git.commit');
  t.equal(shown?.value, commit);
  const named = await fetch(
    `${trackingUri}/api/2.0/mlflow/experiments/get-by-name?experiment_name=${encodeURIComponent('deliveries of May')}`,
  );
  t.equal(JSON.parse(await named.text()).experiment.experiment_id, info.experiment_id);
});

t.test('what MLflow answers 200 to and does not keep is told', async (t) => {
  const { registry, proxy, model } = await faultyRegistry(t);
  proxy.fault = ({ url }) =>
    url.endsWith('/runs/log-batch') ? { kind: 'answer', status: 200, body: '{}' } : undefined;
  const run = trainingRun({ params: { depth: '8' }, metrics: { mae: 2.9 }, tags: { data: 'sample' } });
  const message = /does not have as it was sent: parameter 'depth', tag 'data', metric 'mae'\.$/;
  await t.rejects(registry.logRun(model, run), { code: 'write_lost', message });
});

t.test('an experiment that was deleted is told with the variable to set', async (t) => {
  const { registry, model, trackingUri } = await mlflowRegistry(t);
  await registry.logRun(model, trainingRun());
  const api = `${trackingUri}/api/2.0/mlflow/experiments`;
  const { experiment } = JSON.parse(await (await fetch(`${api}/get-by-name?experiment_name=${model}`)).text());
  const body = JSON.stringify({ experiment_id: experiment.experiment_id });
  await fetch(`${api}/delete`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const message = /was deleted: restore it, or set MLFLOW_EXPERIMENT_NAME/;
  await t.rejects(registry.logRun(model, trainingRun()), { code: 'registry_failed', message });
});

t.test('a report that does not arrive ends the run as failed', async (t) => {
  const { registry, proxy, model, trackingUri } = await faultyRegistry(t);
  const report = join(t.testdirName, 'evaluation.json');
  writeFileSync(report, '{"mae":2.9}');
  let runId = '';
  proxy.fault = ({ url }) => {
    runId ||= /runs\/get\?run_id=([0-9a-f]+)/.exec(url)?.[1] ?? '';
    return url.endsWith('/reports/evaluation.json') ? { kind: 'reset' } : undefined;
  };
  await t.rejects(registry.logRun(model, trainingRun({ reports: [report] })), { code: 'registry_unreachable' });
  t.equal((await runOf(trackingUri, runId)).info.status, 'FAILED');
});
