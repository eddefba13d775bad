/** Which line of a file a byte stands on, counted as a person's editor counts: a line ends with CR LF, LF or CR. */

const LF = 10;
const CR = 13;
/** Passed line ends are forgotten so many at a time, for moving the others up costs time. */
const FORGOTTEN_AT_ONCE = 1024;

interface LineEnd {
  /** The offset of its first byte. */
  readonly begin: number;
  /** The offset of the byte after it. */
  readonly after: number;
}

/** The bytes of a file go in as they are read; lines come out for offsets that only grow, and are then forgotten. */
export class LineEnds {
  /** Line ends that have been read; those before `#next` are passed. */
  #ends: LineEnd[] = [];
  #next = 0;
  #read = 0;
  #lastWasCr = false;
  /** Line ends passed so far, and the offset after the last of them. */
  #passed = 0;
  #lineBegin = 0;

  /** Takes the next bytes of the file. */
  read(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index];
      if (byte !== LF && byte !== CR) {
        this.#lastWasCr = false;
        continue;
      }
      const begin = this.#read + index;
      // The CR before it may have been the last byte of what was read before.
      if (byte === LF && this.#lastWasCr) this.#ends[this.#ends.length - 1] = { begin: begin - 1, after: begin + 1 };
      else this.#ends.push({ begin, after: begin + 1 });
      this.#lastWasCr = byte === CR;
    }
    this.#read += bytes.length;
  }

  /** The line on which the bytes before `offset` end, from 1. */
  lineEndingAt(offset: number): number {
    this.#pass((end) => end.after < offset);
    return this.#passed + 1;
  }

  /** The line on which the first byte at or after `offset` stands that is no line end, from 1. */
  lineBeginningAt(offset: number): number {
    this.#pass((end) => end.after <= offset || end.begin === this.#lineBegin);
    return this.#passed + 1;
  }

  #pass(isBehind: (end: LineEnd) => boolean): void {
    for (let end = this.#ends[this.#next]; end !== undefined && isBehind(end); end = this.#ends[this.#next]) {
      this.#passed += 1;
      this.#lineBegin = end.after;
      this.#next += 1;
    }
    if (this.#next > FORGOTTEN_AT_ONCE) {
      this.#ends = this.#ends.slice(this.#next);
      this.#next = 0;
    }
  }
}
