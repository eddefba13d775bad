/** Callers of a server on a host of the test's own, in a process that is there too. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import type { Asked, Fetched, Report } from './fixtures/calls.js';
import type { PrivateHost } from './private-host.js';

const PROGRAM = fileURLToPath(new URL('./fixtures/callers-process.js', import.meta.url));

export class Callers {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static start(t: Test, { enterNetwork: [program = '', ...before] }: PrivateHost): Callers {
    const child = fork(PROGRAM, { execPath: program, execArgv: [...before, process.execPath] });
    t.teardown(() => child.disconnect());
    return new Callers(child);
  }

  /** Has them begin to call, and forget what they have seen until now. */
  async begin(): Promise<void> {
    await this.report();
  }

  /** Has them call no more. */
  async stop(): Promise<void> {
    await this.#ask<Report>({ kind: 'stop' });
  }

  /** What they have seen since the last time. */
  report(): Promise<Report> {
    return this.#ask<Report>({ kind: 'report' });
  }

  /** Resolves when they have had so many answers more; gives what they have seen since the last report. */
  async untilAnswered(more: number): Promise<Report> {
    const seen: Report[] = [];
    const sum = () => seen.reduce((answered, one) => answered + one.answered, 0);
    do {
      seen.push(await this.report());
    } while (sum() < more && seen.every(({ failed }) => failed.length === 0));
    const all = <T>(of: (one: Report) => readonly T[]) => [...new Set(seen.flatMap(of))];
    return {
      answered: sum(),
      releases: all(({ releases }) => releases),
      versions: all(({ versions }) => versions),
      failed: all(({ failed }) => failed),
      retried: seen.reduce((retried, one) => retried + one.retried, 0),
    };
  }

  /** One request from that host; status 0 where nobody answers. */
  fetch(url: string, body?: string): Promise<Fetched> {
    return this.#ask<Fetched>(body === undefined ? { kind: 'fetch', url } : { kind: 'fetch', url, body });
  }

  async #ask<T>(asked: Asked): Promise<T> {
    const answered = new Promise<T>((resolve) => this.#child.once('message', (answer) => resolve(answer as T)));
    this.#child.send(asked);
    return answered;
  }
}
