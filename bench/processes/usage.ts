/**
 * Processor time and memory as Linux counts them, from `/proc`: of a process with all its threads and the processes it has started,
 * and of the whole machine. It is the same clock for every server that is measured, whatever that tells of itself.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Ticks a second in `/proc`, which is fixed for programs whatever the kernel's own is (`USER_HZ`). */
const TICKS_PER_SECOND = 100;

/** Fields of `/proc/PID/stat`, counted from the one after the name, which may hold spaces and brackets. */
const PARENT = 1;
const USER_TIME = 11;
const SYSTEM_TIME = 12;

/** Seconds of processor time of the process and of those that it started and that are still there. */
export function cpuSecondsOf(pid: number): number {
  return familyOf(pid).reduce((sum, member) => sum + secondsIn(`/proc/${member}/stat`), 0);
}

/** Bytes of memory that are resident for them, shared pages counted for each. */
export function residentBytesOf(pid: number): number {
  return familyOf(pid).reduce((sum, member) => sum + residentBytesIn(`/proc/${member}/status`), 0);
}

/** Seconds of processor time by thread of the process; empty once it has ended. */
export function threadSecondsOf(pid: number): Map<string, number> {
  const threads = unlessEnded(() => readdirSync(`/proc/${pid}/task`), []);
  return new Map(threads.map((thread) => [thread, secondsIn(`/proc/${pid}/task/${thread}/stat`)]));
}

/** What all cores did since the machine was started; what counts is the difference of two readings. */
export interface MachineTime {
  /** Seconds in which programs ran, or others did on the same hardware, over all cores. */
  readonly busySeconds: number;
  /** Seconds of all cores, at work or not. */
  readonly seconds: number;
}

/** From the first line of `/proc/stat` (proc_stat(5)), to a hundredth of a second. */
export function machineTime(): MachineTime {
  const line = /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? '';
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softIrq = 0, stolen = 0] = line
    .split(' ')
    .map((ticks) => Number(ticks) / TICKS_PER_SECOND);
  // Interrupts are nobody's: of the loopback's packets they are work of the very load that is measured.
  const busySeconds = user + nice + system + stolen;
  return { busySeconds, seconds: busySeconds + idle + wait + irq + softIrq };
}

function familyOf(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: Number(statOf(`/proc/${name}/stat`)[PARENT]) }));
  const family = [pid];
  // Grows while it is gone through: the children of children come last.
  for (const member of family) {
    family.push(...parents.filter(({ parent }) => parent === member).map((child) => child.pid));
  }
  return family;
}

function secondsIn(file: string): number {
  const fields = statOf(file);
  return (Number(fields[USER_TIME] ?? 0) + Number(fields[SYSTEM_TIME] ?? 0)) / TICKS_PER_SECOND;
}

function residentBytesIn(file: string): number {
  const text = unlessEnded(() => readFileSync(file, 'utf8'), '');
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1_024;
}

function statOf(file: string): string[] {
  const text = unlessEnded(() => readFileSync(file, 'utf8'), '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function unlessEnded<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ESRCH') return otherwise;
    throw error;
  }
}
