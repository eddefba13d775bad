// @ts-check
/** Each rule over a small house that keeps it, and over the same with one fault. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { addresses } from './tidy/addresses.mjs';
import { architecture } from './tidy/architecture.mjs';
import { docComments } from './tidy/doc-comments.mjs';
import { documents } from './tidy/documents.mjs';
import { readHouse } from './tidy/house.mjs';
import { leftovers } from './tidy/leftovers.mjs';
import { lengths } from './tidy/lengths.mjs';
import { limits } from './tidy/limits.mjs';
import { links } from './tidy/links.mjs';
import { purpose } from './tidy/purpose.mjs';

const IMPORT_RULES = [
  { name: 'server-imports', from: {}, to: { path: '^(?!server/|features/)[a-z]+/' } },
  { name: 'features-imports', from: {}, to: { path: '^(?!features/)[a-z]+/' } },
  { name: 'one-importer-of-pino', from: { pathNot: '^server/log\\.ts$' }, to: {} },
  { name: 'one-importer-of-undici', from: { pathNot: '^(server/hook\\.ts|features/far\\.ts)$' }, to: {} },
];
const ROOMS = `# Architecture

## Rooms

| folder | holds | may import |
|---|---|---|
| \`features/\` | the order | nothing of ours |
| \`server/\` | the front end | \`features/\`, to encode |

\`pino\` (\`server/log.ts\`) and \`undici\` (\`server/hook.ts\`, \`features/far.ts\`) are imported by these alone.

## Limits
`;
const LAYOUT =
  '\n## Layout\n\n| folder | holds |\n|---|---|\n| `features/` | a |\n| `server/` | b |\n\n`npm start` starts it.\n';

/**
 * What the rule finds in the house with these files over its own.
 * @param {import('./tidy/house.mjs').Rule} rule
 * @param {Record<string, string>} [changes]
 */
function findings(rule, changes = {}) {
  const files = {
    'README.md': LAYOUT,
    'CHANGELOG.md': '# Changelog\n\n## 1.0.0 (unreleased)\n',
    'package.json': '{ "version": "1.0.0", "scripts": { "start": "node x" } }',
    'docs/architecture.md': ROOMS,
    'features/order.ts': '/** The order that a request becomes. */\n',
    'server/log.ts': "/** The log of the server. */\nimport pino from 'pino';\n",
    'server/hook.ts': "/** The hook of the server. */\nimport { request } from 'undici';\n",
    'features/far.ts': "/** Features from far away. */\nimport { request } from 'undici';\n",
    ...changes,
  };
  const found = rule({ files: new Map(Object.entries(files)), importRules: IMPORT_RULES });
  return found.map(({ file, line, message }) => `${file}:${line}: ${message}`);
}

/**
 * @param {import('./tidy/house.mjs').Rule} rule
 * @param {[Record<string, string>, RegExp][]} faults
 */
function expectFaults(rule, faults) {
  for (const [changes, expected] of faults) {
    const found = findings(rule, changes);
    t.match(found, [expected], JSON.stringify(changes).slice(0, 200));
    t.equal(found.length, 1, found.join('\n'));
  }
}

t.test('the house of these tests is tidy', async (t) => {
  for (const rule of [purpose, leftovers, addresses, architecture, documents, docComments, links]) {
    t.same(findings(rule), [], rule.name);
  }
});

t.test('a file that is too long is found, and an exception that is not needed', async () => {
  const lines = (/** @type {number} */ count) => 'x\n'.repeat(count);
  const excepted = { 'training/fit.py': lines(460) };
  expectFaults(lengths, [
    [{ ...excepted, 'features/order.ts': lines(251) }, /^features\/order\.ts:250: 251 lines, at most 250/],
    [{ ...excepted, 'features/order.test.ts': lines(401) }, /at most 400/],
    [{ ...excepted, 'training/fit.py': lines(10) }, /^training\/fit\.py:1: needs no limit of its own/],
  ]);
});

t.test('a source that does not begin with what it is for is found', async () => {
  expectFaults(purpose, [
    [{ 'features/order.ts': "import t from 'x';\n" }, /^features\/order\.ts:1: begin it/],
    [{ 'setup/x.mjs': '// @ts-check\n/** x */\n' }, /^setup\/x\.mjs/],
    [{ '.ci/run': '#!/bin/sh\nset -e\n' }, /^\.ci\/run/],
  ]);
});

