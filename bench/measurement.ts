/** One repetition: load on a server, with the processor time that it took meanwhile. */
import { readBatches, rowsPerBatch } from './batch-size.js';
import type { Figures } from './figures.js';
import type { LoadResult } from './load/load-result.js';
import { cpuSecondsOf, machineTime, residentBytesOf } from './processes/usage.js';

/** A server that is measured. */
export interface Subject {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
}

/** @param ordersEach orders that a request carries */
export async function measured(
  subject: Subject,
  load: (subject: Subject) => Promise<LoadResult>,
  ordersEach = 1,
): Promise<Figures> {
  const batchesBefore = await readBatches(subject.url);
  const machineBefore = machineTime();
  const ownBefore = process.cpuUsage();
  const before = cpuSecondsOf(subject.pid);
  const result = await load(subject);
  const cpuSeconds = cpuSecondsOf(subject.pid) - before;
  const machine = machineTime();
  const own = process.cpuUsage(ownBefore);
  const ownSeconds = (own.user + own.system) / 1_000_000;
  const busySeconds = machine.busySeconds - machineBefore.busySeconds;
  const othersSeconds = busySeconds - cpuSeconds - result.generatorCpuSeconds - ownSeconds;
  const rows = result.answered * ordersEach;
  const together = rowsPerBatch(batchesBefore, await readBatches(subject.url));
  return {
    ...result,
    rows,
    rowsPerSecond: result.requestsPerSecond * ordersEach,
    cpuUsPerRow: (cpuSeconds * 1_000_000) / (result.answeredInAll * ordersEach),
    machineOtherwise: Math.max(0, othersSeconds / (machine.seconds - machineBefore.seconds)),
    residentBytes: residentBytesOf(subject.pid),
    ...(together === undefined ? {} : { rowsPerBatch: together }),
  };
}
