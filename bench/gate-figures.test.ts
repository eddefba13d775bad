import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { trainedProject } from '../testing/trained-project.js';
import { copyOfTrained, foldersIn, runCommand } from '../training/fixtures/project.js';
import type { GateFigures } from './gate-figures.js';

const PROGRAM = 'bench/gate-figures.js';
const VERSION = 'models:/FoodDeliveryTimeModel/1';
const PLACES = {
  Restaurant_latitude: 30.327968,
  Restaurant_longitude: 78.046106,
  Delivery_location_latitude: 30.397968,
  Delivery_location_longitude: 78.116106,
};

const argsFor = (file: string) => ['--model-uri', VERSION, '--orders', file, '--requests-per-second', '300'];

t.test('a version is asked at the rate wanted, and what came of it is told in one line of JSON', async (t) => {
  // Every other order lacks its places, which is refused.
  const orders = Array.from({ length: 100 }, (_, at) =>
    at % 2 === 0 ? { ...PLACES, Delivery_person_Age: 20 + at } : {},
  );
  const folder = t.testdir({ 'orders.ndjson': orders.map((order) => JSON.stringify(order)).join('\n') });
  const { code, stdout, stderr } = await runCommand(
    PROGRAM,
    argsFor(join(folder, 'orders.ndjson')),
    await trainedProject(),
  );
  t.same({ code, stderr }, { code: 0, stderr: '' });
  t.equal(stdout.indexOf('\n'), stdout.length - 1, 'one line');
  const figures: GateFigures = JSON.parse(stdout);
  t.match(figures, { at_requests_per_second: 300, errors: 0, unsent: 0 });
  t.equal(Math.round(figures.requests / 10), Math.round(figures.refused / 10), 'every other one was refused');
  const { avg_latency_ms: average, p50_latency_ms: p50, p99_latency_ms: p99, max_latency_ms: max } = figures;
  t.ok(0 < p50 && p50 <= p99 && p99 <= max && 0 < average && average <= max, stdout);
  t.ok(
    figures.cpu_ratio_to_bare > 1,
    `${figures.cpu_ratio_to_bare} times the processor time of a server that only parses`,
  );
});

t.test('a version whose file is corrupted is not served, and the file is named', async (t) => {
  const folder = t.testdir({ 'orders.ndjson': JSON.stringify(PLACES) });
  const folders = await copyOfTrained(folder);
  const file = join(folders.registryDir, 'FoodDeliveryTimeModel', 'versions', '1', 'files', 'model.onnx');
  const bytes = readFileSync(file);
  bytes[1_000] = (bytes[1_000] ?? 0) ^ 1;
  rmSync(file);
  writeFileSync(file, bytes);
  const args = argsFor(join(folder, 'orders.ndjson'));
  const { code, stdout, stderr } = await runCommand(PROGRAM, args, folders);
  t.same({ code, stdout }, { code: 1, stdout: '' });
  t.match(stderr, /^The server does not serve: .*model\.onnx is not what SHA256SUMS says: .*\n$/);
});

t.test('a bench that is given no orders to send ends with exit code 2', async (t) => {
  const folder = t.testdir({ 'empty.ndjson': '\n' });
  const args = argsFor(join(folder, 'empty.ndjson'));
  const { code, stdout, stderr } = await runCommand(PROGRAM, args, foldersIn(folder));
  t.same({ code, stdout }, { code: 2, stdout: '' });
  t.match(stderr, /empty\.ndjson has no orders\.\nUsage: /);
});
