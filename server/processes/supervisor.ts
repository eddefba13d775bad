/**
 * The server in several processes: this one follows the aliases and starts those that answer, which share the port. It
 * replaces one that ends, and takes no request itself but on the port for administration.
 */
import type { Environment } from '../../config/environment.js';
import type { ModelRegistry } from '../../registry/model-registry.js';
import type { Processes } from '../answers.js';
import { Aliases } from '../following.js';
import { METRICS_POLL_MS, UNANSWERED_POLLS } from '../limits.js';
import type { Logger } from '../log.js';
import { measureAliases } from '../metrics/models.js';
import { measureProcesses } from '../metrics/processes.js';
import { Metrics } from '../metrics/prometheus.js';
import { Opening } from '../opening.js';
import { listenAdmin, type RunningServer } from '../server.js';
import { StatusBoard } from '../status/board.js';
import { within } from '../within.js';
import { createSupervisorAdmin } from './admin.js';
import type { News, Role } from './calls.js';
import { Fleet } from './fleet.js';
import { ServerChild } from './server-child.js';
import { SharedPort } from './shared-port.js';
import { Slot } from './slot.js';
import { Totals } from './totals.js';
import { viewOf } from './views.js';

/** The processes do not come to answer; the log says why. */
export class ProcessesError extends Error {
  override readonly name = 'ProcessesError';
  readonly code = 'processes_do_not_start';
}

/**
 * Resolves when all processes listen, or would with the port open, at first answering that there is no model yet.
 * @throws ListenError; ProcessesError; RegistryError `uri_invalid`
 */
export async function startSupervisor(
  environment: Environment,
  registry: ModelRegistry,
  log: Logger,
): Promise<RunningServer> {
  const supervisor = new Supervisor(environment, registry, log);
  await supervisor.open();
  return supervisor;
}

class Supervisor implements RunningServer {
  readonly #environment: Environment;
  readonly #registry: ModelRegistry;
  readonly #log: Logger;
  /** Those that are given what is activated. */
  readonly #members = new Set<ServerChild>();
  readonly #live: Fleet;
  readonly #shadow: Fleet | undefined;
  readonly #aliases: Aliases;
  readonly #slots: readonly Slot[];
  readonly #totals: Totals;
  readonly #status: StatusBoard;
  readonly #poll: NodeJS.Timeout;
  #admin: { close(): void } | undefined;
  readonly #port: SharedPort;
  readonly #opening: Opening;
  #looked: Promise<void> = Promise.resolve();
  #rolling: Promise<void> = Promise.resolve();
  #opened = false;
  #stopping = false;

