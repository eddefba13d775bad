/**
 * A folder of a test's own that a server may work in: it is removed after the teardowns that were registered later,
 * such as the server's end. `t.testdir` is removed before them.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';

export async function temporaryFolder(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'food-delivery-time-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}
