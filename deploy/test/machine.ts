/** What the tests of the image need of this machine, and what it is set up with to reach packages. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** As Debian's packages have them. A client of another origin may lack what builds images. */
export const DOCKER = '/usr/bin/docker';
export const DOCKERD = '/usr/sbin/dockerd';
export const MMDEBSTRAP = '/usr/bin/mmdebstrap';
export const REGISTRY = '/usr/bin/docker-registry';
/** Command of a package of Debian's → the package. */
const NEEDED = {
  [DOCKER]: 'docker.io',
  [DOCKERD]: 'docker.io',
  [MMDEBSTRAP]: 'mmdebstrap',
  [REGISTRY]: 'docker-registry',
  '/usr/sbin/ip': 'iproute2',
};

/** Why the image cannot be built and run here; undefined where it can. */
export function withoutDocker(): string | undefined {
  const missing = Object.entries(NEEDED).filter(([file]) => !existsSync(file));
  const packages = [...new Set(missing.map(([, name]) => name))].join(' ');
  if (missing.length > 0) {
    const files = missing.map(([file]) => file).join(', ');
    return `there is no ${files} here (on Debian: \`apt install --no-install-recommends ${packages}\`)`;
  }
  if (process.getuid?.() !== 0) return 'only root may start a Docker daemon of its own';
  return complaintOfProbe();
}

/** Seen from `dist/deploy/test/`. */
const PROBE = fileURLToPath(new URL('../../../deploy/test/probe-docker.sh', import.meta.url));
const PROBE_TIMEOUT_MS = 60_000;

/** Root may be kept from much that Docker needs, as in a container, so a daemon is started and has to run something. */
function complaintOfProbe(): string | undefined {
  const { status, stdout, stderr } = spawnSync(PROBE, { encoding: 'utf8', timeout: PROBE_TIMEOUT_MS });
  if (status === 0) return undefined;
  const why = `${stderr}${stdout}`.trim().split('\n').at(-1);
  return `Docker cannot be used on this machine: ${why || 'it does not come to an end'}`;
}

/** Where this machine gets Debian's packages; undefined to leave it to mmdebstrap. */
export function debianMirror(): string | undefined {
  const folder = '/etc/apt/sources.list.d';
  const files = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const texts = ['/etc/apt/sources.list', ...files]
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file));
  return /^[^#\n]*?\b(https?:\/\/\S+\/debian)\/?(?=\s)/m.exec(texts.join('\n'))?.[1];
}

/** How apt gets there: proxies and certificates, as lines of its configuration. */
export async function aptOptions(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('apt-config', ['dump', '--format', '%F "%v";%n', 'Acquire']);
  return stdout.split('\n').filter((line) => /::(?:Proxy|CAInfo)\b.* "[^"]+";$/i.test(line));
}

/** The certificates that this machine trusts, which may be more than public ones; undefined where it names none. */
export function trustedCertificates(): string | undefined {
  const named = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'].map((name) => process.env[name]);
  return [...named, '/etc/ssl/certs/ca-certificates.crt'].find((file) => file !== undefined && existsSync(file));
}

/** Variables by which npm and pip find their packages as they do here. */
export async function packageSettings(): Promise<Record<string, string>> {
  // From a folder that has no settings of its own.
  const { stdout } = await promisify(execFile)('npm', ['config', 'get', 'registry'], { cwd: '/' });
  const pip = Object.entries(process.env).filter(([name]) =>
    /^PIP_(?:EXTRA_)?INDEX_URL$|^PIP_TRUSTED_HOST$/.test(name),
  );
  return { NPM_CONFIG_REGISTRY: stdout.trim(), ...Object.fromEntries(pip) };
}

/** Proxies, which Docker hands to each step of a build and keeps in no image. */
export function proxies(): Record<string, string> {
  const named = Object.entries(process.env).filter(([name]) => /^(?:https?|no|all)_proxy$/i.test(name));
  return Object.fromEntries(named.map(([name, value]) => [name, value ?? '']));
}
