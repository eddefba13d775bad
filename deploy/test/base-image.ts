/**
 * The base image of the Dockerfile, made here of Debian's packages and npm's: tests have no registry of images. It has
 * what node:24-trixie-slim has and the image relies on. What this machine needs to reach packages is in it too, so
 * that the Dockerfile knows nothing of that.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Docker } from './docker.js';
import { aptOptions, debianMirror, MMDEBSTRAP, packageSettings, trustedCertificates } from './machine.js';

/** Seen from `dist/deploy/test/`. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CACHE = join(ROOT, '.cache', 'deploy');

/** As that image has them. */
const SUITE = 'trixie';
const NODE = `node-linux-${process.arch}@24`;
const NPM = 'npm@11';
const ADD_USER = 'groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home node';
/** Where the certificates lie in it. */
const CERTIFICATES = '/etc/ssl/of-the-machine.pem';

/** The tag by which the Dockerfile names its base. */
export async function baseTag(): Promise<string> {
  const [, tag] = /^ARG BASE=(\S+)$/m.exec(await readFile(join(ROOT, 'Dockerfile'), 'utf8')) ?? [];
  if (tag === undefined) throw new Error('The Dockerfile has no line `ARG BASE=…`.');
  return tag;
}

/** Has the daemon know the base by its tag. A first time takes a minute or two; what it made then is kept in `.cache/`. */
export async function importBase(docker: Docker): Promise<void> {
  const recipe = await recipeHere();
  const hash = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 16);
  const archive = join(CACHE, `base-${hash}.tar`);
  if (!existsSync(archive)) await make(archive, recipe);
  const settings = { ...(await packageSettings()), ...certificateSettings(recipe.certificates) };
  const env = Object.entries(settings).flatMap(([name, value]) => ['--change', `ENV ${name}=${value}`]);
  await docker.run('import', ...env, '--change', 'CMD ["node"]', archive, await baseTag());
}

interface Recipe {
  readonly suite: string;
  readonly packages: readonly string[];
  readonly addUser: string;
  readonly options: readonly string[];
  readonly mirror: string | undefined;
  readonly certificates: string | undefined;
}

async function recipeHere(): Promise<Recipe> {
  return {
    suite: SUITE,
    packages: [NODE, NPM],
    addUser: ADD_USER,
    options: (await aptOptions()).map((line) => `--aptopt=${line}`),
    mirror: debianMirror(),
    certificates: trustedCertificates(),
  };
}

async function make(
  archive: string,
  { suite, packages, addUser, options, mirror, certificates }: Recipe,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'food-eta-base-'));
  const run = promisify(execFile);
  try {
    const [node = '', npm = ''] = packages;
    await run('npm', ['install', '--prefix', join(folder, 'node'), node], { cwd: folder });
    await run('npm', ['install', '--global', '--prefix', join(folder, 'usr/local'), npm], { cwd: folder });
    await mkdir(CACHE, { recursive: true });
    const draft = join(folder, 'base.tar');
    const upload = (from: string, to: string) => `--customize-hook=upload '${from}' '${to}'`;
    const nodeBinary = join(folder, 'node/node_modules', node.split('@')[0] ?? '', 'bin/node');
    await run(
      MMDEBSTRAP,
      [
        '--variant=minbase',
        '--include=ca-certificates',
        ...options,
        `--customize-hook=copy-in '${join(folder, 'usr/local')}' /usr`,
        upload(nodeBinary, '/usr/local/bin/node'),
        '--customize-hook=chmod 755 "$1/usr/local/bin/node"',
        ...(certificates === undefined ? [] : [upload(certificates, CERTIFICATES)]),
        ...(existsSync('/etc/pip.conf') ? [upload('/etc/pip.conf', '/etc/pip.conf')] : []),
        `--customize-hook=chroot "$1" sh -c '${addUser}'`,
        suite,
        draft,
        ...(mirror === undefined ? [] : [mirror]),
      ],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    // Whole or not at all; on one file system, since it may be another than that of temporary files.
    await run('cp', [draft, `${archive}.${process.pid}`]);
    await rename(`${archive}.${process.pid}`, archive);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** By which Node, npm, pip and Python trust what this machine trusts. */
function certificateSettings(certificates: string | undefined): Record<string, string> {
  if (certificates === undefined) return {};
  return Object.fromEntries(['NODE_EXTRA_CA_CERTS', 'PIP_CERT', 'SSL_CERT_FILE'].map((name) => [name, CERTIFICATES]));
}
