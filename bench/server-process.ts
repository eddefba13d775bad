/** The real server as a process of its own, on a port that the system chooses. */
import { spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../server/main.js', import.meta.url));

/** A line of the server's log, as far as others read it. */
export interface LogEntry {
  readonly msg: string;
  readonly port?: number;
  readonly reason?: string;
  /** Of `serving`: the version. */
  readonly to?: number;
  /** Of a server with several processes: which of them it speaks of. */
  readonly pid?: number;
  /** After which pause that one is replaced. */
  readonly again_in_ms?: number;
  /** `shadow` where it speaks of the shadow's version. */
  readonly role?: string;
}

function isAboutLive({ role }: LogEntry): boolean {
  return role === undefined;
}

/** A server that was started and is to be stopped by who started it. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** The first line of the log that `isWanted`, now or later; rejects when the server ends before. */
  logged(isWanted: (entry: LogEntry) => boolean): Promise<LogEntry>;
  /** Sends SIGTERM and gives the exit code. */
  stop(): Promise<number | null>;
}

/** The server ended before it served; the message holds what it said. */
export class ServerDidNotStart extends Error {
  override readonly name = 'ServerDidNotStart';
  readonly code = 'server_did_not_start';
}

/** What the server logs when it does not take up a version. It goes on, and tries again. */
const NOT_SERVED = ['version refused', 'the registry does not say which version to serve'];

/** When a server counts as started. */
export interface StartOptions {
  /**
   * Until when to wait: `serving` takes it as a failure if the server does not take up its first version; `held`, until
   * it looks for `OPEN_FILE` before it opens `PORT`.
   */
  readonly until?: 'listening' | 'serving' | 'held';
}

/**
 * Starts the server and waits until it listens or serves.
 * @param settings environment variables over those of this process
 * @throws ServerDidNotStart
 */
export async function startServerProcess(
  settings: Readonly<Record<string, string>>,
  { until = 'serving' }: StartOptions = {},
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [SERVER], {
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const complaints: string[] = [];
  createInterface(child.stderr).on('line', (line) => complaints.push(line));
  const log = new Log(createInterface(child.stdout));
  void ended.then((code) => {
    const when = log.has((entry) => isAboutLive(entry) && entry.msg === 'serving') ? '' : ' before it served';
    log.end(new ServerDidNotStart(`The server ended with exit code ${code}${when}. ${complaints.join('\n')}`));
  });
  const stop = (): Promise<number | null> => {
    child.kill('SIGTERM');
    return ended;
  };
  const first = until === 'held' ? 'the port stays closed until the file is there' : 'listening';
  const { port } = await log.find(({ msg }) => msg === first);
  if (until === 'serving') {
    const { msg, reason } = await log.find(
      (entry) => isAboutLive(entry) && (entry.msg === 'serving' || NOT_SERVED.includes(entry.msg)),
    );
    if (msg !== 'serving') {
      await stop();
      throw new ServerDidNotStart(`The server does not serve: ${reason}`);
    }
  }
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    logged: (isWanted) => log.find(isWanted),
    stop,
  };
}

/** What the server has logged, and who waits for a line. */
class Log {
  readonly #entries: LogEntry[] = [];
  readonly #waiting = new Set<(entry: LogEntry) => void>();
  #ended: Error | undefined;
  #onEnd: ((error: Error) => void)[] = [];

  constructor(lines: Interface) {
    lines.on('line', (line) => {
      const entry = JSON.parse(line) as LogEntry;
      this.#entries.push(entry);
      for (const tell of this.#waiting) tell(entry);
    });
  }

  has(isWanted: (entry: LogEntry) => boolean): boolean {
    return this.#entries.some(isWanted);
  }

  find(isWanted: (entry: LogEntry) => boolean): Promise<LogEntry> {
    const found = this.#entries.find(isWanted);
    if (found !== undefined) return Promise.resolve(found);
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const tell = (entry: LogEntry): void => {
        if (!isWanted(entry)) return;
        this.#waiting.delete(tell);
        resolve(entry);
      };
      this.#waiting.add(tell);
      this.#onEnd.push(reject);
    });
  }

  /** Nothing more will be logged. */
  end(error: Error): void {
    this.#ended = error;
    for (const reject of this.#onEnd) reject(error);
  }
}
