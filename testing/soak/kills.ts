/**
 * Kills real processes at random moments while they register, promote, roll back, fetch and switch, over both
 * registries. After each kill no alias may point to a version that is not whole, and the next start works.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { choose } from './choices.js';
import { SoakFailure, withinTime } from './failure.js';
import { type Found, Judge, requireOneOf } from './judge.js';
import { type Attempt, cacheOf, OPERATIONS, type Operation, type OperationName } from './operations.js';
import { openScene, REGISTRIES, type RegistryKind, type Scene } from './scene.js';
import { requireServed, requireServedWithout } from './served.js';
import { Tally, type When } from './tally.js';

export interface KillSoak {
  /** Kills for each registry. */
  readonly runs: number;
  readonly seed: number;
  readonly say: (line: string) => void;
  readonly registries?: readonly RegistryKind[];
  /** Called after each kill, before it is judged. */
  readonly afterKill?: (scene: Scene) => Promise<void>;
}

/** After so many kills of other programs a server is started. */
const SERVED_EVERY = 10;
/** Of so many kills of servers, after the first one is started while the registry is away. */
const AWAY_EVERY = 3;
/** For so many kills an operation is taken to last as long as it was seen to. */
const MEASURED_EVERY = 10;
const SAID_EVERY = 50;

/** @throws SoakFailure at the first thing that may not be; what was found is left in a folder that it names */
export async function soakKills({ registries = REGISTRIES, ...soak }: KillSoak): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'food-delivery-time-soak-'));
  for (const kind of registries) {
    const folder = join(root, kind);
    await mkdir(folder);
    const scene = await openScene(kind, folder);
    try {
      await new Killing(scene, soak).run();
    } finally {
      await scene.close();
    }
  }
  await rm(root, { recursive: true, force: true });
}

class Killing {
  readonly #scene: Scene;
  readonly #soak: KillSoak;
  readonly #judge: Judge;
  readonly #tally = new Tally();
  /** How long each operation takes undisturbed, and for how many kills more that is taken to be so. */
  readonly #measured = new Map<OperationName, { readonly tookMs: number; left: number }>();
  #servers = 0;
  #others = 0;

  constructor(scene: Scene, soak: KillSoak) {
    this.#scene = scene;
    this.#soak = soak;
    this.#judge = new Judge(scene);
  }

  async run(): Promise<void> {
    const { runs, seed, say } = this.#soak;
    const { kind } = this.#scene;
    for (let run = 0; run < runs; run++) {
      const { operation, share } = choose(seed, kind, run);
      const beganMs = performance.now();
      let doing = 'before the kill';
      try {
        const fullMs = await this.#undisturbedMs(operation);
        const killMs = share * fullMs;
        doing = `killed after ${killMs.toFixed(1)} ms (undisturbed it takes ${fullMs.toFixed(0)} ms)`;
        const when = await this.#kill(operation, killMs);
        this.#tally.add(operation, when, performance.now() - beganMs);
      } catch (error) {
        throw this.#failure(operation, run, doing, error);
      }
      if ((run + 1) % SAID_EVERY === 0 && run + 1 < runs) say(`${kind}: ${run + 1} of ${runs} kills`);
    }
    for (const line of this.#tally.lines()) say(`${kind}: ${line}`);
  }

  /** Measured anew now and then, since a machine with other things to do is slower, and kills would come too early. */
  async #undisturbedMs(name: OperationName): Promise<number> {
    let measured = this.#measured.get(name);
    if (measured === undefined || measured.left === 0) {
      measured = { tookMs: await this.#measure(name), left: MEASURED_EVERY };
      this.#measured.set(name, measured);
    }
    measured.left -= 1;
    return measured.tookMs;
  }

  /** Lets it run to its end once, and then ends it. */
  async #measure(name: OperationName): Promise<number> {
    const before = await this.#judge.look();
    const attempt = await OPERATIONS[name].begin(this.#scene, before);
    const beganMs = performance.now();
    await withinTime(name, attempt.done);
    const tookMs = performance.now() - beganMs;
    await attempt.kill();
    const found = await this.#judge.look();
    requireOneOf(attempt.allowed(found).slice(-1), found); // The last is where all of it was to lead.
    return tookMs;
  }

  async #kill(name: OperationName, killMs: number): Promise<When> {
    const operation: Operation = OPERATIONS[name];
    const before = await this.#judge.look();
    await this.#scene.hasTraces();
    const attempt = await operation.begin(this.#scene, before);
    // What becomes of the work after the kill is nobody's fault: the race has then been decided.
    const isDone = await Promise.race([attempt.done.then(() => true), pause(killMs, false)]);
    await attempt.kill();
    const hasTraces = await this.#scene.hasTraces();
    await this.#soak.afterKill?.(this.#scene);
    const after = await this.#judged(attempt, before);
    await this.#next(operation, after);
    return isDone ? 'after' : hasTraces ? 'during' : 'before';
  }

  async #judged(attempt: Attempt, before: Found): Promise<Found> {
    const look = async (isWhole: boolean): Promise<Found> => {
      const found = await this.#judge.look(isWhole);
      requireOneOf(attempt.allowed(found), found);
      const made = found.versions - before.versions;
      if (made > attempt.makes) throw new Error(`${made} versions were made, where ${attempt.makes} were to be.`);
      return found;
    };
    const found = await look(true);
    // What a process asked of a server before it was killed may be done a moment later.
    return this.#scene.kind === 'local' ? found : look(false);
  }

  /** That what was to work next does. */
  async #next(operation: Operation, after: Found): Promise<void> {
    const production = after.aliases['production'] ?? 0;
    const cache = cacheOf(this.#scene);
    if (operation.isServer && this.#servers++ % AWAY_EVERY === 0) {
      await requireServedWithout(this.#scene, cache, production);
    }
    await operation.again(this.#scene, this.#judge, after);
    if (operation.isServer || ++this.#others % SERVED_EVERY !== 0) return;
    const { aliases } = await this.#judge.look();
    await requireServed(this.#scene, cache, aliases['production'] ?? 0);
  }

  #failure(operation: OperationName, run: number, doing: string, error: unknown): SoakFailure {
    const { kind, folder } = this.#scene;
    const fault = error instanceof Error ? error.message : String(error);
    return new SoakFailure(
      [
        `${kind} registry, ${operation}, run ${run + 1}, ${doing}: ${fault}`,
        `Again: npm run soak -- kills --seed ${this.#soak.seed} --runs ${run + 1}`,
        `What was found is left in ${folder}`,
      ].join('\n'),
      { cause: error },
    );
  }
}
