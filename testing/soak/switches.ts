/**
 * What switching costs those who ask meanwhile: the real server under a steady load, its alias moved to and fro, and each
 * answer held against that of the version it names.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type ServerProcess, startServerProcess } from '../../bench/server-process.js';
import { MODEL_NAME } from '../../config/model-name.js';
import type { ModelRegistry } from '../../registry/model-registry.js';
import { copyRegistry } from '../copied-registry.js';
import { registerVariant } from '../variant.js';
import { SoakFailure } from './failure.js';
import { type Answer, type LoadReport, percentile, runLoad } from './paced-load.js';

export interface SwitchSoak {
  /** Alias moves under load, and then twice as many to versions that are not loaded. */
  readonly runs: number;
  readonly say: (line: string) => void;
}

/** A figure beside what is asked of it. */
interface Finding {
  readonly text: string;
  readonly isKept: boolean;
}

const CONNECTIONS = 64;
const MOVES_PER_ROUND = 20;
const MOVE_EVERY_MS = 200;
const BEST_MS = 4_000;
/** Of the most that the server answers; no more than the requests a second that are asked for. */
const SHARE_OF_BEST = 0.7;
const REQUESTS_PER_SECOND = 20_000;
const REQUESTS_BESIDE_LOADS = 1_000;
/** Loads before memory is first looked at. */
const FIRST_LOADS = 10;

const MOST = { p99Ratio: 2, localSwitchMs: 1_000, warmSwitchMs: 100, memoryRatio: 1.1 };

