import { readFileSync } from 'node:fs';
import t from 'tap';
import { SETTINGS } from './environment.js';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

t.test('the README lists every environment variable with its default and purpose, and no other', async (t) => {
  const section = readme.slice(readme.indexOf('## Configuration'));
  const listed = [...section.matchAll(/^\| `([A-Z_]+)` \| (.*) \| (.*) \|$/gm)].map((row) => row.slice(1));
  const expected = Object.entries(SETTINGS).map(([key, { fallback, purpose }]) => {
    // The default for workers depends on the machine.
    const shown = key === 'WORKERS' ? 'cores - 1' : fallback === '' ? '' : `\`${fallback}\``;
    return [key, shown, purpose];
  });
  t.same(listed, expected);
});
