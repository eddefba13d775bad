/** A real server process for a test, on a port of its own, stopped when the test is over. */
import type { Test } from 'tap';
import { type ServerProcess, type StartOptions, startServerProcess } from '../bench/server-process.js';
import { temporaryFolder } from './temporary-folder.js';
import { environmentOf, trainedProject } from './trained-project.js';

/**
 * Serves the trained project's production version, unless `settings` say otherwise.
 * @param settings environment variables
 */
export async function startTestServer(
  t: Test,
  settings: Readonly<Record<string, string>> = {},
  options: StartOptions = {},
): Promise<ServerProcess> {
  const project = await trainedProject();
  const environment = {
    ...environmentOf(project),
    SERVER_PROCESSES: '1',
    CACHE_DIR: await temporaryFolder(t),
    ...settings,
  };
  const server = await startServerProcess(environment, options);
  t.teardown(() => server.stop());
  return server;
}

/** Posts `body` to `/predict`, as JSON unless it is text already. */
export function postOrder(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}
