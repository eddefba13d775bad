/** The queue by itself, and with threads that take from it at once. */
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { BatchQueue } from './batch-queue.js';

const PLACES = 1_024;
const batch = (ticket: number) => ({ slot: ticket % 7, ticket, rows: 1 + (ticket % 3) });

t.test('batches are taken in the sequence in which they were put, however many there were before', async (t) => {
  const queue = new BatchQueue();
  const worker = new BatchQueue(queue.buffer);
  for (let ticket = 1; ticket <= 3 * PLACES; ticket++) {
    t.ok(queue.put(batch(ticket)));
    t.ok(queue.put(batch(-ticket)));
    t.strictSame([worker.take(), worker.take()], [batch(ticket), batch(-ticket)]);
  }
});

t.test('counts that overflow are counted on', async (t) => {
  const queue = new BatchQueue();
  // What was put and what was taken, as after so many batches.
  const words = new Int32Array(queue.buffer);
  words[0] = words[16] = 2 ** 31 - 2;
  for (let ticket = 1; ticket <= PLACES; ticket++) t.ok(queue.put(batch(ticket)));
  t.notOk(queue.put(batch(0)));
  for (let ticket = 1; ticket <= PLACES; ticket++) t.strictSame(queue.take(), batch(ticket));
});

t.test('where nobody takes, no batch is put over another', async (t) => {
  const queue = new BatchQueue();
  for (let ticket = 1; ticket <= PLACES; ticket++) t.ok(queue.put(batch(ticket)));
  t.notOk(queue.put(batch(PLACES + 1)));
  t.strictSame(queue.take(), batch(1));
  t.ok(queue.put(batch(PLACES + 1)));
  t.notOk(queue.put(batch(PLACES + 2)));
});

t.test('who is dismissed takes nothing more, and who watches is told no more', async (t) => {
  const queue = new BatchQueue();
  let told = 0;
  const watch = queue.watch(() => {
    told += 1;
  });
  queue.done();
  while (told === 0) await new Promise(setImmediate);
  queue.put(batch(1));
  queue.dismiss();
  t.equal(queue.take(), undefined);
  await watch;
});

t.test('each batch is taken by one of several threads, which sleep meanwhile and leave when dismissed', async (t) => {
  const [threads, batches] = [3, 20_000];
  const queue = new BatchQueue();
  const taken = new Int32Array(new SharedArrayBuffer(batches * 4));
  const workers = Array.from(
    { length: threads },
    () =>
      new Worker(new URL('./fixtures/taking-worker.js', import.meta.url), {
        workerData: { queue: queue.buffer, taken },
      }),
  );
  const exits = workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
  let wakes = 0;
  const allDone = new Promise<void>((resolve) => {
    void queue.watch(() => {
      wakes += 1;
      if (taken.every((times) => times > 0)) resolve();
    });
  });
  for (let ticket = 0; ticket < batches; ) {
    if (queue.put({ slot: 0, ticket, rows: 1 })) ticket += 1;
    else await new Promise(setImmediate);
  }
  await allDone;
  queue.dismiss();
  t.strictSame(await Promise.all(exits), [0, 0, 0]);
  t.ok(taken.every((times) => times === 1));
  t.ok(wakes > 0 && wakes <= batches);
});
