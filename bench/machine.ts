/** What a run ran on, and what the machine was busy with before it began. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { closedLoopGenerator } from './load/closed-loop.js';
import type { Point } from './points.js';
import { machineTime } from './processes/usage.js';
import { percent } from './table.js';

/** Seen from `dist/bench/`. */
const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
/** Packages that the figures depend on. */
const PACKAGES = ['uWebSockets.js', 'piscina', 'onnxruntime-node', 'typebox'];
const LOOK_MS = 1_000;
/** What others may use of the processors before it is told. */
const OTHERS_LIMIT = 0.1;

/** What a run ran on. Figures of two machines are not to be compared, ratios with care. */
export interface Machine {
  readonly processor: string;
  /** Those that this process may use. */
  readonly cores: number;
  /** Of the whole machine, in 2^30 bytes. */
  readonly memoryGb: number;
  readonly kernel: string;
  /** Over the last minute, before the run. */
  readonly load: number;
  /** Share of all processors in use just before the run, 0 to 1. */
  readonly busyBefore: number;
}

/** What was measured, and by what. */
export interface Versions {
  readonly node: string;
  /** Null where this is no checkout. */
  readonly commit: string | null;
  /** The version that is measured. */
  readonly model: number;
  /** Of closed-loop load. */
  readonly generator: string;
  /** Package → version, of those that the figures depend on. */
  readonly packages: Readonly<Record<string, string>>;
}

/** Takes a second, over which it looks at how busy the machine is. */
export async function describeMachine(): Promise<Machine> {
  const before = machineTime();
  await pause(LOOK_MS);
  const after = machineTime();
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    load: loadavg()[0] ?? Number.NaN,
    busyBefore: (after.busySeconds - before.busySeconds) / (after.seconds - before.seconds),
  };
}

/**
 * The commit is what git says of the checkout, the packages what package.json pins.
 * @param model the version that is served
 */
export async function describeVersions(model: number): Promise<Versions> {
  const { dependencies } = JSON.parse(await readFile(`${PROJECT}package.json`, 'utf8')) as {
    dependencies: Readonly<Record<string, string>>;
  };
  const packages = PACKAGES.map((name) => [name, dependencies[name]?.replace(/^.*@/, '') ?? 'unknown']);
  return {
    node: process.versions.node,
    commit: await commitOf(PROJECT),
    model,
    generator: closedLoopGenerator(),
    packages: Object.fromEntries(packages),
  };
}

async function commitOf(folder: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['describe', '--always', '--dirty'], { cwd: folder });
    return stdout.trim();
  } catch {
    // No checkout, or no git: the report does without.
    return null;
  }
}

/** Says of a scenario that others had so much of the machine that its figures, and somewhat its ratios, are doubtful. */
export function busyNotes(points: readonly Point[]): string[] {
  const shares = points.flatMap(({ figures }) => Object.values(figures).map((each) => each.machineOtherwise));
  const most = Math.max(0, ...shares);
  return most > OTHERS_LIMIT
    ? [`Others used up to ${percent(most)} of the machine: run it again when it is quiet.`]
    : [];
}

/** One line for people, without a full stop. */
export function formatMachine(machine: Machine): string {
  const { processor, cores, memoryGb, kernel, load, busyBefore } = machine;
  return (
    `${cores} cores of ${processor}, ${memoryGb} GB, Linux ${kernel}; ` +
    `${percent(busyBefore)} busy before the run, load ${load.toFixed(2)}`
  );
}

/** One line for people, without a full stop. */
export function formatVersions({ node, commit, model, generator, packages }: Versions): string {
  const listed = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return `model version ${model}, commit ${commit ?? 'unknown'}, Node ${node}, ${listed.join(', ')}; load by ${generator}`;
}
