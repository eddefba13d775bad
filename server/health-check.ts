/**
 * `node dist/server/health-check.js`: asks the server that runs by this environment whether a prediction would succeed.
 * Exit code 0 if so. For images, which have no curl; it loads next to nothing, since it is run every few seconds.
 */
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { isProgram, runProgram } from '../config/command.js';
import { type Environment, readEnvironment } from '../config/environment.js';
import { ConfigError } from '../config/errors.js';
import { HEALTH_CHECK_TIMEOUT_MS } from './limits.js';

interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * Where this server, and no other that shares its port, is asked for its health.
 * @throws ConfigError where the system has chosen the port
 */
export function healthUrl({ HOST, PORT, ADMIN_HOST, ADMIN_PORT, TLS_CERT_FILE }: Environment): URL {
  // The private port is of this server alone, and always speaks HTTP.
  const isPrivate = ADMIN_PORT !== undefined && ADMIN_PORT !== 0;
  const port = isPrivate ? ADMIN_PORT : PORT;
  if (port === 0) throw new ConfigError('PORT is 0, and nobody knows which port that became: set PORT or ADMIN_PORT.');
  const host = isPrivate && ADMIN_HOST !== '' ? ADMIN_HOST : HOST;
  const scheme = !isPrivate && TLS_CERT_FILE !== '' ? 'https' : 'http';
  return new URL(`${scheme}://${reachable(host)}:${port}/health`);
}

/** Addresses that stand for all of this machine's are no address to go to. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function ask(url: URL): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // The certificate is for the name that callers use, which is not the one that the server is asked by here.
    const options = { timeout: HEALTH_CHECK_TIMEOUT_MS, rejectUnauthorized: false };
    const get = url.protocol === 'https:' ? getHttps : getHttp;
    const request = get(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${HEALTH_CHECK_TIMEOUT_MS} ms`)));
    request.on('error', reject);
  });
}

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    const url = healthUrl(readEnvironment());
    try {
      const { status, text } = await ask(url);
      console.log(text);
      return status === 200 ? 0 : 1;
    } catch (error) {
      // Whatever it is, the server cannot be reached, which is the answer to the question.
      console.error(`${url}: ${error instanceof Error ? error.message : String(error)}`);
      return 1;
    }
  }, [ConfigError]);
}
