/**
 * The certificate and the key that HTTPS is spoken with, judged before they are used: of files that do not serve,
 * uWebSockets says nothing but that it cannot.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { ConfigError } from '../config/errors.js';

/** The paths of the two files, which have been read and found to belong together. */
export interface TlsFiles {
  /** The certificate, and those between it and its authority, in PEM. */
  readonly cert: string;
  readonly key: string;
}

/**
 * The two files, which belong together; undefined where none is given.
 * @throws ConfigError naming the variable and the file
 */
export function readTlsFiles(cert: string, key: string): TlsFiles | undefined {
  if (cert === '' && key === '') return undefined;
  if (cert === '') throw new ConfigError('TLS_KEY_FILE is set without TLS_CERT_FILE: set both, or neither.');
  if (key === '') throw new ConfigError('TLS_CERT_FILE is set without TLS_KEY_FILE: set both, or neither.');
  const [certText, keyText] = [read('TLS_CERT_FILE', cert), read('TLS_KEY_FILE', key)];
  const certificate = judged('TLS_CERT_FILE', cert, 'no certificate in PEM', () => new X509Certificate(certText));
  const privateKey = judged('TLS_KEY_FILE', key, 'no private key in PEM without a passphrase', () =>
    createPrivateKey(keyText),
  );
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new ConfigError(`TLS_KEY_FILE, ${key}, is not the key of the first certificate in TLS_CERT_FILE, ${cert}.`);
  }
  judged('TLS_CERT_FILE', cert, 'not taken by OpenSSL', () => createSecureContext({ cert: certText, key: keyText }));
  return { cert, key };
}

function read(variable: string, file: string): string {
  return judged(variable, file, 'not to be read', () => readFileSync(file, 'utf8'));
}

function judged<T>(variable: string, file: string, fault: string, judge: () => T): T {
  try {
    return judge();
  } catch (error) {
    throw new ConfigError(`${variable}, ${file}, is ${fault}: ${error instanceof Error ? error.message : error}.`);
  }
}