/** @throws SoakFailure with every figure that is not as it is to be */
export async function soakSwitches({ runs, say }: SwitchSoak): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'food-delivery-time-soak-'));
  try {
    const complaints = await findings(folder, runs, say);
    if (complaints.length > 0) throw new SoakFailure(`Not as it is to be:\n${complaints.join('\n')}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function findings(folder: string, runs: number, say: (line: string) => void): Promise<string[]> {
  const copy = await copyRegistry(join(folder, 'registry'));
  const other = await registerVariant(copy, join(folder, 'variant'));
  const settings = { REGISTRY_DIR: copy.folder, CACHE_DIR: join(folder, 'cache') };
  const found: Finding[] = [];
  const find = (text: string, isKept: boolean): void => {
    found.push({ text, isKept });
    say(`${isKept ? 'ok ' : 'NOT'}  ${text}`);
  };
  say(`without a model the process holds ${await memoryWithout(folder)} MB`);
  const server = await startServerProcess(settings);
  try {
    say(`with one version ${await residentMegabytes(server.pid)} MB`);
    const orders = await ordersOf(await copy.files(1));
    const under = new UnderLoad(server, copy.registry, await acceptedBy(server.url, orders));
    await under.learn([1, other]);
    say(`with the one before it kept as well ${await residentMegabytes(server.pid)} MB`);
    await measureSwitching(under, [1, other], runs, find);
    await measureLoading(under, [1, other, 2], 2 * runs, find);
  } finally {
    await server.stop();
  }
  return found.flatMap(({ text, isKept }) => (isKept ? [] : [text]));
}

/** The server with what its versions answer, and who asks it. */
class UnderLoad {
  readonly #server: ServerProcess;
  readonly #registry: ModelRegistry;
  readonly #orders: readonly string[];
  /** What each version answers to each order. */
  readonly #truth = new Map<string, readonly string[]>();
  readonly #failures = new Map<string, number>();
  /** Told of the version of each answer. */
  #onVersion: ((version: string) => void) | undefined;
  answers = 0;
  wrong = 0;

  constructor(server: ServerProcess, registry: ModelRegistry, orders: readonly string[]) {
    this.#server = server;
    this.#registry = registry;
    this.#orders = orders;
  }

  get pid(): number {
    return this.#server.pid;
  }

  /** Statuses other than 200, with how many there were. */
  get failures(): string {
    return [...this.#failures].map(([status, count]) => `${count} x ${status}`).join(', ') || 'none';
  }

  /** Has each version answer each order, when nobody else asks. */
  async learn(versions: readonly number[]): Promise<void> {
    for (const version of versions) {
      await this.#registry.setAlias(MODEL_NAME, 'production', version);
      await this.#served(version);
      const bodies: string[] = [];
      for (const order of this.#orders) bodies.push((await this.#ask(order)).body);
      this.#truth.set(String(version), bodies);
    }
  }

  /** @param requestsPerSecond undefined for as many as are answered */
  load(until: Promise<unknown>, requestsPerSecond?: number): Promise<LoadReport> {
    return runLoad({
      url: this.#server.url,
      orders: this.#orders,
      connections: CONNECTIONS,
      until,
      ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
      onAnswer: (answer, order) => this.#judge(answer, order),
    });
  }

  /**
   * Moves the alias while somebody asks.
   * @returns milliseconds from before the move to the first answer of the version
   */
  async move(version: number): Promise<number> {
    const begin = performance.now();
    const seen = new Promise<number>((resolve) => {
      this.#onVersion = (name) => {
        if (name === String(version)) resolve(performance.now() - begin);
      };
    });
    await this.#registry.setAlias(MODEL_NAME, 'production', version);
    const tookMs = await seen;
    this.#onVersion = undefined;
    return tookMs;
  }

  /** How long the last switches took, from the look that found the alias moved. */
  async lastSwitchesMs(): Promise<readonly number[]> {
    const info: unknown = await (await fetch(`${this.#server.url}/model-info`)).json();
    const { switches } = info as { readonly switches: readonly { readonly took_ms: number }[] };
    return switches.map((one) => one.took_ms);
  }

  #judge({ status, version, body }: Answer, order: number): void {
    this.answers += 1;
    if (status !== 200) this.#failures.set(String(status), (this.#failures.get(String(status)) ?? 0) + 1);
    else if (this.#truth.get(version)?.[order] !== body && this.#truth.has(version)) this.wrong += 1;
    this.#onVersion?.(version);
  }

  async #served(version: number): Promise<void> {
    while ((await this.#ask(this.#orders[0] ?? '')).version !== String(version)) await pause(5);
  }

  async #ask(order: string): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${this.#server.url}/predict`, { method: 'POST', headers, body: order });
    const version = response.headers.get('x-model-version') ?? '';
    return { status: response.status, version, body: await response.text() };
  }
}

async function measureSwitching(
  under: UnderLoad,
  [one, other]: readonly [number, number],
  moves: number,
  find: (text: string, isKept: boolean) => void,
): Promise<void> {
  await under.load(pause(BEST_MS));
  const best = (await under.load(pause(BEST_MS))).answersPerSecond;
  const rate = Math.min(REQUESTS_PER_SECOND, Math.round(best * SHARE_OF_BEST));
  const steady: LoadReport[] = [];
  const switching: LoadReport[] = [];
  const tookMs: number[] = [];
  for (let moved = 0; moved < moves; moved += MOVES_PER_ROUND) {
    steady.push(await under.load(pause(MOVES_PER_ROUND * MOVE_EVERY_MS), rate));
    const moving = (async () => {
      for (let turn = 0; turn < Math.min(MOVES_PER_ROUND, moves - moved); turn++) {
        await pause(MOVE_EVERY_MS);
        tookMs.push(await under.move(turn % 2 === 0 ? one : other));
      }
    })();
    switching.push(await under.load(moving, rate));
    await moving;
  }
  const [without, during] = [p99Of(steady), p99Of(switching)];
  const broken = [...steady, ...switching].reduce((sum, load) => sum + load.broken, 0);
  find(
    `${tookMs.length} moves at ${rate} requests a second (of ${Math.round(best)} at most), ${under.answers} answers: ` +
      `failed ${under.failures}, connections lost ${broken}, not that of the version named ${under.wrong}`,
    under.failures === 'none' && broken === 0 && under.wrong === 0,
  );
  const ratio = during / without;
  find(
    `p99 ${during.toFixed(2)} ms with switches, ${without.toFixed(2)} ms without: ${ratio.toFixed(2)} times, at most ${MOST.p99Ratio}`,
    ratio <= MOST.p99Ratio,
  );
  const { median, largest } = summaryOf(tookMs);
  const afterNotice = Math.max(...(await under.lastSwitchesMs()));
  find(
    `back to a version kept loaded: at most ${afterNotice} ms of ${MOST.warmSwitchMs} after the notice; from the move to ` +
      `its first answer median ${median} ms, at most ${largest} ms of ${MOST.localSwitchMs}`,
    afterNotice <= MOST.warmSwitchMs && largest <= MOST.localSwitchMs,
  );
}

/** Round a ring of three versions, so that the next is never loaded. */
async function measureLoading(
  under: UnderLoad,
  ring: readonly number[],
  loads: number,
  find: (text: string, isKept: boolean) => void,
): Promise<void> {
  const tookMs: number[] = [];
  let firstMegabytes = 0;
  const moving = (async () => {
    for (let turn = 0; turn < loads; turn++) {
      tookMs.push(await under.move(ring[(turn + 2) % ring.length] ?? 1));
      if (turn + 1 === FIRST_LOADS) firstMegabytes = await residentMegabytes(under.pid);
    }
  })();
  await under.load(moving, REQUESTS_BESIDE_LOADS);
  await moving;
  const { median, largest } = summaryOf(tookMs);
  find(
    `from the move to the first answer of a version not loaded: median ${median} ms, at most ${largest} ms of ${MOST.localSwitchMs}`,
    largest <= MOST.localSwitchMs,
  );
  if (loads <= FIRST_LOADS) return;
  const lastMegabytes = await residentMegabytes(under.pid);
  find(
    `resident after ${FIRST_LOADS} loads ${firstMegabytes} MB, after ${loads} ${lastMegabytes} MB; ` +
      `failed ${under.failures}, wrong ${under.wrong}`,
    lastMegabytes <= firstMegabytes * MOST.memoryRatio && under.failures === 'none' && under.wrong === 0,
  );
}

function p99Of(loads: readonly LoadReport[]): number {
  return percentile(Float64Array.from(loads.flatMap(({ latenciesMs }) => [...latenciesMs])).sort(), 0.99);
}

function summaryOf(values: readonly number[]): { readonly median: number; readonly largest: number } {
  const sorted = Float64Array.from(values).sort();
  return { median: Math.round(percentile(sorted, 0.5)), largest: Math.round(percentile(sorted, 1)) };
}

/** Of a server that finds no registry. */
async function memoryWithout(folder: string): Promise<number> {
  const settings = { REGISTRY_DIR: join(folder, 'none'), CACHE_DIR: join(folder, 'no-cache') };
  const server = await startServerProcess(settings, { until: 'listening' });
  const megabytes = await residentMegabytes(server.pid);
  await server.stop();
  return megabytes;
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
}

/** Golden rows may hold what training accepts and a request may not. */
async function acceptedBy(url: string, orders: readonly string[]): Promise<string[]> {
  const headers = { 'content-type': 'application/json' };
  const accepted: string[] = [];
  for (const body of orders) {
    const { status } = await fetch(`${url}/predict`, { method: 'POST', headers, body });
    if (status === 200) accepted.push(body);
  }
  return accepted;
}

/** The orders of the golden rows, without what is missing in them. */
async function ordersOf(files: string): Promise<string[]> {
  const golden = JSON.parse(await readFile(join(files, 'golden.json'), 'utf8')) as readonly {
    readonly order: Readonly<Record<string, unknown>>;
  }[];
  return golden.map(({ order }) =>
    JSON.stringify(Object.fromEntries(Object.entries(order).filter(([, value]) => value !== null))),
  );
}
