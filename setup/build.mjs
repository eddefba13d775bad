// @ts-check
/** The TypeScript sources, compiled into dist/: most by tsc, what becomes WebAssembly by AssemblyScript's compiler. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault, faultOf } from './faults.mjs';
import { emptyFolder } from './folders.mjs';
import { fingerprint } from './stamp.mjs';

/** The status page's own. */
const PAGE = 'server/status-page/browser';
/** What becomes WebAssembly; tsconfig.json leaves it out. */
const ASSEMBLY = 'server/order-reader/assembly';
/** As quick as can be; there is nothing to allocate and nothing that a program is told of. */
const ASC = ['node_modules/.bin/asc', '-O3', '--runtime', 'stub', '--noAssert'];

/** @type {import('./prepare.mjs').Step} */
export const build = {
  title: 'Building',
  stamp: 'dist/.sources.sha256',

  inputs(root) {
    const files = [...sourcesOf(root), ...assemblyOf(root), ...pageOf(root)];
    const sources = files.flatMap((file) => [file, readFileSync(join(root, file))]);
    const settings = ['tsconfig.json', 'package-lock.json'].map((file) => readFileSync(join(root, file)));
    return fingerprint(...sources, ...settings);
  },

  isIntact: (root) =>
    ['.tsbuildinfo', ...assemblyOf(root).map(wasmOf)].every((file) => existsSync(join(root, 'dist', file))),

  async work({ root, run, wasComplete }) {
    const dist = join(root, 'dist');
    // A finished dist/ is brought up to date in place, which is quicker and disturbs no server that runs from it.
    if (!wasComplete) emptyFolder(dist);
    await compile(run, ['node_modules/.bin/tsc', '--pretty', 'false'], /error TS\d+/);
    for (const file of assemblyOf(root)) {
      await compile(run, [...ASC, file, '-o', join('dist', wasmOf(file))], /ERROR (TS|AS)\d+/);
    }
    for (const file of pageOf(root)) copy(join(root, file), join(dist, file));
    removeOrphans(dist, new Set(sourcesOf(root).map((file) => file.replace(/\.ts$/, '.js'))));
  },
};

/**
 * @param {import('./prepare.mjs').Context['run']} run
 * @param {string[]} command
 * @param {RegExp} fault what the compiler writes before a fault of the sources
 */
async function compile(run, command, fault) {
  const end = await run(process.execPath, command);
  if (end.code !== 0 && fault.test(end.output)) {
    throw new Fault('Building failed: the sources do not compile, see the lines above.', firstLines(end.output));
  }
  if (end.code !== 0) throw faultOf('Building', end);
}

/**
 * The .ts files in the folders that tsconfig.json includes, but for what becomes WebAssembly, relative to `root`, in a
 * fixed order.
 * @param {string} root
 * @returns {string[]}
 */
function sourcesOf(root) {
  /** @type {{ include: string[] }} */
  const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  return include.flatMap((pattern) => {
    // Two forms are known: a folder with all below it, `features`, and the files of a folder alone, `data/*.ts`.
    const folder = pattern.replace(/\/\*\.ts$/, '');
    return filesIn(join(root, folder), folder === pattern)
      .map((file) => join(folder, file))
      .filter((file) => file.endsWith('.ts') && dirname(file) !== ASSEMBLY);
  });
}

/**
 * @param {string} root
 * @returns {string[]}
 */
function assemblyOf(root) {
  return filesIn(join(root, ASSEMBLY), false)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(ASSEMBLY, file));
}

/** @param {string} file */
function wasmOf(file) {
  return file.replace(/\.ts$/, '.wasm');
}

/**
 * The files that a browser is sent as they are.
 * @param {string} root
 * @returns {string[]}
 */
function pageOf(root) {
  return filesIn(join(root, PAGE), false)
    .filter((file) => /\.(html|css|svg|mjs)$/.test(file))
    .map((file) => join(PAGE, file));
}

/**
 * @param {string} from
 * @param {string} to
 */
function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

/**
 * Compiled files whose source is gone would still be run as tests.
 * @param {string} dist
 * @param {ReadonlySet<string>} expected the .js files that have a source
 */
function removeOrphans(dist, expected) {
  for (const file of filesIn(dist, true)) {
    if (/\.js(\.map)?$/.test(file) && !expected.has(file.replace(/\.map$/, ''))) rmSync(join(dist, file));
  }
}

/**
 * @param {string} folder
 * @param {boolean} recursive
 */
function filesIn(folder, recursive) {
  return existsSync(folder) ? readdirSync(folder, { recursive, encoding: 'utf8' }).sort() : [];
}

/** @param {string} output */
function firstLines(output) {
  return output.trimEnd().split('\n').slice(0, 20).join('\n');
}
