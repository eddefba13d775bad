/** The files of the page, as a server gives them. */
import { readdirSync } from 'node:fs';
import t from 'tap';
import { startTestServer } from '../../testing/test-server.js';

const { url } = await startTestServer(t);

/** What a file has the browser load: what a page names, what a module imports. */
function referencesOf(text: string, at: string): string[] {
  const found = [...text.matchAll(/(?:src|href)="(status-page\/[^"]*)"|from '(\.[^']*)'/g)];
  return found.map(([, named, imported]) => new URL(named ?? imported ?? '', at).pathname);
}

t.test('every file that the page comes to load is there, and no other is sent', async (t) => {
  const loaded = new Set<string>();
  const waiting = ['/'];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const response = await fetch(url + path);
    t.equal(response.status, 200, path);
    loaded.add(path);
    waiting.push(...referencesOf(await response.text(), url + path).filter((next) => !loaded.has(next)));
  }
  loaded.delete('/');
  const files = readdirSync(new URL('./browser/', import.meta.url)).filter((name) => name !== 'index.html');
  t.strictSame([...loaded].sort(), files.map((name) => `/status-page/${name}`).sort());
});

t.test(
  'the page may run no script but its own files, load nothing from elsewhere, and be framed by nobody',
  async (t) => {
    for (const path of ['/', '/status-page/main.mjs', '/status-page/icon.svg']) {
      const { headers } = await fetch(url + path);
      const policy = (headers.get('content-security-policy') ?? '').split('; ');
      t.strictSame(
        policy.filter((directive) => !directive.startsWith("trusted-types '")),
        [
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "img-src 'self'",
          "connect-src 'self'",
          "base-uri 'none'",
          "form-action 'none'",
          "frame-ancestors 'none'",
          "require-trusted-types-for 'script'",
        ],
        path,
      );
      t.equal(headers.get('x-content-type-options'), 'nosniff');
      t.equal(headers.get('referrer-policy'), 'no-referrer');
    }
    const html = await (await fetch(url)).text();
    t.notMatch(html, /<script>|<style|javascript:|style=| on\w+=|https?:/);
    t.match(html, /<html lang="en">/);
  },
);

t.test('types are such that a browser takes them', async (t) => {
  const types = ['/', '/status-page/main.mjs', '/status-page/style.css', '/status-page/icon.svg'].map(
    async (path) => (await fetch(url + path)).headers.get('content-type')?.split(';')[0],
  );
  t.strictSame(await Promise.all(types), ['text/html', 'text/javascript', 'text/css', 'image/svg+xml']);
});
