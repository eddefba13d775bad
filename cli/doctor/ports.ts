/** Whether the server could listen where it is told to, or does so already. */
import { Compile } from 'typebox/compile';
import { Liveness } from '../../server/answers.js';
import { portFault } from '../../server/port.js';
import { LIVE_ANSWER_MS } from '../limits.js';
import { type Check, type Finding, ok, wrong } from './check.js';

const alive = Compile(Liveness);

/** A finding for PORT, and one for ADMIN_PORT where that is set. A port that a server of ours has is in order. */
export const ports: Check = {
  name: 'ports',
  async examine({ environment }) {
    const { HOST, PORT, ADMIN_HOST, ADMIN_PORT, TLS_CERT_FILE } = environment;
    const scheme = TLS_CERT_FILE === '' ? 'http' : 'https';
    const findings = [await examinePort(HOST, PORT, scheme, { host: 'HOST', port: 'PORT' })];
    if (ADMIN_PORT !== undefined) {
      const names = { host: 'ADMIN_HOST', port: 'ADMIN_PORT' };
      findings.push(await examinePort(ADMIN_HOST || HOST, ADMIN_PORT, 'http', names));
    }
    return findings;
  },
};

async function examinePort(
  host: string,
  port: number,
  scheme: string,
  names: { readonly host: string; readonly port: string },
): Promise<Finding> {
  if (port === 0) return ok(`${names.port} is 0: the system chooses a port.`);
  const fault = await portFault(host, port, names);
  if (fault === undefined) return ok(`${names.port} ${port} is free on ${host}.`);
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  const url = `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}`;
  if (await isOurs(url)) return ok(`A server of this program answers at ${url}.`);
  return wrong(fault.message);
}

/** Whether what has the port answers as our server does. */
async function isOurs(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(LIVE_ANSWER_MS) });
    return alive.Check(await response.json());
  } catch {
    return false; // Whatever has the port, it is not ours.
  }
}
