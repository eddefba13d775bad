/**
 * When the port is opened: at the start or, where `OPEN_FILE` is set, as soon as that file is there. A file and no
 * signal: what was opened once is opened again by a server that is started again.
 */
import { stat } from 'node:fs/promises';
import type { Environment } from '../config/environment.js';
import { isFault } from '../registry/file-faults.js';
import { OPEN_FILE_CHECK_MS } from './limits.js';
import type { Logger } from './log.js';
import { ListenError } from './port.js';

/** Opens the port of one server, once. */
export class Opening {
  readonly #file: string;
  readonly #open: () => Promise<number>;
  readonly #log: Logger;
  #port: number;
  #timer: NodeJS.Timeout | undefined;
  #isOpen = false;
  #stopped = false;
  /** Why the port cannot be opened although it is to be; told once. */
  #fault = '';

  /** @param open opens the port and gives it; throws ListenError where it cannot, and may be asked again */
  constructor({ OPEN_FILE, PORT }: Environment, open: () => Promise<number>, log: Logger) {
    this.#file = OPEN_FILE;
    this.#open = open;
    this.#log = log;
    this.#port = PORT;
  }

  /** The port that is open, or will be. */
  get port(): number {
    return this.#port;
  }

  /** Undefined where the port is not waited for. */
  get isOpen(): boolean | undefined {
    return this.#file === '' ? undefined : this.#isOpen;
  }

  /**
   * Opens the port, or looks for the file until that is there.
   * @throws ListenError where there is nothing to look for
   */
  async begin(): Promise<void> {
    if (this.#file === '') {
      this.#port = await this.#open();
      return;
    }
    this.#log.info({ file: this.#file, port: this.#port }, 'the port stays closed until the file is there');
    await this.#look();
  }

  /** Looks no more. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  // Looked for, not watched: a mounted folder may report nothing, and a look costs microseconds.
  async #look(): Promise<void> {
    try {
      const isThere = await this.#isThere();
      if (this.#stopped) return;
      if (isThere) {
        this.#port = await this.#open();
        this.#isOpen = true;
        return;
      }
      this.#fault = '';
    } catch (error) {
      this.#tell(error);
    }
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#look(), OPEN_FILE_CHECK_MS);
  }

  async #isThere(): Promise<boolean> {
    try {
      await stat(this.#file);
      return true;
    } catch (error) {
      if (isFault(error, 'ENOENT')) return false;
      throw error;
    }
  }

  /** Another program may have the port still, or a process may have ended: it is tried again. */
  #tell(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason === this.#fault) return;
    this.#fault = reason;
    const fault = error instanceof ListenError ? { reason } : { reason, err: error };
    this.#log.error(fault, 'the port is not open yet, and is tried again');
  }
}
