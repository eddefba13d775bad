/** `food-eta serve`: the server, as `node dist/server/main.js` runs it. */
import { parseArguments, wholeNumber } from '../../config/command.js';
import { usageOf } from '../../config/command-line.js';
import { readEnvironment } from '../../config/environment.js';
import { formatModelUri } from '../../registry/model-uri.js';
import { serve } from '../../server/main.js';
import type { Context, Outcome } from '../command.js';
import { SERVE } from '../command-lines.js';
import { versionChosen } from '../version-name.js';

export { FORESEEN } from '../../server/main.js';

const PORTS = { minimum: 0, maximum: 65_535 };

/**
 * Gives the address and the version, null where there is none yet, when the server has started. No code: it goes on.
 * The options are put into `process.env`.
 * @throws UsageError, and what FORESEEN lists
 */
export async function run(args: readonly string[], { started }: Context): Promise<Outcome> {
  const { values } = parseArguments({ args: [...args], options: SERVE.options }, usageOf(SERVE, started));
  const { port, host, version, alias } = values;
  // Into the environment, which the processes that share the port read for themselves.
  if (port !== undefined) process.env['PORT'] = String(wholeNumber('--port', port, PORTS));
  if (host !== undefined) process.env['HOST'] = host;
  process.env['MODEL_URI'] = formatModelUri(versionChosen({ version, alias }, readEnvironment().MODEL_URI));
  const served = await serve();
  const number = served.version?.version ?? null;
  // The standard output is the log's.
  console.error(
    number === null
      ? `No model is served yet at ${served.url}: the log says why. The server keeps trying.`
      : `Version ${number} of the model is served at ${served.url}`,
  );
  return { code: undefined, result: { url: served.url, version: number } };
}
