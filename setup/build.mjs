// @ts-check
/** The TypeScript sources, compiled into dist/. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault, faultOf } from './faults.mjs';
import { emptyFolder } from './folders.mjs';
import { fingerprint } from './stamp.mjs';

/** The status page's own. */
const PAGE = 'server/status-page/browser';

/** @type {import('./prepare.mjs').Step} */
export const build = {
  title: 'Building',
  stamp: 'dist/.sources.sha256',

  inputs(root) {
    const sources = [...sourcesOf(root), ...pageOf(root)].flatMap((file) => [file, readFileSync(join(root, file))]);
    const settings = ['tsconfig.json', 'package-lock.json'].map((file) => readFileSync(join(root, file)));
    return fingerprint(...sources, ...settings);
  },

  isIntact: (root) => existsSync(join(root, 'dist/.tsbuildinfo')),

  async work({ root, run, wasComplete }) {
    const dist = join(root, 'dist');
    // A finished dist/ is brought up to date in place, which is quicker and disturbs no server that runs from it.
    if (!wasComplete) emptyFolder(dist);
    const end = await run(process.execPath, ['node_modules/.bin/tsc', '--pretty', 'false']);
    if (end.code !== 0 && /error TS\d+/.test(end.output)) {
      throw new Fault('Building failed: the sources do not compile, see the lines above.', firstLines(end.output));
    }
    if (end.code !== 0) throw faultOf('Building', end);
    for (const file of pageOf(root)) copy(join(root, file), join(dist, file));
    removeOrphans(dist, new Set(sourcesOf(root).map((file) => file.replace(/\.ts$/, '.js'))));
  },
};

/**
 * The .ts files in the folders that tsconfig.json includes, relative to `root`, in a fixed order.
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
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file));
  });
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
