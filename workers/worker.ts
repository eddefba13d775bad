/**
 * A worker of the pool: loads the model, checks its golden rows, then answers batches.
 * It holds one model for life. Piscina awaits the default export before it hands out work, so that a worker that
 * takes over for a dead one is checked as the first were.
 *
 * A worker that is to end ends itself, here, where it is in no native call: ONNX Runtime aborts the whole process when
 * its thread is terminated during one.
 *
 * What it imports is loaded anew for each worker, and so is little: a version that is to be served waits for it.
 */
// Node gives `workerData` as any. type-coverage:ignore-next-line
import { parentPort, threadId, workerData } from 'node:worker_threads';
import { checkGoldenRows } from './golden-check.js';
import type { BatchOutcome, BatchTask, LeaveTask, WorkerReport, WorkerStart } from './protocol.js';
import { ModelSession } from './session.js';
import { SlotMemory } from './slot-memory.js';

type Work = (task: BatchTask | LeaveTask) => Promise<BatchOutcome>;

async function initialise(start: WorkerStart): Promise<Work> {
  const memory = new SlotMemory(start.layout, start.memory);
  const { columns, maxRows } = start.layout;
  // ONNX Runtime reads the graph from memory of this thread only.
  const onnx = new Uint8Array(start.onnx).slice();
  const session = await ModelSession.load(onnx, columns, maxRows);
  await checkGoldenRows(session, start.golden, maxRows);
  await session.warmUp();

  // The session's tensors are used again for every batch, so batches in hand wait for one another.
  let turn: Promise<unknown> = Promise.resolve();
  return (task) => {
    const outcome = turn.then(() => ('leave' in task ? leave(session) : predict(memory, session, task)));
    turn = outcome;
    return outcome;
  };
}

async function predict(memory: SlotMemory, session: ModelSession, task: BatchTask): Promise<BatchOutcome> {
  const features = memory.features[task.slot];
  const minutes = memory.minutes[task.slot];
  if (features === undefined || minutes === undefined) return `there is no slot ${task.slot}`;
  // A batch that was taken back while it waited here is not ours to touch.
  if (!memory.claim(task.slot, task.ticket, threadId)) return 'the batch was taken back';
  try {
    await session.run(features, task.rows, minutes);
  } catch (error) {
    report({ kind: 'failed', slot: task.slot, ticket: task.ticket, reason: describe(error) });
    process.exit(1);
  }
  // Given up: this thread's exit is the sign that nothing is written into the slot any more.
  if (!memory.finish(task.slot, threadId)) process.exit(1);
  return null;
}

async function leave(session: ModelSession): Promise<never> {
  await session.release();
  process.exit(0);
}

function report(message: WorkerReport): void {
  parentPort?.postMessage(message);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export default initialise(workerData as WorkerStart).then(
  (work) => {
    report({ kind: 'ready', threadId });
    return work;
  },
  (error: unknown) => {
    report({ kind: 'refused', reason: describe(error) });
    process.exit(1);
  },
);
