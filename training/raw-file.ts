/**
 * The raw file, byte by byte: what it is, is told before anything of it is taken for CSV, and what it holds is hashed
 * in the same reading that gives the rows, so that the hash is of these very rows.
 */
import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { PipelineError } from './errors.js';
import { READ_CHUNK_BYTES } from './limits.js';
import { RawText } from './raw-text.js';

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'this user has no right to read it. Give it that right, or run as a user who has it',
  EPERM: 'this user has no right to read it. Give it that right, or run as a user who has it',
  EIO: 'the disk reports an error. Copy the file to another disk and give that copy',
};

/** A file of raw orders, hashed while it is read once from its beginning to its end. */
export class RawFile {
  readonly #file: string;
  readonly #advice: string;
  readonly #hash = createHash('sha256');

  /** @param advice what to do where there is no such file, without a full stop */
  constructor(file: string, advice = 'Give the path of your orders with --data FILE.csv') {
    this.#file = file;
    this.#advice = advice;
  }

  /** SHA-256 of all bytes, hex; to be asked for once, when all have been read. */
  sha256(): string {
    return this.#hash.digest('hex');
  }

  /**
   * The bytes in their order, to be read once.
   * @throws PipelineError `data_unreadable` or `data_invalid`, naming the file, what was found and what to do.
   */
  async *chunks(): AsyncGenerator<Buffer, void, void> {
    const handle = await this.#open();
    try {
      const before = await handle.stat();
      this.#requireRegular(before);
      const text = new RawText(this.#file);
      let bytes = 0;
      // One that grows as fast as it is read would never end.
      while (bytes <= before.size) {
        const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(READ_CHUNK_BYTES), 0, READ_CHUNK_BYTES);
        if (bytesRead === 0) break;
        const chunk = buffer.subarray(0, bytesRead);
        bytes += bytesRead;
        text.take(chunk);
        this.#hash.update(chunk);
        yield chunk;
      }
      text.end();
      this.#requireUnchanged(before, await handle.stat(), bytes);
    } catch (error) {
      throw this.#asPipelineError(error);
    } finally {
      await handle.close();
    }
  }

  async #open(): Promise<FileHandle> {
    try {
      // Not blocking, or opening a named pipe would wait for someone to write into it.
      return await open(this.#file, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (!(await this.#isLink())) throw this.#asPipelineError(error);
      throw new PipelineError(
        'data_unreadable',
        `${this.#file} cannot be read: it is a symbolic link, and what it leads to cannot be opened ` +
          `(${error instanceof Error ? error.message : String(error)}). Give the path of the file itself.`,
      );
    }
  }

  async #isLink(): Promise<boolean> {
    try {
      return (await lstat(this.#file)).isSymbolicLink();
    } catch {
      return false; // The error of opening says why.
    }
  }

  #requireRegular(stats: Stats): void {
    if (stats.isFile()) return;
    const kind = stats.isDirectory() ? 'a folder' : stats.isFIFO() ? 'a named pipe' : 'a device';
    throw new PipelineError(
      'data_unreadable',
      `${this.#file} cannot be read: it is ${kind}, and a regular file is needed. Give the path of a CSV file.`,
    );
  }

  #requireUnchanged(before: Stats, after: Stats, bytes: number): void {
    if (after.mtimeMs === before.mtimeMs && after.size === before.size && bytes === before.size) return;
    throw new PipelineError(
      'data_unreadable',
      `${this.#file} has changed while it was being read. Run again when nothing writes to it any more.`,
    );
  }

  #asPipelineError(error: unknown): unknown {
    if (!(error instanceof Error) || !('syscall' in error)) return error;
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    const reason = UNREADABLE[code] ?? `the system says: ${error.message}`;
    const advice = code === 'ENOENT' || code === 'ENOTDIR' ? `. ${this.#advice}` : '';
    return new PipelineError('data_unreadable', `${this.#file} cannot be read: ${reason}${advice}.`);
  }
}
