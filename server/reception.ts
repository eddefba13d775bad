/** How the environment wants requests to come in: by HTTPS or not, with tokens or not, told in the log or not. */
import type { Environment } from '../config/environment.js';
import type { Logger } from './log.js';
import { RequestLog } from './request-log.js';
import { readTlsFiles, type TlsFiles } from './tls.js';
import { Tokens } from './tokens.js';

/** By what rules requests come in; of the private port they do not hold. */
export interface Reception {
  /** With them the server speaks HTTPS alone. */
  readonly tls: TlsFiles | undefined;
  /** Those that routes which are protected want one of; undefined where nothing is. */
  readonly tokens: Tokens | undefined;
  /** Told of every request; undefined where none is logged. */
  readonly requestLog: RequestLog | undefined;
}

/** @throws ConfigError where a file that is named cannot be used */
export function openReception(environment: Environment, log: Logger): Reception {
  const { TLS_CERT_FILE, TLS_KEY_FILE, API_TOKENS_FILE, LOG_REQUESTS } = environment;
  return {
    tls: readTlsFiles(TLS_CERT_FILE, TLS_KEY_FILE),
    tokens: API_TOKENS_FILE === '' ? undefined : new Tokens(API_TOKENS_FILE, log),
    requestLog: LOG_REQUESTS === 'sample' ? new RequestLog(log) : undefined,
  };
}
