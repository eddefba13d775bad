// @ts-check
/**
 * `npm run pack-client [-- FOLDER]`: the client as a package of its own, which needs undici and nothing else of what the
 * server does. Compiled from `client/` and packed by npm into FOLDER, by default `dist/`.
 */
import { command } from './command.mjs';

command(async ([folder]) => {
  const { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const { join, resolve } = await import('node:path');
  const { run } = await import('./child.mjs');
  const { faultOf } = await import('./faults.mjs');
  const { prepare, ROOT, STEPS } = await import('./prepare.mjs');
  await prepare([STEPS.packages]);

  const target = resolve(folder ?? join(ROOT, 'dist'));
  mkdirSync(target, { recursive: true });
  const made = mkdtempSync(join(tmpdir(), 'food-delivery-time-client-'));
  try {
    const tsc = ['node_modules/.bin/tsc', '-p', 'client', '--outDir', made, '--pretty', 'false'];
    const compiled = await run(process.execPath, tsc, { cwd: ROOT });
    if (compiled.code !== 0) throw faultOf('Compiling the client', compiled);
    copyFileSync(join(ROOT, 'LICENSE'), join(made, 'LICENSE'));
    copyFileSync(join(ROOT, 'docs/client.md'), join(made, 'README.md'));
    /** @type {Server} */
    const server = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    writeFileSync(join(made, 'package.json'), JSON.stringify(manifestOf(server), null, 2));
    const packed = await run('npm', ['pack', '--pack-destination', target, '--json'], { cwd: made });
    if (packed.code !== 0) throw faultOf('Packing the client', packed);
    /** @type {[{ filename: string }]} */
    const [archive] = JSON.parse(packed.output);
    console.log(join(target, archive.filename));
  } finally {
    rmSync(made, { recursive: true });
  }
});

/**
 * The part of package.json that the client shares.
 * @typedef {{ version: string, license: string, engines: object, dependencies: { undici: string } }} Server
 *
 * @param {Server} server
 */
function manifestOf({ version, license, engines, dependencies: { undici } }) {
  return {
    name: 'food-delivery-time-client',
    version,
    description: 'Asks a food delivery time server how many minutes orders will take',
    license,
    type: 'module',
    engines,
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
    // Whoever has a later one of the same major version need not have two.
    dependencies: { undici: `^${undici}` },
  };
}
