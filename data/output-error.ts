/** A file or folder that cannot be written: the message names it, what the system says and what to do. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
  readonly code = 'output_unwritable';
}

const RIGHTS = 'this user has no right to write there. Give it that right, or choose a folder where it has it';
const FILE_THERE = 'a file stands where a folder is needed. Move it away, or choose another folder';
const FULL = 'the disk is full. Make room and run again; nothing half-written is left';

const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: RIGHTS,
  EPERM: RIGHTS,
  EROFS: 'the file system is read-only. Mount it writable, or choose a folder on another',
  ENOTDIR: FILE_THERE,
  EEXIST: FILE_THERE,
  EISDIR: 'a folder stands where a file is needed. Move it away and run again',
  ENOENT: 'no folder can be made there. Choose a folder on a disk',
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG: 'it would be larger than this process may make a file (ulimit -f). Raise that limit and run again',
};

/**
 * What `action` gives; whatever the file system refuses on the way becomes an OutputError.
 * @param path what is being written, for the message
 */
export async function tellingOutputFaults<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    const reason = REMEDIES[code] ?? 'mend what the system reports and run again';
    throw new OutputError(`${path} cannot be written: ${reason} (${error.message}).`, { cause: error });
  }
}
