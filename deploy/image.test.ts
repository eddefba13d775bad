/** What can be told of the Dockerfile without Docker. `npm run test:deploy` builds the image and runs it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

/** Seen from `dist/deploy/`. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const dockerfile = read('Dockerfile');

/** The rooms that the server runs from, as docs/architecture.md has them. */
const ROOMS = ['config', 'features', 'registry', 'server', 'workers'];

/** The sources that are compiled into the image. */
function sources(): string[] {
  return ROOMS.flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.includes('fixtures/'))
      .map((name) => read(join(room, name))),
  );
}

t.test('the image leaves out exactly the packages that the server does not import', async (t) => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
  const texts = sources();
  const isImported = (name: string) => texts.some((text) => text.includes(`'${name}'`) || text.includes(`'${name}/`));
  const expected = Object.keys(dependencies).filter((name) => !isImported(name));
  const [, left = ''] = /npm uninstall --no-save --omit=dev ([\w -]+?) *\\$/m.exec(dockerfile) ?? [];
  t.strictSame(left.split(' '), expected);
});

t.test('every stage begins with the one base that the top of the file names, or with an earlier stage', async (t) => {
  const [, base = ''] = /^ARG BASE=(\S+)$/m.exec(dockerfile) ?? [];
  t.match(base, /^node:24-trixie-slim$/);
  const stages = new Set<string>();
  for (const [, from = '', name = ''] of dockerfile.matchAll(/^FROM (\S+) AS (\S+)$/gm)) {
    t.ok(from === '$' + '{BASE}' || stages.has(from), from);
    stages.add(name);
  }
  t.equal(stages.size, (dockerfile.match(/^FROM /gm) ?? []).length);
});

t.test('what goes into the build is listed, so that nothing comes along by accident', async (t) => {
  const lines = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  t.equal(lines[0], '*');
  for (const name of ['.git', '.venv', '.cache', 'node_modules', 'reports', 'deploy']) {
    t.notOk(lines.includes(`!${name}`), name);
  }
});
