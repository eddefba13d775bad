/** The client as another project has it: packed, installed by npm without a network, and used as docs/client.md shows. */
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { startTestServer } from '../testing/test-server.js';

/** Seen from `dist/client/`. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = await temporaryFolder(t);

async function run(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { cwd: folder });
  return stdout;
}

t.test('it installs with undici alone, and the program of its page compiles strictly and runs', async (t) => {
  const { url } = await startTestServer(t);
  const tarball = (await run(process.execPath, join(ROOT, 'setup/pack-client.mjs'), folder)).trim();
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'caller', type: 'module' }));
  // Without a network: undici is taken from here, where npm would fetch it.
  const quietly = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', 'install', ...quietly, tarball, join(ROOT, 'node_modules/undici'));
  const installed = (await readdir(join(folder, 'node_modules'))).filter((name) => !name.startsWith('.'));
  t.strictSame(installed, ['food-delivery-time-client', 'undici']);

  const page = await readFile(join(folder, 'node_modules/food-delivery-time-client/README.md'), 'utf8');
  const [, program = ''] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
  t.match(program, "baseUrl: 'http://localhost:8000'");
  await writeFile(join(folder, 'caller.ts'), program.replace('http://localhost:8000', url));
  const strict = [
    '--strict',
    '--exactOptionalPropertyTypes',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2022',
  ];
  const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
  await run(process.execPath, join(ROOT, 'node_modules/.bin/tsc'), ...strict, ...types, 'caller.ts');
  const lines = (await run(process.execPath, 'caller.js')).trimEnd().split('\n');
  const [said = '', ...more] = lines;
  t.match(said, /^[\d.]+ minutes, says version 1$/);
  const minutes = said.split(' ')[0] ?? '';
  t.match(more[0], /^\/Delivery_person_Age is 7; allowed is a number of years, 18 or more/);
  t.strictSame(more.slice(1), [minutes, minutes, 'release development']);
});
