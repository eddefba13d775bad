import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { SETTINGS } from './environment.js';

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

t.test(
  'docs/configuration.md lists every environment variable with its default and purpose, and no other',
  async (t) => {
    const listed = [...page.matchAll(/^\| `([A-Z_]+)` \| (.*) \| (.*) \|$/gm)].map((row) => row.slice(1));
    const expected = Object.entries(SETTINGS).map(([key, { fallback, purpose }]) => {
      // The default for processes depends on the machine.
      const shown = key === 'SERVER_PROCESSES' ? 'cores / 2' : (fallback ?? '') === '' ? '' : `\`${fallback}\``;
      return [key, shown, purpose];
    });
    t.same(listed, expected);
  },
);

t.test('every setting that a page for people names is one', async (t) => {
  const root = new URL('../../', import.meta.url);
  // Read by the set-up, by Node, by the Dockerfile, by CloudFormation, by the release, and by a tracking server of MLflow.
  const mlflow = ['MLFLOW_WEBHOOK_ALLOWED_SCHEMES', 'MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS'];
  const others = new Set([
    'PYTHON',
    'NODE_EXTRA_CA_CERTS',
    'BASE',
    'CAPABILITY_IAM',
    'ALARM_ACTIVE',
    'TRAINING_DATA_URL',
    'DEPLOYMENT_POLL_SECONDS',
    'NO_COLOR',
    'TERM',
    ...mlflow,
  ]);
  // Constants, which a page names with the file that they stand in.
  for (const file of ['server/limits.ts', 'workers/limits.ts', 'server/exchange.ts', 'deploy/release/limits.mjs']) {
    const constants = readFileSync(new URL(file, root), 'utf8').matchAll(/^(?:export )?const ([A-Z_]+)\b/gm);
    for (const [, name = ''] of constants) others.add(name);
  }
  const pages = ['', 'docs/'].flatMap((folder) =>
    readdirSync(new URL(folder, root))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}${name}`),
  );
  t.ok(pages.includes('README.md') && pages.includes('docs/architecture.md'));
  for (const page of pages) {
    const text = readFileSync(new URL(page, root), 'utf8');
    const ofShell = shellVariables(text);
    // `PORT`, `WORKERS=2`, `PORT=0 npm start`; single words without a value are more often something else.
    for (const [, name = ''] of text.matchAll(/(?:`|^| )([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z_]+(?==[\w./]))/gm)) {
      t.ok(name in SETTINGS || others.has(name) || ofShell.has(name), `${page}: ${name}`);
    }
  }
});

/** What the commands of a page keep for those after them, and for workflows: lines that do nothing but set variables. */
function shellVariables(text: string): Set<string> {
  const lines = text.matchAll(/^(?:export )?((?:[A-Z_]+=(?:\$\(.*|\S+) *)+)(?:#.*)?$/gm);
  const kept = [...lines].flatMap(([, line = '']) => [...line.matchAll(/([A-Z_]+)=/g)].map(([, name = '']) => name));
  const ofGitHub = [...text.matchAll(/^gh (?:variable|secret) set ([A-Z_]+) /gm)].map(([, name = '']) => name);
  return new Set([...kept, ...ofGitHub]);
}
