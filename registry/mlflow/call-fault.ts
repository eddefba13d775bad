/** Why a call to MLflow gave nothing: as an error that says what to do, and whether the call may be made again. */
import { RegistryError, type RegistryErrorCode } from '../errors.js';
import { MLFLOW_EXCERPT_CHARACTERS } from '../limits.js';
import type { Connection } from './connection.js';

/** A call, as messages name it. */
export interface NamedCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Under the address of the server, without the query. */
  readonly path: string;
}

/**
 * Why one attempt gave nothing. `error` is for the caller, `state` decides whether there is another attempt: `unknown`
 * may have had its effect, so it is repeated only where that does no harm; `final` is not repeated.
 */
export class CallFault extends Error {
  constructor(
    readonly error: RegistryError,
    /** `unsent`: the server has not had the call, or has said that it did nothing. */
    readonly state: 'unsent' | 'unknown' | 'final',
  ) {
    super(error.message);
  }
}

/** What the system says where no connection came about. */
const UNSENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Certificates and protocols: no later attempt will go better. */
const TLS = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;

/** The fault of a connection that did not come about, broke, or gave no answer in time. */
export function networkFault(call: NamedCall, { base }: Connection, cause: unknown): CallFault {
  const code = codeOf(cause);
  const what = `MLflow at ${base} cannot be reached`;
  const broke = `MLflow at ${base} broke off, or did not answer in time`;
  const details = `${call.method} ${call.path}: ${code}`;
  if (TLS.test(code)) {
    const remedy =
      'Its certificate is not trusted, or it speaks no TLS: name the authority with NODE_EXTRA_CA_CERTS, or mend MLFLOW_TRACKING_URI.';
    return fault('registry_unreachable', `${what} (${details}). ${remedy}`, 'final', cause);
  }
  if (UNSENT.has(code)) {
    const remedy = 'Check that it runs and that MLFLOW_TRACKING_URI is its address, then try again.';
    return fault('registry_unreachable', `${what} (${details}). ${remedy}`, 'unsent', cause);
  }
  const remedy = "Look at the server's log, then try again.";
  return fault('registry_unreachable', `${broke} (${details}). ${remedy}`, 'unknown', cause);
}

/**
 * The fault of an answer whose status says that it is none, or is none of MLflow's.
 * @param location where the server redirects to, if it does
 */
export function statusFault(
  call: NamedCall,
  connection: Connection,
  status: number,
  body: string,
  location: string,
): CallFault {
  const said = excerpt(body, connection.secrets);
  const what = `MLflow at ${connection.base} answered ${call.method} ${call.path} with ${status}${said && `: ${said}`}.`;
  if (status === 401) return fault('registry_refused', `${what} ${signInRemedy(connection)}`, 'final');
  if (status === 403) {
    const remedy =
      'The user may not do this, or the server does not answer to this host name (it is started with --allowed-hosts).';
    return fault('registry_refused', `${what} ${remedy}`, 'final');
  }
  if (location !== '') {
    const target = hidden(location, connection.secrets).replace(/\/\/[^/]*@/, '//');
    return fault(
      'registry_failed',
      `${what} It redirects to ${target}: set MLFLOW_TRACKING_URI to where it is.`,
      'final',
    );
  }
  const again = `${what} Look at the server's log, then try again.`;
  if (status === 429) return fault('registry_failed', again, 'unsent');
  if (status >= 500) return fault('registry_failed', again, 'unknown');
  const remedy = 'This is not how MLflow answers: is MLFLOW_TRACKING_URI the address of a tracking server?';
  return fault('registry_failed', `${what} ${remedy}`, 'final');
}

/** MLflow's answer to writers that make the same new alias at once. */
export function contended({ method, path }: NamedCall, { base, secrets }: Connection, message: string): CallFault {
  const said = excerpt(message, secrets);
  const what = `MLflow at ${base} answered ${method} ${path} with BAD_REQUEST: ${said}.`;
  return fault(
    'alias_contended',
    `${what} Others write the same alias; look at the aliases, then try again.`,
    'unsent',
  );
}

/** The fault of an answer that is longer than is read. */
export function tooLarge({ method, path }: NamedCall, { base }: Connection, maxBytes: number): CallFault {
  return fault('registry_failed', `MLflow at ${base} answered ${method} ${path} with over ${maxBytes} bytes.`, 'final');
}

function signInRemedy({ authorization }: Connection): string {
  return authorization === undefined
    ? 'Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.'
    : 'Check MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.';
}

/** The words of an answer, be it a page or plain text, shortened. */
export function excerpt(body: string, secrets: readonly string[] = []): string {
  const words = hidden(body.slice(0, 10_000), secrets)
    .replaceAll(/<(style|script|title)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return words.length > MLFLOW_EXCERPT_CHARACTERS ? `${words.slice(0, MLFLOW_EXCERPT_CHARACTERS)}…` : words;
}

function hidden(text: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, '…'), text);
}

function fault(code: RegistryErrorCode, message: string, state: CallFault['state'], cause?: unknown): CallFault {
  return new CallFault(new RegistryError(code, message, { cause }), state);
}

/** The code of what went wrong, found where undici or the system has put it. */
function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  if (cause.name === 'TimeoutError') return 'no answer in time';
  return cause.cause === undefined ? cause.message : codeOf(cause.cause);
}
