/** Promotion by what a real server says of its shadow. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { MODEL_NAME } from '../config/model-name.js';
import { openRegistry } from '../registry/open-registry.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { clientOf } from '../testing/test-client.js';
import { startTestServer } from '../testing/test-server.js';
import { aliasesIn, copyOfTrained, type Folders, runCommand } from './fixtures/project.js';

const PROGRAM = 'training/promote.js';
const ROWS = 20;
const ORDER = {
  Restaurant_latitude: 12.9,
  Restaurant_longitude: 77.6,
  Delivery_location_latitude: 13,
  Delivery_location_longitude: 77.7,
};

/** Version 1 in production, version 2 in staging, and a server in which it is the shadow of the first. */
async function shadowed(t: Test, settings: Readonly<Record<string, string>> = {}) {
  const folder = await temporaryFolder(t);
  const folders = await copyOfTrained(folder);
  const registry = await openRegistry({ folder: folders.registryDir });
  await registry.setAlias(MODEL_NAME, 'staging', 2);
  const params = join(folder, 'params.yaml');
  const text = await readFile('params.yaml', 'utf8');
  await writeFile(params, text.replace(/min_rows: \d+/, `min_rows: ${ROWS}`));
  const server = await startTestServer(t, {
    REGISTRY_DIR: folders.registryDir,
    SHADOW_ALIAS: 'staging',
    SHADOW_FRACTION: '1',
    ...settings,
  });
  if (settings['SHADOW_ALIAS'] !== '') await server.logged(({ msg, role }) => msg === 'serving' && role === 'shadow');
  return { folders, params, server };
}

/** Asks until so many answers have been compared. */
async function compared(t: Test, url: string, rows: number): Promise<void> {
  const client = clientOf(t, url);
  for (;;) {
    await client.predict(ORDER);
    const { shadow } = await client.modelInfo();
    if (shadow !== null && shadow.rows >= rows) return;
  }
}

function promote(folders: Folders, ...args: readonly string[]) {
  return runCommand(PROGRAM, ['production', '--shadow-check', ...args], folders);
}

t.test('a version that has answered as what is in production is promoted, and its summary is kept', async (t) => {
  const { folders, params, server } = await shadowed(t);
  await compared(t, server.url, ROWS);
  const { code, stdout, stderr } = await promote(folders, '--server', `${server.url}/`, '--params', params);
  t.same({ code, stderr }, { code: 0, stderr: '' });
  t.match(stdout, /^ {2}pass {2}shadow_min_rows +at least 20 +\d+$/m);
  t.match(stdout, /^ {2}pass {2}shadow_max_mean_absolute_difference +at most 2 +0$/m);
  t.match(stdout, /^ {2}pass {2}shadow_max_failed_share +at most 0\.001 +0$/m);
  t.match(await aliasesIn(folders), { production: 2, previous: 1 });
  const { tags } = await (await openRegistry({ folder: folders.registryDir })).getModelVersion(MODEL_NAME, 2);
  t.match(JSON.parse(tags['gates.production'] ?? ''), { shadow: { live_version: 1, failed: 0 } });
});

t.test('of too few orders, nothing is moved', async (t) => {
  const { folders, server } = await shadowed(t);
  await compared(t, server.url, 1);
  const before = await aliasesIn(folders);
  const { code, stdout } = await promote(folders, '--server', server.url);
  t.equal(code, 1);
  t.match(stdout, /^ {2}FAIL {2}shadow_min_rows +at least 1000 +\d+$/m);
  t.strictSame(await aliasesIn(folders), before);
});

t.test('a server that says nothing of this version is told, before anything is measured', async (t) => {
  const { folders, server } = await shadowed(t);
  const { url: without } = await startTestServer(t, { REGISTRY_DIR: folders.registryDir });
  const attempts: readonly [args: readonly string[], sentence: RegExp][] = [
    [['--server', server.url], /has compared no answer yet; wanted is version 2 .* as the shadow of version 1/],
    [['--server', server.url, '--version', '1'], /has version 2 as its shadow; wanted is version 1 /],
    [['--server', without], /has no shadow; .* SHADOW_ALIAS=staging/],
    [['--server', 'http://127.0.0.1:1'], /cannot be reached .*Name the address of a running server/],
  ];
  for (const [args, sentence] of attempts) {
    const { code, stderr, stdout } = await promote(folders, ...args);
    t.equal(code, 1);
    t.match(stderr, sentence);
    t.notMatch(stdout, /pass/);
  }
});

t.test('what cannot be asked for is told with how to ask', async (t) => {
  const folders = await copyOfTrained(await temporaryFolder(t));
  const usage = async (args: readonly string[], sentence: RegExp) =>
    t.match(await runCommand(PROGRAM, [...args], folders), { code: 2, stderr: sentence });
  await usage(['staging', '--shadow-check'], /--shadow-check is for production/);
  await usage(['production', '--server', 'http://localhost:1'], /--server is for --shadow-check/);
  await usage(['production', '--shadow-check', '--server', 'localhost'], /allowed is an address/);
});
