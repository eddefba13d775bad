import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { copyRegistry } from '../testing/copied-registry.js';
import { startTestServer } from '../testing/test-server.js';
import { foldersIn } from '../training/fixtures/project.js';
import { foodEta, type Started } from './fixtures/food-eta.js';

interface Told {
  readonly check: string;
  readonly state: string;
  readonly found: string;
  readonly remedy?: string;
}

/** What it finds, by check. */
async function doctor(
  t: Test,
  started: Started,
): Promise<{ code: number | null; of: (check: string) => readonly Told[] }> {
  const { code, stdout, stderr } = await foodEta(['doctor', '--json'], started);
  t.equal(stdout.split('\n').length, 2, `one line of JSON; ${stderr}`);
  const { findings } = JSON.parse(stdout) as { findings: readonly Told[] };
  return { code, of: (name) => findings.filter(({ check }) => check === name) };
}

const wrongIn = (findings: readonly Told[]) => findings.filter(({ state }) => state === 'wrong');

/** A port that another program has. */
async function takenPort(t: Test): Promise<string> {
  const server = createServer((socket) => socket.end('not HTTP'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  return String(typeof address === 'object' && address !== null ? address.port : 0);
}

t.test('where all is well it says so, of a port that our own server has as well', async (t) => {
  const { url } = await startTestServer(t);
  const variables = { HOST: '127.0.0.1', PORT: new URL(url).port };
  const { code, stdout, stderr } = await foodEta(['doctor'], { variables });
  t.same({ code, stderr }, { code: 0, stderr: '' });
  for (const line of [
    /^ok +node +Node [\d.]+ is supported\.$/m,
    /^ok +python +The environment in \.venv is as training\/requirements\.txt asks\.$/m,
    new RegExp(`^ok +ports +A server of this program answers at ${url}\\.$`, 'm'),
    /^ok +registry +MODEL_URI, models:\/FoodDeliveryTimeModel@production, is version 1\.$/m,
    /^ok +versions +The files of 2 versions are what their checksums say\.$/m,
    /^Nothing is wrong\.\n$/m,
  ]) {
    t.match(stdout, line);
  }
});

t.test('what is wrong is told, each with what to do, and ends it with 1', async (t) => {
  const folder = t.testdir({ tokens: 'short\n', cert: '', file: '' });
  const at = (name: string) => join(folder, name);
  const { folder: registryDir, files } = await copyRegistry(at('registry'));
  writeFileSync(join(await files(1), 'model.onnx'), 'changed');
  const port = await takenPort(t);
  const found = await doctor(t, {
    folders: { ...foldersIn(folder), registryDir },
    variables: {
      HOST: '127.0.0.1',
      PORT: port,
      ADMIN_PORT: '0',
      PYTHON: at('python'),
      PARAMS_FILE: at('params.yaml'),
      DATA_DIR: join(at('file'), 'data'),
      API_TOKENS_FILE: at('tokens'),
      TLS_CERT_FILE: at('cert'),
      MODEL_URI: 'models:/FoodDeliveryTimeModel@canary',
    },
  });
  t.equal(found.code, 1);
  const faults: readonly (readonly [check: string, found: RegExp, remedy?: RegExp])[] = [
    ['python', /^PYTHON is '.*\/python', which does not run: set it to Python 3\.11 to 3\.13, or unset it\.$/],
    ['settings', /\/params\.yaml cannot be read: ENOENT/],
    ['folders', /^DATA_DIR, .*\/file\/data, cannot be written: ENOTDIR/, /set DATA_DIR to a folder where it has it/],
    [
      'ports',
      new RegExp(`^Cannot listen on 127\\.0\\.0\\.1:${port}: another program has that port\\. Stop it, or set PORT`),
    ],
    ['credentials', /^API_TOKENS_FILE, .*\/tokens: line 1 is no token/],
    ['credentials', /^TLS_CERT_FILE is set without TLS_KEY_FILE: set both, or neither\.$/],
    ['registry', /has no alias 'canary'\. There are the versions 2 \(candidate\), 1 \(production, staging\)\./],
    ['versions', /^Version 1 \(production, staging\): .*model\.onnx is not what SHA256SUMS says/, /food-eta rollback/],
  ];
  for (const [check, sentence, remedy = /.?/] of faults) {
    const told = wrongIn(found.of(check)).find((finding) => sentence.test(finding.found));
    t.ok(told, `${check}: ${sentence}\n${JSON.stringify(found.of(check), undefined, 1)}`);
    t.match(told?.remedy ?? '', remedy);
  }
});

t.test('a tracking server that does not answer, and a machine without Python, are told', async (t) => {
  const uri = 'http://127.0.0.1:9';
  const { code, of } = await doctor(t, { variables: { MLFLOW_TRACKING_URI: uri, PATH: t.testdir(), PORT: '0' } });
  t.equal(code, 1);
  t.match(wrongIn(of('registry')), [{ found: `MLflow at ${uri} cannot be reached` }]);
  t.match(of('versions'), [{ state: 'note' }]);
  t.match(wrongIn(of('python')), [{ found: 'No python3 was found in PATH: install Python 3.11 to 3.13' }]);
});

t.test('a setting that cannot be used is told, and nothing else is looked at', async (t) => {
  const { code, of } = await doctor(t, { variables: { PORT: 'eighty' } });
  t.equal(code, 1);
  t.match(of('settings'), [{ state: 'wrong', found: "PORT is 'eighty'; allowed is a whole number from 0 to 65535." }]);
  t.strictSame(of('node'), []);
});
