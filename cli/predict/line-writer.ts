/** Lines gathered to be written many at a time; whoever adds them waits when there are enough. */
import { once } from 'node:events';
import { WRITE_CHARACTERS } from '../limits.js';

/** Holds what is to be written; who adds lines asks `isFull` and then waits for `flush`. */
export class LineWriter {
  readonly #write: (text: string) => Promise<void>;
  #text = '';

  constructor(write: (text: string) => Promise<void>) {
    this.#write = write;
  }

  /** Whether it is time for `flush`. */
  get isFull(): boolean {
    return this.#text.length >= WRITE_CHARACTERS;
  }

  /** @param line without its end */
  add(line: string): void {
    this.#text += `${line}\n`;
  }

  /**
   * Writes what there is.
   * @throws what writing throws
   */
  async flush(): Promise<void> {
    const text = this.#text;
    this.#text = '';
    if (text !== '') await this.#write(text);
  }
}

/** Writes to a stream no faster than its reader takes it. */
export function writingTo(stream: NodeJS.WriteStream): (text: string) => Promise<void> {
  return async (text) => {
    if (!stream.write(text)) await once(stream, 'drain');
  };
}
