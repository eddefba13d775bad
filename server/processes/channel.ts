/**
 * Two processes that ask each other, over what Node gives between a process and the one that started it. Plain data
 * alone crosses; what goes wrong there comes back as a code and a sentence.
 */

/** What a side can be asked: by name, with one argument. */
type Calls<Names> = { readonly [Name in keyof Names]: (argument: never) => unknown };

type Argument<Call> = Call extends (argument: infer Given) => unknown ? Given : never;
type Answer<Call> = Call extends (...given: never[]) => infer Given ? Awaited<Given> : never;

/** How messages go there and come from there. */
export interface Port {
  send(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
}

type Message =
  | { readonly kind: 'ask'; readonly id: number; readonly name: string; readonly argument: unknown }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'fault'; readonly id: number; readonly code: string; readonly message: string };

/** What went wrong in the other process. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** One side of the two; `Theirs` is what it may ask, `Ours` what it answers. */
export class Channel<Theirs extends Calls<Theirs>, Ours extends Calls<Ours>> {
  readonly #port: Port;
  readonly #ours: Ours;
  readonly #waiting = new Map<number, Waiting>();
  #closed: Error | undefined;
  #last = 0;

  /** @param ours answers what the other side asks */
  constructor(port: Port, ours: Ours) {
    this.#port = port;
    this.#ours = ours;
    port.onMessage((message) => {
      if (isMessage(message)) void this.#take(message);
    });
  }

  /**
   * What the other side answers.
   * @throws RemoteError with what went wrong there; the error of `close` where it went away
   */
  ask<Name extends keyof Theirs & string>(name: Name, argument: Argument<Theirs[Name]>): Promise<Answer<Theirs[Name]>> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      // As above: what the call's type says is what comes.
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#send({ kind: 'ask', id, name, argument });
    });
  }

  /** The other side is gone: what was asked of it, and will be, fails with `error`. */
  close(error: Error): void {
    this.#closed = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  async #take(message: Message): Promise<void> {
    if (message.kind === 'ask') {
      this.#send(await this.#answer(message.id, message.name, message.argument));
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === 'answer') waiting?.resolve(message.value);
    else waiting?.reject(new RemoteError(message.code, message.message));
  }

  async #answer(id: number, name: string, argument: unknown): Promise<Message> {
    try {
      if (!this.#answers(name)) throw new RemoteError('unknown_call', `There is no call ${name}.`);
      // Both sides are of one build, so that what comes is what the call's type says.
      const call: (argument: never) => unknown = this.#ours[name];
      return { kind: 'answer', id, value: await call(argument as never) };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal_error';
      return { kind: 'fault', id, code, message: error instanceof Error ? error.message : String(error) };
    }
  }

  #answers(name: string): name is keyof Ours & string {
    return Object.hasOwn(this.#ours, name);
  }

  #send(message: Message): void {
    if (this.#closed === undefined) this.#port.send(message);
  }
}

function isMessage(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'kind' in message && 'id' in message;
}
