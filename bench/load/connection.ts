/** One kept HTTP connection with one request in flight, over a plain socket: no client library takes its time here. */
import { connect, type Socket } from 'node:net';

/** @param status 0 where the connection ended before the answer */
export type OnAnswer = (connection: Connection, status: number) => void;

const HEAD_END = '\r\n\r\n';
const LENGTH = '\r\ncontent-length: ';

/**
 * A connection that is used for one request after the other. It tells the end of an answer by `content-length`, and so
 * knows no chunked ones.
 */
export class Connection {
  /** When what is in flight was due, in milliseconds of `performance.now`. */
  dueMs = 0;
  /** When it was sent, likewise. */
  sentMs = 0;
  readonly #socket: Socket;
  readonly #onAnswer: OnAnswer;
  #text = '';
  #isWaiting = false;

  private constructor(socket: Socket, onAnswer: OnAnswer) {
    this.#socket = socket;
    this.#onAnswer = onAnswer;
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (text: string) => this.#read(text));
    // What failed is told by `close`, which follows.
    socket.on('error', () => undefined).on('close', () => this.#answer(0));
  }

  /**
   * @param url of the server; its path is left out
   * @param onAnswer is told of every request that was sent, once
   * @throws Error of the system where it cannot connect
   */
  static async open(url: string, onAnswer: OnAnswer): Promise<Connection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new Connection(socket, onAnswer);
  }

  /** Whether another request can be sent: neither side has closed it. */
  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /**
   * To be called when the answer to the request before has come.
   * @param request head and body, as they go out
   */
  send(request: Buffer): void {
    this.#isWaiting = true;
    if (this.isOpen) this.#socket.write(request);
    else this.#answer(0);
  }

  /** A request that has no answer yet is told as ended. */
  close(): void {
    this.#socket.destroy();
  }

  #read(text: string): void {
    this.#text = this.#text === '' ? text : this.#text + text;
    const head = this.#text.indexOf(HEAD_END);
    if (head === -1) return;
    const length = lengthIn(this.#text, head);
    if (this.#text.length < head + HEAD_END.length + length) return;
    const status = Number(this.#text.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
    this.#text = '';
    this.#answer(status);
  }

  #answer(status: number): void {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    this.#onAnswer(this, status);
  }
}

function lengthIn(text: string, head: number): number {
  let at = text.indexOf(LENGTH);
  // Servers write the name as they like.
  if (at === -1 || at > head) at = text.slice(0, head).toLowerCase().indexOf(LENGTH);
  return at === -1 ? 0 : Number.parseInt(text.slice(at + LENGTH.length, at + LENGTH.length + 10), 10);
}