t.test('a limit outside the limits file of its room is found', async (t) => {
  const found = (/** @type {string} */ file, /** @type {string} */ code) =>
    findings(limits, { [file]: code }).filter((line) => line.startsWith(file));
  for (const name of [
    'WAIT_MS',
    'MAX_ROWS',
    'BODY_BYTES',
    'TIMEOUT',
    'CHECKS_PER_TIMEOUT',
    'MIN_AGE',
    'WAIT_SECONDS',
  ]) {
    t.match(
      found('server/x.ts', `/** x */\nexport const ${name} = 5;\n`),
      [/^server\/x\.ts:2: .*server\/limits\.ts$/],
      name,
    );
  }
  t.match(found('setup/x.mjs', 'const WAIT_MS = 5;'), [/belongs into setup\/limits\.mjs$/]);
  t.same(found('server/limits.ts', 'export const WAIT_MS = 5;'), []);
  t.same(found('server/x.test.ts', 'const WAIT_MS = 5;'), []);
  t.same(found('server/x.ts', "const TIMEOUT = 'timeout';\nconst ITEMS = 5;\n"), []);
});

t.test('what is left over from working is found, and an error that is swallowed', async (t) => {
  const begin = '/** What this file is for. */\n';
  expectFaults(leftovers, [
    [{ 'server/x.ts': `${begin}// ${'TO'}${'DO'} later` }, /^server\/x\.ts:2: do it/],
    [{ 'server/x.ts': `${begin}console.log('here');` }, /only a program/],
    [{ 'server/x.ts': `${begin}try { a(); } catch (error) {${''}}` }, /swallowed/],
    [{ 'server/x.ts': `${begin}await a().catch(() => ${'undefined'});` }, /swallowed/],
    [{ 'server/x.ts': `${begin}try { a(); } catch { return 1; }` }, /any error counts as one/],
  ]);
  const fine = 'try { a(); } catch { // It is gone already.\n}\ntry { a(); } catch { throw new X(); }';
  t.same(findings(leftovers, { 'server/x.ts': begin + fine }), []);
  t.same(findings(leftovers, { 'server/x.ts': `${begin}await runProgram(async () => console.log('x'));` }), []);
});

t.test('what holds on one machine or in one network only is found in any file', async (t) => {
  const path = ['', 'home', 'me', 'orders.csv'].join('/');
  const host = ['registry', 'npmjs', 'org'].join('.');
  const address = [10, 1, 2, 3].join('.');
  expectFaults(addresses, [
    [{ 'params.yaml': `url: http://${address}:80` }, /^params\.yaml:1: '10\.1\.2\.3' is the address/],
    [
      { 'package-lock.json': `{\n"resolved": "${'http'}s://example.org/x.tgz" }` },
      /^package-lock\.json:2: .*where packages come from/,
    ],
    [{ '.npmrc': `registry${'='}https://example.org` }, /where packages come from/],
    [{ 'README.md': `See ${host}.` }, /where packages come from/],
    [{ 'data/README.md': `in ${path}` }, /path of one machine/],
  ]);
  t.same(
    findings(addresses, { 'x.md': '127.0.0.1, 0.0.0.0, 169.254.169.254, 192.0.2.7, version 1.2.3, x==1.1.1.2' }),
    [],
  );
});

