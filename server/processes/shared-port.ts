/** The port that the processes share: whether it can be had at all, and its opening by each of them. */
import type { Environment } from '../../config/environment.js';
import type { Logger } from '../log.js';
import { portFault } from '../port.js';
import type { ServerChild } from './server-child.js';

/** The port of one server with several processes. */
export class SharedPort {
  readonly #environment: Environment;
  readonly #log: Logger;
  #port: number;
  #isClaimed = false;
  #isOpen = false;

  constructor(environment: Environment, log: Logger) {
    this.#environment = environment;
    this.#log = log;
    this.#port = environment.PORT;
  }

  /** Whether a process opens it as soon as it is ready. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Looks whether a stranger has it, once: from then on processes of ours may.
   * @throws ListenError
   */
  async claim(): Promise<void> {
    if (this.#isClaimed) return;
    const { HOST, ALLOW_SHARED_PORT } = this.#environment;
    const fault = ALLOW_SHARED_PORT ? undefined : await portFault(HOST, this.#port);
    if (fault !== undefined) throw fault;
    this.#isClaimed = true;
  }

  /**
   * Has all of them open it, and from here on those that come; gives the port. May be asked again where it fails.
   * @throws ListenError, or what a process says
   */
  async open(children: ReadonlySet<ServerChild>): Promise<number> {
    await this.claim();
    this.#isOpen = true;
    // One after the other: where the system chooses the port, it is the one that the first has.
    for (const child of children) await this.openFor(child);
    this.#log.info({ host: this.#environment.HOST, port: this.#port, processes: children.size }, 'listening');
    return this.#port;
  }

  /**
   * For a process that came later.
   * @throws ListenError, or what the process says
   */
  async openFor(child: ServerChild): Promise<void> {
    this.#port = await child.listen(this.#port);
    this.#log.info({ pid: child.pid }, 'a process listens');
  }
}
