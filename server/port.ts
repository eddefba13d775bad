/** Ports: whether one can be listened on, and why not. */
import { createServer } from 'node:net';

/** What a host and a port are called where they are set. */
export interface PortSettings {
  readonly host: string;
  readonly port: string;
}
const SETTINGS: PortSettings = { host: 'HOST', port: 'PORT' };

/** The address cannot be listened on; the message names it and says why. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code = 'cannot_listen';
}

/**
 * Why the port cannot be listened on alone; undefined where it can. uWebSockets says only that it could not listen, and
 * shares a port unless told not to, so that the system is asked.
 */
export async function portFault(
  host: string,
  port: number,
  settings: PortSettings = SETTINGS,
): Promise<ListenError | undefined> {
  const tried = await tryPort(host, port);
  if (typeof tried === 'number') return undefined;
  const reasons: Record<string, string> = {
    EADDRINUSE: `another program has that port. Stop it, or set ${settings.port} to a free one`,
    EACCES: `this user may not use that port. Set ${settings.port} to one above 1023`,
    EADDRNOTAVAIL: `this machine has no such address. Set ${settings.host} to one that it has, or to 0.0.0.0`,
    ENOTFOUND: `there is no such host. Set ${settings.host} to an address of this machine, or to 0.0.0.0`,
  };
  return listenError(host, port, reasons[tried.code ?? ''] ?? tried.message);
}

/** A port that was free just now; 0 where the system gives none, so that the library says why. */
export async function freePort(host: string): Promise<number> {
  const tried = await tryPort(host, 0);
  return typeof tried === 'number' ? tried : 0;
}

/** Listens for a moment; gives the port, or the fault of the system. */
async function tryPort(host: string, port: number): Promise<number | NodeJS.ErrnoException> {
  const probe = createServer();
  const fault = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    probe.once('error', resolve);
    probe.listen({ host, port, exclusive: true }, () => resolve(undefined));
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return fault ?? (typeof address === 'object' && address !== null ? address.port : port);
}

/** It was in use when the library asked for it, and is not any more. */
export function unknownFault(host: string, port: number): ListenError {
  return listenError(host, port, 'the system does not say why');
}

function listenError(host: string, port: number, reason: string): ListenError {
  return new ListenError(`Cannot listen on ${host}:${port}: ${reason}.`);
}
