/** No secret stands in what is deployed or deploys, and nothing is named by a tag that comes to mean something else. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import t from 'tap';
import { PROJECT } from '../infrastructure/fixtures/stacks.js';

const FOLDERS = ['deploy', '.github', '.ci'];
const FILES = ['Dockerfile', 'compose.yaml', 'appspec.yml', '.dockerignore'];

/** What secrets look like that are written where they are used. */
const SECRETS: Readonly<Record<string, RegExp>> = {
  'a key of AWS': /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  'a secret key of AWS': /aws_?(?:secret|session)\w*\s*[:=]\s*['"]?[A-Za-z0-9/+=]{20,}/i,
  'a token of GitHub': /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{20,})/,
  'a private key': /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  'a token that is signed': /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/,
  'a password in an address': /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@'"`$]+:[^\s/@'"`${]+@/,
  'a value under the name of a secret':
    /(?<![\w-])[\w-]*(?:password|passwd|secret|token|api[_-]?key|credential)s?['"]?\s*[:=]\s*['"]?(?![\s'"$`{<(]|true\b|false\b|write\b|none\b)[A-Za-z0-9+/_-]{16,}/i,
};
const LATEST = /[\w}]:latest\b/;

/** The lines of text files below these folders, and of these files. */
function* lines(): Generator<readonly [where: string, line: string]> {
  const below = FOLDERS.flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(PROJECT, join(entry.parentPath, entry.name))),
  );
  const top = readdirSync(PROJECT).filter((name) => FILES.includes(name));
  for (const file of [...below, ...top]) {
    const text = readFileSync(join(PROJECT, file), 'utf8');
    for (const [index, line] of text.split('\n').entries()) yield [`${file}:${index + 1}`, line];
  }
}

function secretIn(line: string): string | undefined {
  return Object.keys(SECRETS).find((what) => SECRETS[what]?.test(line));
}

t.test('each of these would be found', async (t) => {
  // Put together here, so that this file has none either.
  const many = (text: string) => text.repeat(20);
  const examples = [
    [`AWS_ACCESS_KEY_ID: AKIA${'Z'.repeat(16)}`, 'a key of AWS'],
    [`aws_secret_access_key = ${many('wJ')}`, 'a secret key of AWS'],
    [`GITHUB_TOKEN=ghp_${many('a1')}`, 'a token of GitHub'],
    [`-----BEGIN ${'RSA'} PRIVATE KEY-----`, 'a private key'],
    [`bearer eyJ${many('a')}.eyJ${many('b')}.${many('c')}`, 'a token that is signed'],
    [`MLFLOW_TRACKING_URI=https://admin:${'hunter2'}@mlflow.example.com`, 'a password in an address'],
    [`MLFLOW_TRACKING_TOKEN: ${many('0a')}`, 'a value under the name of a secret'],
    [`"password": '${many('horse-')}'`, 'a value under the name of a secret'],
  ] as const;
  for (const [line, what] of examples) t.equal(secretIn(line), what, line);
  const latest = ['image: node:latest', 'docker pull "$REPOSITORY:latest"', `docker pull $\{REPOSITORY}:latest`];
  for (const line of latest) t.match(line, LATEST);
});

t.test('and these are none', async (t) => {
  for (const line of [
    `MLFLOW_TRACKING_TOKEN: \${{ secrets.MLFLOW_TRACKING_TOKEN }}`,
    'token="$(aws ssm get-parameter)"',
    'aws ssm put-parameter --type SecureString --value "$SECRET"',
    'id-token: write # to sign in',
    'http://127.0.0.1:5000/health',
  ]) {
    t.equal(secretIn(line), undefined, line);
  }
});

t.test('no file that deploys holds a secret, or names an image by a tag that moves', async (t) => {
  let count = 0;
  for (const [where, line] of lines()) {
    count++;
    const what = secretIn(line);
    if (what !== undefined) t.fail(`${where} has ${what}`);
    // Tests say what is to be refused.
    if (LATEST.test(line) && !/\.test\.ts:|^deploy\/test\//.test(where))
      t.fail(`${where} names what is newest, which is another tomorrow`);
  }
  t.ok(count > 1_000, `${count} lines were read`);
});
