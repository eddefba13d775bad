import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { trainedProject } from '../testing/trained-project.js';
import { copyOfTrained, foldersIn, runCommand } from '../training/fixtures/project.js';
import type { LatencyReport } from './latency-report.js';

const PROGRAM = 'bench/latency.js';
const VERSION = 'models:/FoodDeliveryTimeModel/1';
const PLACES = {
  Restaurant_latitude: 30.327968,
  Restaurant_longitude: 78.046106,
  Delivery_location_latitude: 30.397968,
  Delivery_location_longitude: 78.116106,
};

t.test('a second of requests to a real server is reported on in one line of JSON', async (t) => {
  // Every other order lacks its places, which is refused.
  const orders = Array.from({ length: 100 }, (_, at) =>
    at % 2 === 0 ? { ...PLACES, Delivery_person_Age: 20 + at } : {},
  );
  const folder = t.testdir({ 'orders.ndjson': orders.map((order) => JSON.stringify(order)).join('\n') });
  const args = [
    '--model-uri',
    VERSION,
    '--orders',
    join(folder, 'orders.ndjson'),
    '--seconds',
    '1',
    '--connections',
    '2',
  ];
  const { code, stdout, stderr } = await runCommand(PROGRAM, args, await trainedProject());
  t.same({ code, stderr }, { code: 0, stderr: '' });
  t.equal(stdout.indexOf('\n'), stdout.length - 1, 'one line');
  const report: LatencyReport = JSON.parse(stdout);
  t.match(report, { connections: 2, errors: 0 });
  t.ok(report.requests > 20, `${report.requests} requests were answered`);
  const share = report.refused / (report.refused + report.requests);
  t.ok(share > 0.4 && share < 0.6, `${report.refused} were refused`);
  const perSecond = report.requests_per_second / report.requests;
  t.ok(perSecond > 0.5 && perSecond < 1.5, `${report.requests_per_second} a second`);
  const { avg_latency_ms: average, p50_latency_ms: p50, p99_latency_ms: p99, max_latency_ms: max } = report;
  t.ok(0 < p50 && p50 <= p99 && p99 <= max && 0 < average && average <= max, stdout);
});

t.test('a version whose file is corrupted is not served, and the file is named', async (t) => {
  const folder = t.testdir({ 'orders.ndjson': JSON.stringify(PLACES) });
  const folders = await copyOfTrained(folder);
  const file = join(folders.registryDir, 'FoodDeliveryTimeModel', 'versions', '1', 'files', 'model.onnx');
  const bytes = readFileSync(file);
  bytes[1_000] = (bytes[1_000] ?? 0) ^ 1;
  rmSync(file);
  writeFileSync(file, bytes);
  const args = ['--model-uri', VERSION, '--orders', join(folder, 'orders.ndjson')];
  const { code, stdout, stderr } = await runCommand(PROGRAM, args, folders);
  t.same({ code, stdout }, { code: 1, stdout: '' });
  t.match(stderr, /^The server does not serve: .*model\.onnx is not what SHA256SUMS says: .*\n$/);
});

t.test('a bench that is given no orders to send ends with exit code 2', async (t) => {
  const folder = t.testdir({ 'empty.ndjson': '\n' });
  const args = ['--model-uri', VERSION, '--orders', join(folder, 'empty.ndjson')];
  const { code, stdout, stderr } = await runCommand(PROGRAM, args, foldersIn(folder));
  t.same({ code, stdout }, { code: 2, stdout: '' });
  t.match(stderr, /empty\.ndjson has no orders\.\nUsage: /);
});
