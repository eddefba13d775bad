/** Where the orders come from: a file or the standard input, its bytes checked as they are read. */
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { HEADER_BYTES } from '../../training/limits.js';
import { RawFile } from '../../training/raw-file.js';
import { RawText } from '../../training/raw-text.js';

/** The standard input, or the standard output. */
export const STANDARD = '-';

/** Bytes of a CSV file, in order. */
export interface Source {
  /** For messages. */
  readonly name: string;
  readonly bytes: Readable;
  /** How many bytes there are; undefined where that is not known. */
  readonly size: number | undefined;
  /** How many have been read. */
  bytesRead(): number;
}

/**
 * Nothing is read yet; what is wrong with the bytes is told by PipelineError when they are.
 * @param file a path, or '-'
 */
export async function openSource(file: string, input: Readable = process.stdin): Promise<Source> {
  const isStandard = file === STANDARD;
  const name = isStandard ? 'the standard input' : file;
  const raw = new RawFile(file, "Give the path of a CSV file, or '-' for the standard input");
  let read = 0;
  async function* counted(): AsyncGenerator<Buffer, void, void> {
    for await (const chunk of isStandard ? textOf(name, input) : raw.chunks()) {
      read += chunk.length;
      yield chunk;
    }
  }
  return {
    name,
    bytes: Readable.from(counted(), { objectMode: false }),
    size: isStandard ? undefined : await sizeOf(file),
    bytesRead: () => read,
  };
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch {
    return undefined; // Reading tells why it is not there.
  }
}

async function* textOf(name: string, input: Readable): AsyncGenerator<Buffer, void, void> {
  const text = new RawText(name);
  for await (const chunk of beginningWhole(input)) {
    text.take(chunk);
    yield chunk;
  }
  text.end();
}

/** A pipe gives what it has; the first chunk is to hold the header whole, by which it is judged. */
async function* beginningWhole(input: Readable): AsyncGenerator<Buffer, void, void> {
  let head: Buffer | undefined = Buffer.alloc(0);
  const chunks: AsyncIterable<Buffer, unknown, unknown> = input;
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < HEADER_BYTES) continue;
    yield head;
    head = undefined;
  }
  if (head !== undefined && head.length > 0) yield head;
}
