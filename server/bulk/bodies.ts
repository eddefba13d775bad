/** The bodies of requests with many rows: what all of them together may take of the memory, and their reading. */
import { problem } from '../errors.js';
import { type Exchange, RETRY_AFTER } from '../exchange.js';
import { MAX_BULK_BYTES_HELD } from '../limits.js';

const EMPTY_BODY = Buffer.alloc(0);

/** The part of the memory that one body takes. */
export class Hold {
  readonly #bodies: BulkBodies;
  #bytes = 0;
  #released = false;

  constructor(bodies: BulkBodies) {
    this.#bodies = bodies;
  }

  /** False where there is no room for so many more. */
  grow(bytes: number): boolean {
    if (this.#released || !this.#bodies.hasRoom(bytes)) return false;
    this.#bodies.held += bytes;
    this.#bytes += bytes;
    return true;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#bodies.held -= this.#bytes;
  }
}

/** The memory for the bodies of all requests with many rows, `MAX_BULK_BYTES_HELD` bytes. */
export class BulkBodies {
  /** Bytes of all bodies that are held now. */
  held = 0;

  hasRoom(bytes: number): boolean {
    return this.held + bytes <= MAX_BULK_BYTES_HELD;
  }

  /**
   * Reads a body of at most `limit` bytes. Room is taken as its bytes come, so that one who tells a length and sends
   * nothing has none.
   * @param length the header `content-length`, or ''
   * @param onBody is to release the hold when it is done with the body
   */
  read(exchange: Exchange, length: string, limit: number, onBody: (body: Buffer, hold: Hold) => void): void {
    const bytes = Number(length);
    const hold = new Hold(this);
    if (bytes > limit) {
      exchange.refuseBody(limit);
      return;
    }
    if (!this.hasRoom(bytes)) {
      refuse(exchange);
      return;
    }
    // Of an empty body the library says nothing where the head before it came in pieces.
    if (length !== '' && bytes === 0) {
      onBody(EMPTY_BODY, hold);
      return;
    }
    exchange.onOver(() => hold.release());
    const hasRoom = (more: number): boolean => {
      if (hold.grow(more)) return true;
      refuse(exchange);
      return false;
    };
    const whole = ({ buffer, byteOffset, byteLength }: Uint8Array): void => {
      exchange.onOver(undefined);
      onBody(Buffer.from(buffer, byteOffset, byteLength), hold);
    };
    exchange.readBody(limit, whole, hasRoom);
  }
}

/** The rest of the body is not read. */
function refuse(exchange: Exchange): void {
  exchange.closeAfterwards();
  exchange.sendProblem(problem('overloaded', 'All room for the bodies of many rows is taken.'), RETRY_AFTER);
}
