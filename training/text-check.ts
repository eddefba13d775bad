/** Whether bytes that come in chunks are text in UTF-8, and if not, on which line they cease to be. */
import { isUtf8 } from 'node:buffer';

/** What is not text: a zero byte, or bytes that are no UTF-8. */
export interface TextFault {
  readonly kind: 'nul' | 'encoding';
  /** From 1. */
  readonly line: number;
}

/** Bytes of a character that a chunk may cut off at most: one less than the longest character has. */
const LONGEST_CUT_BYTES = 3;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** The check over one file, chunk by chunk. */
export class TextCheck {
  /** Line ends before what is at hand. */
  #lines = 0;
  /** Whether the last byte was a carriage return, which a newline may belong to. */
  #afterReturn = false;
  /** The beginning of a character whose end is in the next chunk. */
  #cut: Buffer = Buffer.alloc(0);

  /** The fault in `chunk`, after which no other may be taken; undefined where there is none. */
  take(chunk: Buffer): TextFault | undefined {
    const bytes = this.#cut.length === 0 ? chunk : Buffer.concat([this.#cut, chunk]);
    const end = endOfWhole(bytes);
    const whole = bytes.subarray(0, end);
    const nul = whole.indexOf(0);
    if (nul !== -1) return { kind: 'nul', line: this.#lineAt(whole, nul) };
    if (!isUtf8(whole)) return { kind: 'encoding', line: this.#lineAt(whole, startOfFirstWrong(whole)) };
    this.#count(whole, whole.length);
    this.#cut = Buffer.from(bytes.subarray(end));
    return undefined;
  }

  /** To be asked after the last chunk. */
  end(): TextFault | undefined {
    return this.#cut.length === 0 ? undefined : { kind: 'encoding', line: this.#lines + 1 };
  }

  #lineAt(bytes: Buffer, position: number): number {
    this.#count(bytes, position);
    return this.#lines + 1;
  }

  #count(bytes: Buffer, end: number): void {
    for (let at = 0; at < end; at++) {
      const byte = bytes[at];
      if (byte === RETURN || (byte === NEWLINE && !this.#afterReturn)) this.#lines += 1;
      this.#afterReturn = byte === RETURN;
    }
  }
}

/** Where the last character begins if its end is missing, else the end. */
function endOfWhole(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(LONGEST_CUT_BYTES, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Where the first line begins that is no UTF-8. No byte of a longer character looks like a line end. */
function startOfFirstWrong(bytes: Buffer): number {
  let start = 0;
  for (const [at, byte] of bytes.entries()) {
    if (byte !== NEWLINE && byte !== RETURN) continue;
    if (!isUtf8(bytes.subarray(start, at + 1))) return start;
    start = at + 1;
  }
  return start;
}
