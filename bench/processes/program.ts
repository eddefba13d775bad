/** A server of any kind as a process of its own that says when it can be asked, or that is asked until it answers. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

/** What to start, and how to know that it answers: either `urlIn` or `askUrl` is given. */
export interface ProgramOptions {
  /** What it is called in messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Environment variables over those of this process. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The address, in the line of its output (either stream) that says that it is ready; undefined for any other. */
  readonly urlIn?: (line: string) => string | undefined;
  /** For one that does not say it: the address if it answers now. It is called again and again, and never throws. */
  readonly askUrl?: () => Promise<string | undefined>;
  /** How long it may take to be ready. Default 30,000. */
  readonly patienceMs?: number;
}

/** A server that was ready, and is to be stopped by who started it. */
export interface Program {
  readonly url: string;
  readonly pid: number;
  /** Ends it and what it has started; resolves when it is gone. */
  stop(): Promise<void>;
}

/** A program ended, or was not ready in time; the message holds the end of what it said. */
export class ProgramDidNotStart extends Error {
  override readonly name = 'ProgramDidNotStart';
  readonly code = 'program_did_not_start';
}

const PATIENCE_MS = 30_000;
const ASK_EVERY_MS = 100;
/** After SIGTERM, before SIGKILL. */
const STOP_MS = 10_000;
const LINES_TOLD = 20;

/** @throws ProgramDidNotStart */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { name, command, args, cwd, settings, urlIn, askUrl, patienceMs = PATIENCE_MS } = options;
  // A group of its own, so that what it starts can be ended with it. A Ctrl-C on the terminal does not reach it there.
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  // Without a number it could not be started, which is told below.
  if (child.pid !== undefined) endWithUs(child.pid);
  const said: string[] = [];
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`));
  });
  const stop = async (): Promise<void> => {
    signalGroup(child.pid, 'SIGTERM');
    const killer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), STOP_MS);
    await ended;
    if (child.pid !== undefined) running.delete(child.pid);
    clearTimeout(killer);
  };
  let timer: NodeJS.Timeout | undefined;
  const asking = new AbortController();
  const ready = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        if (said.push(line) > LINES_TOLD) said.shift();
        const url = urlIn?.(line);
        if (url !== undefined) resolve(url);
      });
    }
  });
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`it was not ready in ${patienceMs / 1_000} s`), patienceMs);
  });
  const fault = Promise.race([ended, late]).then((reason) => new ProgramDidNotStart(reason));
  const answering = askUrl === undefined ? [] : [askUntilAnswered(askUrl, asking.signal)];
  const url = await Promise.race([ready, fault, ...answering]);
  clearTimeout(timer);
  asking.abort();
  if (typeof url === 'string') return { url, pid: child.pid ?? 0, stop };
  await stop();
  throw new ProgramDidNotStart(`${name} does not serve: ${url.message}. ${said.join('\n')}`.trim());
}

/** Resolves with the address as soon as there is one; never, once it is aborted. */
async function askUntilAnswered(askUrl: () => Promise<string | undefined>, asking: AbortSignal): Promise<string> {
  for (;;) {
    const url = await askUrl();
    if (url !== undefined) return url;
    await pause(ASK_EVERY_MS, undefined, { signal: asking });
  }
}

/** Groups that are not stopped yet. */
const running = new Set<number>();

/** Whoever interrupts this process ends the group too. */
function endWithUs(pid: number): void {
  if (running.size === 0) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.removeListener(signal, endAll);
      process.once(signal, endAll);
    }
  }
  running.add(pid);
}

function endAll(signal: NodeJS.Signals): void {
  for (const pid of running) signalGroup(pid, 'SIGTERM');
  // Not heard any more, so that it does what it does to any process.
  process.kill(process.pid, signal);
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // It has ended before.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
