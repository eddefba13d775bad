import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import t from 'tap';
import { startTestServer } from '../../testing/test-server.js';

const { url } = await startTestServer(t);

/** What is at an address, byte for byte, without a client that decodes or caches. */
const bytes = async (path: string): Promise<Buffer> => Buffer.from(await (await fetch(url + path)).arrayBuffer());

/** The addresses that a page loads things from. */
async function referencesOf(path: string): Promise<string[]> {
  const html = await (await fetch(url + path)).text();
  return [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, reference = '']) => new URL(reference, url + path).href);
}

t.test('the page is at /docs and at /docs/, and both load the same files of this server', async (t) => {
  const references = await referencesOf('/docs');
  t.strictSame(
    references,
    ['favicon-32x32.png', 'swagger-ui.css', 'swagger-ui-bundle.js', 'initializer.js'].map(
      (name) => `${url}/docs/${name}`,
    ),
  );
  t.strictSame(await referencesOf('/docs/'), references);
  for (const reference of references) t.equal((await fetch(reference)).status, 200, reference);
});

t.test('the files of Swagger UI come as they are in its package, with their types', async (t) => {
  for (const [name, type] of [
    ['swagger-ui.css', 'text/css; charset=utf-8'],
    ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
    ['favicon-32x32.png', 'image/png'],
  ] as const) {
    const inPackage = await readFile(new URL(`../../../node_modules/swagger-ui-dist/${name}`, import.meta.url));
    t.ok(inPackage.equals(await bytes(`/docs/${name}`)), name);
    t.equal((await fetch(`${url}/docs/${name}`)).headers.get('content-type'), type);
  }
});

t.test('other files of the package, and what lies outside of it, are not served', async (t) => {
  const { hostname, port } = new URL(url);
  // By hand, since fetch would resolve the dots itself.
  const statusOf = (path: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const asked = request({ hostname, port, path }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on('error', reject).end();
    });
  for (const path of [
    '/docs/index.html',
    '/docs/package.json',
    '/docs/swagger-ui-bundle.js.map',
    '/docs/swagger-ui.css/',
    '/docs//',
    '/docs/../package.json',
    '/docs/%2e%2e/package.json',
    '/docs/..%2fpackage.json',
  ])
    t.equal(await statusOf(path), 404, path);
});

t.test('a caller that has it already is told so, and is sent nothing', async (t) => {
  for (const path of ['/docs', '/docs/', '/docs/swagger-ui-bundle.js', '/openapi.json']) {
    const first = await fetch(url + path);
    const etag = first.headers.get('etag') ?? '';
    t.match(etag, /^"[\w-]{22}"$/, path);
    t.equal(first.headers.get('cache-control'), 'no-cache');
    const ask = (tags: string) => fetch(url + path, { headers: { 'if-none-match': tags } });
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await ask(tags);
      t.strictSame([again.status, again.headers.get('etag'), await again.text()], [304, etag, ''], tags);
    }
    for (const tags of ['', '"other"', etag.slice(1, -1), `"${etag.slice(1, -2)}"`]) {
      const whole = await ask(tags);
      t.strictSame([whole.status, (await whole.text()).length > 0], [200, true], tags);
    }
  }
});

t.test('a connection goes on after an answer without a body', async (t) => {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  const ask = (method: string, path: string, headers: Record<string, string>) =>
    new Promise<string>((resolve, reject) => {
      const asked = request({ hostname, port, method, path, headers, agent }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text) => (body += text));
        response.on('end', () => resolve(`${response.statusCode} ${asked.reusedSocket} ${body}`));
      });
      asked.on('error', reject).end();
    });
  t.equal(await ask('GET', '/docs', { 'if-none-match': '*' }), '304 false ');
  t.equal(await ask('HEAD', '/docs', {}), '200 true ');
  t.match(await ask('GET', '/health/live', {}), /^200 true \{"status":"alive"/);
});

t.test('the page may run no script but its own files, and load nothing from elsewhere', async (t) => {
  const response = await fetch(`${url}/docs`);
  const policy = new Map(
    (response.headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources.join(' ')];
    }),
  );
  t.equal(policy.get('default-src'), "'none'");
  for (const name of ['script-src', 'style-src', 'connect-src']) t.equal(policy.get(name), "'self'", name);
  t.equal(policy.get('frame-ancestors'), "'none'");
  t.equal(response.headers.get('x-content-type-options'), 'nosniff');
  t.notMatch(await response.text(), /<script>|<style|javascript:| on\w+=/);
});
