/** `SHA256SUMS` as text, in the format of the `sha256sum` command, and the sum of one file. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { isFileName } from './names.js';

/** File name → SHA-256 in hex. */
export type Checksums = ReadonlyMap<string, string>;

/** Two spaces, or a space and a star as some systems write for binary files. */
const line = /^([0-9a-f]{64}) [ *](.+)$/;

/** One line a file, sorted by name: the same files give the same text. */
export function formatChecksums(sums: Checksums): string {
  const byName = [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
  return byName.map(([name, sum]) => `${sum}  ${name}\n`).join('');
}

/**
 * The sums in `text`, or what is wrong with it, with the number of the line.
 * Only plain names are taken, so no sums file can point out of its folder.
 */
export function parseChecksums(text: string): Checksums | string {
  const sums = new Map<string, string>();
  const lines = text.split('\n');
  if (lines.pop() !== '') return 'its last line does not end';
  for (const [index, given] of lines.entries()) {
    const [, sum, name] = line.exec(given) ?? [];
    if (sum === undefined || name === undefined || !isFileName(name)) {
      return `line ${index + 1} is not a SHA-256 in hex, two spaces and a file name`;
    }
    if (sums.has(name)) return `line ${index + 1} lists ${name} again`;
    sums.set(name, sum);
  }
  return sums;
}

/** The SHA-256 of a file's bytes, in hex. */
export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  const chunks: AsyncIterable<Buffer, unknown, unknown> = createReadStream(path);
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}
