/** What the file system says, told as a RegistryError that names the path and what to do. */
import { RegistryError } from './errors.js';

const remedies: Readonly<Record<string, string>> = {
  EACCES: 'Give this user the right to read and write there, or set REGISTRY_DIR to a folder where it has it.',
  EPERM: 'Give this user the right to read and write there, or set REGISTRY_DIR to a folder where it has it.',
  EROFS: 'The file system is read-only: mount it writable, or set REGISTRY_DIR to a folder on another.',
  ENOTDIR: 'A file stands where the registry needs a folder: move it away, or set REGISTRY_DIR to another folder.',
  EEXIST: 'A file stands where the registry needs a folder: move it away, or set REGISTRY_DIR to another folder.',
  EISDIR: 'A folder stands where the registry needs a file: move it away.',
  ENOENT: 'No folder can be made there: set REGISTRY_DIR to a folder on a disk.',
  ENOSPC: 'The disk is full: make room and try again. Nothing incomplete was registered.',
  EFBIG: 'A file would be larger than this process may make one (ulimit -f): raise that limit and try again.',
  EDQUOT: 'The disk quota is used up: make room and try again. Nothing incomplete was registered.',
};

/** Whether `error` carries one of the system error codes given, such as `ENOENT`. */
export function isFault(error: unknown, ...codes: readonly string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}

/**
 * What `action` gives; whatever the file system refuses on the way becomes RegistryError `registry_unusable`.
 * @param folder the registry's folder, for the message
 */
export async function tellingFaults<T>(folder: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const remedy = remedies[error.code ?? ''] ?? 'Mend what the system reports and try again.';
    throw new RegistryError('registry_unusable', `The registry ${folder} cannot be used: ${error.message}. ${remedy}`, {
      cause: error,
    });
  }
}

/** `promise`, or `fallback` where the file or folder it asks for is not there. */
export async function unlessMissing<T, F>(promise: Promise<T>, fallback: F): Promise<T | F> {
  try {
    return await promise;
  } catch (error) {
    if (isFault(error, 'ENOENT')) return fallback;
    throw error;
  }
}

/** System calls that fail throw errors with the name of the call. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
