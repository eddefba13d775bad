/**
 * What one row costs in ONNX Runtime when 32 are run together, with the options of the server's workers and nothing
 * around it: no server can answer with this model for less.
 *
 * `node dist/bench/references/onnx-row.js MODEL.onnx SECONDS` says it in a line of JSON, in microseconds of processor time.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';

const ROWS = 32;
/** Batches that are run in turn, so that no single one is learned by heart by the processor's branch predictor. */
const BATCHES = 64;
const WARM_UP_RUNS = 200;
const RUNS_BETWEEN_LOOKS = 50;

const [, , file = '', seconds = '1'] = process.argv;
const session = await InferenceSession.create(file, {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  enableCpuMemArena: false,
  logSeverityLevel: 3,
});
const [input] = session.inputMetadata;
const columns = input?.isTensor ? Number(input.shape[1]) : 0;

/** From 0 to 40, over which most features of most orders lie, and one in twenty missing; the same at each run. */
let state = 1;
function anyFeature(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  const share = state / 2 ** 32;
  return share < 0.05 ? -1 : (share - 0.05) * 42;
}

const batches = Array.from({ length: BATCHES }, () => {
  const features = Float32Array.from({ length: ROWS * columns }, anyFeature);
  return { features: new Tensor('float32', features, [ROWS, columns]) };
});
const fetches = { minutes: new Tensor('float32', new Float32Array(ROWS), [ROWS, 1]) };

async function run(runs: number): Promise<void> {
  for (let at = 0; at < runs; at++) {
    const feeds = batches[at % BATCHES];
    if (feeds !== undefined) await session.run(feeds, fetches);
  }
}

await run(WARM_UP_RUNS);
const startedMs = performance.now();
const before = process.cpuUsage();
let runs = 0;
while (performance.now() - startedMs < Number(seconds) * 1_000) {
  await run(RUNS_BETWEEN_LOOKS);
  runs += RUNS_BETWEEN_LOOKS;
}
const { user, system } = process.cpuUsage(before);
process.stdout.write(`${JSON.stringify({ rows: runs * ROWS, microsecondsPerRow: (user + system) / (runs * ROWS) })}\n`);
