/** What the file system says, told as a RegistryError that names the path and what to do. */
import { RegistryError } from './errors.js';

/** What is kept in a folder, and which variable names the folder. */
export interface Store {
  readonly noun: 'registry' | 'cache';
  readonly variable: 'REGISTRY_DIR' | 'CACHE_DIR';
  readonly code: 'registry_unusable' | 'cache_unusable';
}

const REGISTRY: Store = { noun: 'registry', variable: 'REGISTRY_DIR', code: 'registry_unusable' };
/** Versions fetched from a registry elsewhere. */
export const CACHE: Store = { noun: 'cache', variable: 'CACHE_DIR', code: 'cache_unusable' };

function remedyFor(fault: string | undefined, { noun, variable }: Store): string {
  switch (fault) {
    case 'EACCES':
    case 'EPERM':
      return `Give this user the right to read and write there, or set ${variable} to a folder where it has it.`;
    case 'EROFS':
      return `The file system is read-only: mount it writable, or set ${variable} to a folder on another.`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `A file stands where the ${noun} needs a folder: move it away, or set ${variable} to another folder.`;
    case 'EISDIR':
      return `A folder stands where the ${noun} needs a file: move it away.`;
    case 'ENOENT':
      return `No folder can be made there: set ${variable} to a folder on a disk.`;
    case 'ENOSPC':
      return 'The disk is full: make room and try again. Nothing incomplete was registered.';
    case 'EFBIG':
      return 'A file would be larger than this process may make one (ulimit -f): raise that limit and try again.';
    case 'EDQUOT':
      return 'The disk quota is used up: make room and try again. Nothing incomplete was registered.';
    default:
      return 'Mend what the system reports and try again.';
  }
}

/** Whether `error` carries one of the system error codes given, such as `ENOENT`. */
export function isFault(error: unknown, ...codes: readonly string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}

/**
 * What `action` gives; whatever the file system refuses on the way becomes a RegistryError, `registry_unusable` or the
 * code of the store given.
 * @param folder where the store is, for the message
 */
export async function tellingFaults<T>(folder: string, action: () => Promise<T>, store = REGISTRY): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const remedy = remedyFor(error.code, store);
    throw new RegistryError(store.code, `The ${store.noun} ${folder} cannot be used: ${error.message}. ${remedy}`, {
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
