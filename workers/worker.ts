/**
 * A worker of the pool: loads the model, checks its golden rows, then answers batches until it is dismissed.
 * It holds one model for life. Piscina awaits the default export before it calls what that gives, so that a worker that
 * takes over for a dead one is checked as the first were. That call lasts as long as the worker: batches come by the
 * queue, on which it sleeps.
 *
 * A worker that is to end ends itself, here, where it is in no native call: ONNX Runtime aborts the whole process when
 * its thread is terminated during one.
 *
 * What it imports is loaded anew for each worker, and so is little: a version that is to be served waits for it.
 */
// Node gives `workerData` as any. type-coverage:ignore-next-line
import { parentPort, threadId, workerData } from 'node:worker_threads';
import { BatchQueue } from './batch-queue.js';
import { checkGoldenRows } from './golden-check.js';
import type { BatchTask, WorkerReport, WorkerStart } from './protocol.js';
import { ModelSession } from './session.js';
import { SlotMemory } from './slot-memory.js';

async function initialise(start: WorkerStart): Promise<() => Promise<never>> {
  const memory = new SlotMemory(start.layout, start.memory);
  const queue = new BatchQueue(start.queue);
  const { columns, maxRows } = start.layout;
  const session = await ModelSession.load(new Uint8Array(start.onnx), columns, maxRows);
  await checkGoldenRows(session, start.golden, maxRows);
  await session.warmUp();
  return async () => {
    for (let batch = queue.take(); batch !== undefined; batch = queue.take()) {
      await predict(memory, session, batch);
      queue.done();
    }
    await session.release();
    process.exit(0);
  };
}

async function predict(memory: SlotMemory, session: ModelSession, { slot, ticket, rows }: BatchTask): Promise<void> {
  // A batch that was taken back while it waited is not ours to touch.
  if (!memory.claim(slot, ticket, threadId)) return;
  try {
    await session.run(memory.featuresOf(slot), rows, memory.minutesOf(slot));
  } catch (error) {
    report({ kind: 'failed', slot, ticket, reason: describe(error) });
    process.exit(1);
  }
  // Given up: this thread's exit is the sign that nothing is written into the slot any more.
  if (!memory.finish(slot, threadId)) process.exit(1);
}

function report(message: WorkerReport): void {
  parentPort?.postMessage(message);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export default initialise(workerData as WorkerStart).then(
  (serve) => {
    report({ kind: 'ready', threadId });
    return serve;
  },
  (error: unknown) => {
    report({ kind: 'refused', threadId, reason: describe(error) });
    process.exit(1);
  },
);
