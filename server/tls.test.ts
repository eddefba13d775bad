/** HTTPS with a certificate that signs itself, made by OpenSSL, and a client that trusts no other. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import t from 'tap';
import { startTestServer } from '../testing/test-server.js';
import { ORDER_TEXT } from './fixtures/raw-client.js';
import { readTlsFiles } from './tls.js';

const folder = t.testdir({ 'garbage.pem': 'no certificate' });
const of = (name: string) => join(folder, name);

function makeCertificate(name: string): void {
  const files = ['-keyout', of(`${name}.key`), '-out', of(`${name}.pem`)];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...files, ...subject], { stdio: 'ignore' });
}
makeCertificate('ours');
makeCertificate('other');
const encrypt = ['ec', '-in', of('ours.key'), '-aes256', '-passout', 'pass:secret', '-out', of('locked.key')];
execFileSync('openssl', encrypt, { stdio: 'ignore' });

t.test('with a certificate and its key the server speaks HTTPS, and HTTP no more', async (t) => {
  const server = await startTestServer(t, { TLS_CERT_FILE: of('ours.pem'), TLS_KEY_FILE: of('ours.key') });
  const { port } = new URL(server.url);
  const asked = request({
    host: '127.0.0.1',
    port,
    path: '/predict',
    method: 'POST',
    ca: readFileSync(of('ours.pem')),
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(ORDER_TEXT) },
  });
  asked.end(ORDER_TEXT);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  t.equal(answer.statusCode, 200);
  t.equal(answer.headers['x-model-version'], '1');
  const body = (await answer.setEncoding('utf8').toArray()).join('');
  t.match(body, /^\{"estimated_delivery_minutes":[0-9.]+\}$/);
  await t.rejects(fetch(`${server.url}/health`));
});

t.test('files that do not serve end the start with a sentence that names them', async (t) => {
  writeFileSync(of('both.pem'), readFileSync(of('ours.key')));
  for (const [certificate, key, message] of [
    ['ours.pem', '', /TLS_CERT_FILE is set without TLS_KEY_FILE/],
    ['', 'ours.key', /TLS_KEY_FILE is set without TLS_CERT_FILE/],
    ['missing.pem', 'ours.key', /TLS_CERT_FILE, .*missing\.pem, is not to be read: ENOENT/],
    ['ours.pem', 'missing.key', /TLS_KEY_FILE, .*missing\.key, is not to be read: ENOENT/],
    ['garbage.pem', 'ours.key', /TLS_CERT_FILE, .*garbage\.pem, is no certificate in PEM/],
    ['both.pem', 'ours.key', /TLS_CERT_FILE, .*both\.pem, is no certificate in PEM/],
    ['ours.pem', 'garbage.pem', /TLS_KEY_FILE, .*garbage\.pem, is no private key in PEM/],
    ['ours.pem', 'locked.key', /TLS_KEY_FILE, .*locked\.key, is no private key in PEM without a passphrase/],
    ['ours.pem', 'other.key', /TLS_KEY_FILE, .*other\.key, is not the key of the first certificate/],
  ] as const) {
    const file = (name: string) => (name === '' ? '' : of(name));
    t.throws(() => readTlsFiles(file(certificate), file(key)), { name: 'ConfigError', message });
  }
  const half = startTestServer(t, { TLS_CERT_FILE: of('ours.pem') });
  await t.rejects(half, { message: /exit code 1 before it served\. [^\n]*without TLS_KEY_FILE[^\n]*$/ });
});
