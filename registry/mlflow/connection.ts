/** Where a tracking server is and what to sign in with, as it was configured. */
import { RegistryError } from '../errors.js';

/** A tracking server as it is configured: the `MLFLOW_TRACKING_*` variables. */
export interface TrackingServer {
  /** http or https, with or without a path; may hold a user and a password, as MLflow's own client allows. */
  readonly trackingUri: string;
  /** With a password, before any token. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
}

/** The same, checked: what a call needs, and what may be shown of it. */
export interface Connection {
  /** Without credentials and without a slash at the end: what messages may show. */
  readonly base: string;
  /** The value of the header, or nothing where there is nothing to sign in with. */
  readonly authorization: string | undefined;
  /** What no message may show. */
  readonly secrets: readonly string[];
}

/** @throws RegistryError `registry_misconfigured` */
export function readConnection({ trackingUri, username, password, token }: TrackingServer): Connection {
  const url = parse(trackingUri);
  const user = username || decoded(url.username);
  const secret = password || decoded(url.password);
  if ((user === '') !== (secret === '')) {
    throw misconfigured(
      user === ''
        ? 'MLFLOW_TRACKING_PASSWORD is set and MLFLOW_TRACKING_USERNAME is not: set both, or neither.'
        : 'MLFLOW_TRACKING_USERNAME is set and MLFLOW_TRACKING_PASSWORD is not: set both, or neither.',
    );
  }
  const basic = user === '' ? undefined : Buffer.from(`${user}:${secret}`).toString('base64');
  const authorization = basic === undefined ? token && `Bearer ${token}` : `Basic ${basic}`;
  if (authorization !== undefined && /[^\x20-\x7e]/.test(authorization)) {
    throw misconfigured('MLFLOW_TRACKING_TOKEN holds what no header can: a line break, or other than ASCII.');
  }
  return {
    base: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    authorization: authorization || undefined,
    secrets: [secret, token ?? '', basic ?? ''].filter((text) => text !== ''),
  };
}

function parse(trackingUri: string): URL {
  const url = URL.canParse(trackingUri) ? new URL(trackingUri) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '') return url;
  // What stands before an @ may be a password, and what stands after a question mark a token.
  const shown = trackingUri.replace(/[^/]*@/, '…@').replace(/[?#].*$/s, (rest) => `${rest[0]}…`);
  throw misconfigured(
    `MLFLOW_TRACKING_URI is '${shown}'; allowed is the address of a tracking server, such as http://mlflow:5000, ` +
      'or nothing for the embedded registry.',
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A sign of percent that is meant as it stands.
  }
}

function misconfigured(message: string): RegistryError {
  return new RegistryError('registry_misconfigured', message);
}