t.test('an architecture that is not that of the house is found', async () => {
  const page = (/** @type {string} */ from, /** @type {string} */ to) => ({
    'docs/architecture.md': ROOMS.replace(from, to),
  });
  expectFaults(architecture, [
    [{ 'README.md': `${LAYOUT}| \`gone/\` | c |\n` }, /^README\.md:\d+: the table has gone\/, which is not there/],
    [{ 'README.md': LAYOUT.replace(/\| `server.*\n/, '') }, /lacks the folder server\//],
    [page('nothing of ours', '`server/`'), /features\/ importing server\/: \S+ forbids it/],
    [page('`features/`, to encode', 'nothing of ours'), /server\/ importing features\/: \S+ allows it/],
    [page('`server/log.ts`) and', '`server/main.ts`) and'), /the one importer of pino/],
    [page('`pino` (`server/log.ts`)', 'Nothing'), /the one importer of pino.*names none/],
    [page('`pino` (', '`yaml` (`config/params.ts`), `pino` ('), /no rule enforces the one importer of yaml/],
    [{ 'server/log.ts': '' }, /does not import it/],
    [page(', `features/far.ts`)', ')'), /the one importer of undici/],
    [{ 'features/far.ts': '' }, /^docs\/architecture\.md:3: features\/far\.ts is to be .* importer of undici/],
  ]);
});

t.test('pages that name what there is not, or do not name what there is, are found', async () => {
  expectFaults(documents, [
    [{ 'README.md': '' }, /^package\.json:1: nothing says what 'npm run start' does/],
    [{ 'CONTRIBUTING.md': 'Use `npm run fly`.' }, /^CONTRIBUTING\.md:1: 'npm run fly' is no command/],
    [{ 'CHANGELOG.md': '## 0.9.0\n' }, /no heading for version 1\.0\.0/],
    [{ 'docs/x.md': 'See `server/gone.ts`.' }, /there is no file server\/gone\.ts/],
    [{ 'docs/x.md': 'See `docs/gone.md`.' }, /there is no file docs\/gone\.md/],
  ]);
});

t.test('what is exported without a doc comment is found, in every room', async (t) => {
  const begin = "/** What this file is for. */\nimport x from 'x';\n\n";
  expectFaults(docComments, [
    [{ 'config/x.ts': `${begin}export const A = 1;\n` }, /^config\/x\.ts:4: A is exported without a doc comment/],
    [
      { 'config/x.ts': `${begin}/** One. */\nexport const A = 1;\nexport async function b() {}\n` },
      /:6: b is exported/,
    ],
    [{ 'config/x.ts': `${begin}export type A = Type.Static<typeof B>;\n` }, /:4: A is exported/],
    [{ 'client/inner/x.ts': `${begin}export class B {}\n` }, /^client\/inner\/x\.ts:4: B is exported/],
  ]);
  const fine = [
    '/** The sum of both. */\nexport function* sum() {}\n',
    `${begin}/**\n * A.\n */\n// biome-ignore lint: x\nexport const A = Type.Object({});\nexport type A = Type.Static<typeof A>;\n`,
  ];
  for (const text of fine) t.same(findings(docComments, { 'config/x.ts': text }), []);
  const forTests = ['config/x.test.ts', 'cli/fixtures/x.ts', 'testing/x.ts'];
  for (const file of [...forTests, 'features/definitions/x.ts']) {
    t.same(findings(docComments, { [file]: `${begin}export const A = 1;\n` }), [], file);
  }
});

t.test('a link that leads nowhere is found', async (t) => {
  expectFaults(links, [
    [{ 'docs/x.md': '[gone](gone.md)' }, /^docs\/x\.md:1: the link to gone\.md leads nowhere/],
    [{ 'docs/x.md': '[a](#b)\n\n```sh\n# b\n```\n' }, /docs\/x\.md has no heading for the link to #b/],
    [{ 'docs/x.md': '[section](../README.md#gone)' }, /README\.md has no heading for the link to #gone/],
  ]);
  const fine =
    '[a](../README.md#layout) [b](../features/) [c](#what-it-is) [d](https://example.org/x)\n\n## What it is\n';
  t.same(findings(links, { 'docs/x.md': fine }), []);
});

t.test('the house is all files but those that git ignores', async (t) => {
  const root = t.testdir({
    '.gitignore':
      '# x\ndist/\n.venv/\ndata/?*\n!data/*.ts\n!data/README.md\n!data/raw/\ndata/raw/?*\n!data/raw/*.dvc\n.dvc/tmp\n.dvc/config.local\n',
    '.dependency-cruiser.cjs': readFileSync(new URL('../.dependency-cruiser.cjs', import.meta.url), 'utf8'),
    '.git': { config: '' },
    '.ci': { run: '' },
    '.dvc': { config: '', 'config.local': '', tmp: { x: '' } },
    data: {
      'make.ts': '',
      'README.md': '',
      'raw.csv': '',
      raw: { 'x.ts': '', 'x.csv.dvc': '', deep: { 'x.dvc': '' } },
      model: { 'x.ts': '', 'x.dvc': '' },
    },
    dist: { 'x.js': '' },
    server: { 'x.ts': '', dist: { 'y.js': '' } },
    'image.png': '\0',
  });
  const { files } = readHouse(root);
  t.same([...files.keys()].sort(), [
    '.ci/run',
    '.dependency-cruiser.cjs',
    '.dvc/config',
    '.gitignore',
    'data/README.md',
    'data/make.ts',
    'data/raw/x.csv.dvc',
    'image.png',
    'server/x.ts',
  ]);
  t.equal(files.get('image.png'), '', 'a link may lead to it, and no rule reads it');
});
