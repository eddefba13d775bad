import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { PROJECT } from '../infrastructure/fixtures/stacks.js';

const COMMITS = { checkout: 'c'.repeat(40), caches: 'a'.repeat(40) };

const WORKFLOW = `jobs:

  a:

    uses: ./.github/workflows/other.yml
    steps:
      - uses: actions/checkout@v5.0.0 # not pinned yet: npm run pin-actions
      - name: one in a folder of its repository, whose tag is annotated
        uses: 'octo/caches/save@v1.2'
      - uses: actions/checkout@v5.0.0
      - run: 'echo uses: nothing/of@this'
`;
const PINNED = `jobs:

  a:

    uses: ./.github/workflows/other.yml
    steps:
      - uses: actions/checkout@${COMMITS.checkout} # v5.0.0
      - name: one in a folder of its repository, whose tag is annotated
        uses: octo/caches/save@${COMMITS.caches} # v1.2
      - uses: actions/checkout@${COMMITS.checkout} # v5.0.0
      - run: 'echo uses: nothing/of@this'
`;

interface Answer {
  readonly status?: number;
  readonly object?: { readonly type: string; readonly sha: string };
}

/** What GitHub's API says of these two repositories, in the form that its documentation gives. */
const TAGS: Readonly<Record<string, Answer>> = {
  '/repos/actions/checkout/git/ref/tags/v5.0.0': { object: { type: 'commit', sha: COMMITS.checkout } },
  '/repos/octo/caches/git/ref/tags/v1.2': { object: { type: 'tag', sha: 'e'.repeat(40) } },
  [`/repos/octo/caches/git/tags/${'e'.repeat(40)}`]: { object: { type: 'commit', sha: COMMITS.caches } },
};

/** A server that answers as GitHub's API does, and a checkout with this workflow. */
async function checkout(t: Test, workflow = WORKFLOW, answers: Readonly<Record<string, Answer>> = TAGS) {
  const folder = t.testdir({ '.github': { workflows: { 'a.yml': workflow }, 'zizmor.yml': 'uses: a/b@main\n' } });
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization ?? ''}`.trim());
    const { status = 200, ...body } = answers[request.url ?? ''] ?? { status: 404 };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const text = () => readFileSync(join(folder, '.github/workflows/a.yml'), 'utf8');
  const run = (args: readonly string[] = [], variables: Readonly<Record<string, string>> = {}) =>
    runIn(folder, args, { GITHUB_API_URL: url, GITHUB_TOKEN: '', ...variables });
  return { run, text, asked, write: (to: string) => writeFileSync(join(folder, '.github/workflows/a.yml'), to) };
}

function runIn(folder: string, args: readonly string[], variables: Readonly<Record<string, string>>) {
  const file = join(PROJECT, 'deploy/actions/main.mjs');
  const options = { cwd: folder, env: { ...process.env, ...variables } };
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve, reject) => {
    execFile(process.execPath, [file, ...args], options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

t.test('each action is named by the commit of its tag, with the tag as a comment', async (t) => {
  const { run, text, asked } = await checkout(t);
  const first = await run([], { GITHUB_TOKEN: 'a-token' });
  t.equal(first.code, 0, first.stderr);
  t.equal(text(), PINNED);
  t.equal(asked.length, 3, 'each version is asked for once');
  for (const request of asked) t.match(request, / Bearer a-token$/);
  t.match(await run(['--check']), { code: 0, stdout: 'All 3 uses of actions are pinned to commits.\n' });
  t.match(await run(), { code: 0 });
  t.equal(text(), PINNED, 'and once more changes nothing');
});

t.test('the check names each that is not, and asks nobody', async (t) => {
  const { run, asked, write, text } = await checkout(t);
  const { code, stderr } = await run(['--check']);
  t.equal(code, 1);
  t.match(stderr, '.github/workflows/a.yml:7: actions/checkout@v5.0.0 is named by what can be moved');
  t.match(stderr, '.github/workflows/a.yml:9: octo/caches/save@v1.2 is named by what can be moved');
  t.match(stderr, /^3 of 3 uses of actions are not pinned to a commit.*run `npm run pin-actions` and commit/m);
  t.strictSame(asked, []);
  for (const [wrong, complaint] of [
    [COMMITS.checkout.slice(0, 7), 'is named by what can be moved'],
    ['main', 'is named by what can be moved'],
    [`${COMMITS.checkout} # latest`, 'is pinned, and no comment says which version that is'],
  ] as const) {
    write(`      - uses: actions/checkout@${wrong}\n`);
    t.match(await run(['--check']), { code: 1, stderr: complaint }, text());
  }
  write('      - uses: docker://alpine:3\n');
  t.match(await run(['--check']), { code: 1, stderr: 'docker://alpine:3 is no action that can be pinned to a commit' });
});

t.test('nothing is written while one of them is unknown, or GitHub does not answer', async (t) => {
  const tag = '/repos/octo/caches/git/ref/tags/v1.2';
  const cases: [Answer, RegExp][] = [
    [{ status: 404 }, /^GitHub knows no tag v1\.2 of octo\/caches: name one that is there\.$/m],
    [{ status: 403 }, /set GITHUB_TOKEN/],
    [{ status: 500 }, /^GitHub answered 500 when asked for the tag v1\.2 of octo\/caches\.$/m],
    [{ object: { type: 'tree', sha: 'f'.repeat(40) } }, /the tag v1\.2 is of a tree, and not of a commit/],
  ];
  for (const [answer, sentence] of cases) {
    const { run, text } = await checkout(t, WORKFLOW, { ...TAGS, [tag]: answer });
    t.match(await run(), { code: 1, stderr: sentence });
    t.equal(text(), WORKFLOW);
  }
  const { run } = await checkout(t);
  t.match(await run([], { GITHUB_API_URL: 'http://127.0.0.1:1' }), {
    code: 1,
    stderr: /^GitHub cannot be asked: /,
  });
  t.match(await run(['--chekc']), { code: 1, stderr: /^'--chekc' is not understood\.\nUsage: npm run pin-actions/ });
});

t.test('a tag that has moved since is told, and not followed', async (t) => {
  const moved = PINNED.replaceAll(COMMITS.checkout, 'd'.repeat(40));
  const { run, text } = await checkout(t, moved);
  const { code, stderr } = await run();
  t.equal(code, 1);
  t.match(stderr, /a\.yml:7: actions\/checkout is pinned to d{40}, and its tag v5\.0\.0 is of c{40} now\./);
  t.equal(text(), moved);
});

const { code, stderr } = await runIn(PROJECT, ['--check'], {});
const [sum] = /^\d+ of \d+ uses of actions are not pinned.*$/m.exec(stderr) ?? [];

t.test('the actions of this repository are pinned to commits', { skip: sum ?? false }, async (t) => {
  t.equal(code, 0, stderr);
});

t.test('and what is not is marked where it stands', async (t) => {
  for (const [, where = ''] of stderr.matchAll(/^ *(\S+:\d+): .* is named by what can be moved$/gm)) {
    const [file = '', line = ''] = where.split(':');
    const text = readFileSync(join(PROJECT, file), 'utf8').split('\n')[Number(line) - 1];
    t.match(text, /# not pinned yet: npm run pin-actions$/, where);
  }
  t.equal(code === 0, sum === undefined);
});
