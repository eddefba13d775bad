/** The real server as a process of its own, on a port that the system chooses. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../server/main.js', import.meta.url));

export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** Sends SIGTERM and gives the exit code. */
  stop(): Promise<number | null>;
}

/** The server ended before it served; the message holds what it said. */
export class ServerDidNotStart extends Error {
  override readonly name = 'ServerDidNotStart';
  readonly code = 'server_did_not_start';
}

/**
 * Starts the server and waits until it serves.
 * @param settings environment variables over those of this process
 * @throws ServerDidNotStart
 */
export async function startServerProcess(settings: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const child = spawn(process.execPath, [SERVER], {
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const complaints: string[] = [];
  createInterface(child.stderr).on('line', (line) => complaints.push(line));
  const port = await new Promise<number>((resolve, reject) => {
    let listening = 0;
    createInterface(child.stdout).on('line', (line) => {
      const entry: { msg?: string; port?: number } = JSON.parse(line);
      if (entry.msg === 'listening') listening = entry.port ?? 0;
      if (entry.msg === 'serving') resolve(listening);
    });
    void ended.then((code) => {
      reject(
        new ServerDidNotStart(`The server ended with exit code ${code} before it served. ${complaints.join('\n')}`),
      );
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
