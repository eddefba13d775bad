// @ts-check
/**
 * Stands in for npm, tsc, asc and what runs test files in the tests of set-up: the name under which it is called says
 * what it does. Every call is noted in calls.log of the checkout. A file FAKE-<name> there makes that tool misbehave as it says.
 */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const [, program = '', ...args] = process.argv;
const name = basename(program);

/** @type {Record<string, () => void>} */
const tools = {
  'npm-cli.js'() {
    if (args[0] !== 'ci') return;
    link('node_modules/.bin/tsc');
    link('node_modules/.bin/asc');
    write('node_modules/uWebSockets.js/index.js', fake('uWebSockets.js'));
  },
  tsc() {
    for (const folder of ['features', 'testing']) {
      const sources = readdirSync(folder).filter((file) => file.endsWith('.ts'));
      for (const file of sources) write(`dist/${folder}/${file.replace(/\.ts$/, '.js')}`, fake('js'));
    }
    write('dist/testing/peers.js', 'export const startPeers = async () => ({ variables: {}, stop: async () => {} });');
    write('dist/.tsbuildinfo', '{}');
  },
  asc() {
    write(args.at(-1) ?? '', fake('wasm'));
  },
  'run-files.mjs'() {
    const output = fake('tap-output');
    console.log(output);
    process.exitCode = /^not ok/m.test(output) ? 1 : 0;
  },
};

const { TAP_GREP } = process.env;
appendFileSync(
  'calls.log',
  `${[name, ...args].join(' ')}${TAP_GREP === undefined ? '' : ` (grep ${TAP_GREP.replaceAll('\n', ', ')})`}\n`,
);
const how = fake(name);
if (how === 'hangs' && args[0] === 'ci') {
  // Whole as soon as it is there, since who waits for it reads it at once.
  writeFileSync('hanging.pid.draft', `${process.pid}`);
  renameSync('hanging.pid.draft', 'hanging.pid');
  const timer = setInterval(() => {
    if (!existsSync('FAKE-go-on')) return;
    clearInterval(timer);
    tools[name]?.();
  }, 10);
} else if (how.startsWith('fails ')) {
  console.error(how.slice(6));
  process.exitCode = 1;
} else {
  if (how.startsWith('says ')) console.log(how.slice(5));
  tools[name]?.();
}

/** @param {string} what */
function fake(what) {
  return existsSync(`FAKE-${what}`) ? readFileSync(`FAKE-${what}`, 'utf8') : '';
}

/** @param {string} path */
function link(path) {
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path)) symlinkSync(fileURLToPath(import.meta.url), path);
}

/**
 * @param {string} path
 * @param {string} text
 */
function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