  constructor(environment: Environment, registry: ModelRegistry, log: Logger) {
    this.#environment = environment;
    this.#registry = registry;
    this.#log = log;
    this.#port = new SharedPort(environment, log);
    this.#opening = new Opening(environment, () => this.#port.open(this.#members), log);
    this.#live = this.#fleet('live', environment.KEEP_PREVIOUS);
    this.#shadow = environment.SHADOW_ALIAS === '' ? undefined : this.#fleet('shadow', false);
    const participants = { live: this.#live, shadow: this.#shadow };
    this.#aliases = new Aliases(environment, registry, participants, log);
    this.#status = new StatusBoard(environment, participants, this.#aliases, () => this.#processes);
    for (const coordinator of [this.#aliases.live, this.#aliases.shadow]) coordinator?.onChange(() => this.#tell());
    this.#slots = Array.from({ length: environment.SERVER_PROCESSES }, () => this.#slot());
    const metrics = new Metrics();
    measureAliases(metrics, this.#aliases.live, this.#aliases.shadow);
    const replaced = () => this.#slots.reduce((sum, slot) => sum + slot.replaced, 0);
    measureProcesses(metrics, () => ({ ...this.#processes, replaced: replaced() }));
    this.#totals = new Totals(metrics);
    this.#poll = setInterval(() => void this.#pollAll(), METRICS_POLL_MS).unref();
  }

  get port(): number {
    return this.#opening.port;
  }

  get version() {
    return this.#live.version;
  }

  get looked(): Promise<void> {
    return this.#looked;
  }

  async open(): Promise<void> {
    // A port that cannot be had is told before processes are started for it.
    if (this.#opening.isOpen === undefined) await this.#port.claim();
    await Promise.all(this.#slots.map((slot) => slot.open()));
    try {
      await this.#opening.begin();
    } catch (error) {
      throw asProcessesError(error);
    }
    this.#admin = await listenAdmin(this.#environment, this.#createAdmin(), this.#log);
    this.#opened = true;
    this.#looked = this.#aliases.begin();
  }

  /** One process after the other; what is asked meanwhile follows after. */
  roll(): void {
    this.#rolling = this.#rolling.then(() => this.#rollAll());
  }

  async stop(): Promise<boolean> {
    this.#stopping = true;
    clearInterval(this.#poll);
    const ended = this.#aliases.stop();
    this.#opening.stop();
    // Where another server may have taken over, as in a rolling restart, connections are waited for.
    const { ALLOW_SHARED_PORT: linger } = this.#environment;
    const drained = await Promise.all(this.#slots.map((slot) => slot.close(linger)));
    await within(this.#environment.DRAIN_TIMEOUT_MS, ended);
    this.#admin?.close();
    return drained.every(Boolean);
  }

  #fleet(role: Role, keepPrevious: boolean): Fleet {
    return new Fleet(role, {
      members: this.#members,
      keepPrevious,
      download: ({ name, version }) => this.#registry.download(name, version),
      onExplain: () => this.#tell(),
      log: this.#log,
    });
  }

  #slot(): Slot {
    return new Slot({
      start: () => this.#start(),
      drainTimeoutMs: this.#environment.DRAIN_TIMEOUT_MS,
      onChange: () => this.#tell(),
      log: this.#log,
    });
  }

  /** A process that answers with what the others do, on the port of them all where that is open. */
  async #start(): Promise<ServerChild> {
    const answers = {
      hint: () => this.#aliases.hint(),
      metrics: () => this.#totals.text(),
      status: (after: number) => this.#status.status(after),
    };
    const child = new ServerChild({ answers, onLoaded: () => this.#tell() });
    void child.ended.then(() => this.#members.delete(child));
    try {
      await child.ready();
      this.#totals.add(child);
      await child.channel.ask('tell', this.#news);
      await this.#join(child);
      if (this.#port.isOpen) await this.#port.openFor(child);
    } catch (error) {
      child.kill();
      await child.ended;
      throw asProcessesError(error);
    }
    child.inService = true;
    // What was not taken up since a process ended is tried again.
    if (this.#opened) this.#aliases.hint();
    return child;
  }

  /** From here on the process takes part in what all are given. */
  async #join(child: ServerChild): Promise<void> {
    do {
      await this.#live.bringUp(child);
      // The shadow may be broken without a caller noticing.
      await this.#shadow
        ?.bringUp(child)
        .catch((error: unknown) => this.#log.warn({ err: error }, 'a process has no shadow'));
    } while (!this.#live.has(child));
    this.#members.add(child);
  }

  async #rollAll(): Promise<void> {
    if (this.#stopping) return;
    this.#log.info('rolling restart: one process after the other');
    try {
      for (const slot of this.#slots) await slot.roll();
      this.#log.info('rolling restart: done');
    } catch (error) {
      this.#log.error({ err: error }, 'rolling restart: given up; the processes that are there stay');
    }
  }

  async #pollAll(): Promise<void> {
    for (const child of this.#totals.children) {
      if (child.beat() < UNANSWERED_POLLS) continue;
      this.#log.error({ pid: child.pid }, 'a process does not answer, and is killed');
      child.kill();
    }
    await this.#totals.poll();
    this.#status.history.add(this.#totals.traffic);
  }

  get #processes(): Processes {
    return { wanted: this.#slots.length, serving: [...this.#members].filter(({ answers }) => answers).length };
  }

  get #news(): News {
    const { live, shadow } = this.#aliases;
    return {
      live: viewOf(live),
      shadow: shadow && viewOf(shadow),
      reason: this.#live.reason,
      processes: this.#processes,
    };
  }

  /** Tells the processes what only this one knows. */
  #tell(): void {
    for (const { channel } of this.#members) {
      channel.ask('tell', this.#news).catch((error: unknown) => this.#log.debug({ err: error }, 'news were not taken'));
    }
  }

  #createAdmin() {
    return createSupervisorAdmin({
      members: this.#members,
      release: this.#environment.RELEASE,
      isStopping: () => this.#stopping,
      processes: () => this.#processes,
      isPortOpen: () => this.#opening.isOpen,
      reason: () => this.#live.reason,
      metrics: this.#totals,
      status: this.#status,
      log: this.#log,
    });
  }
}

function asProcessesError(error: unknown): ProcessesError {
  return new ProcessesError(error instanceof Error ? error.message : String(error));
}
