import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { OTHER_USER, withoutOtherUser } from '../testing/other-user.js';
import { makeFolder, writeWhole } from './whole-file.js';

const MODULE = new URL('whole-file.js', import.meta.url).href;

/** A process that writes `file`, started by `shell` as its last act; gives what it says of the fault. */
function writeUnder(shell: string, file: string, { bytes = 100_000, uid = process.getuid?.() ?? 0 } = {}): string {
  const script =
    `const { writeWhole } = await import(${JSON.stringify(MODULE)});` +
    `await writeWhole(${JSON.stringify(file)}, new Uint8Array(${bytes})).then(() => console.log('written'),` +
    '({ name, message }) => console.log(name, message))';
  const node = [process.execPath, '--input-type=module', '-e', script];
  return spawnSync('bash', ['-c', `${shell} exec "$@"`, 'bash', ...node], { encoding: 'utf8', uid }).stdout;
}

t.test('folders are made as far as they are missing, by several at once too', async (t) => {
  const folder = join(t.testdir(), 'a', 'b', 'c');
  await Promise.all([makeFolder(folder), makeFolder(folder), makeFolder(join(folder, 'd'))]);
  await makeFolder(folder);
  t.strictSame(readdirSync(folder), ['d']);
});

t.test('where no folder can be made, that is told, and not tried for ever', async (t) => {
  const folder = t.testdir({ file: '' });
  symlinkSync('nowhere', join(folder, 'dangling'));
  const refused = { name: 'OutputError', code: 'output_unwritable' };
  await t.rejects(writeWhole('/proc/x/y.json', ''), {
    ...refused,
    message: /^\/proc\/x\/y\.json cannot be written: no folder can be made there/,
  });
  await t.rejects(makeFolder('/proc/x/y'), { code: 'ENOENT', path: '/proc/x' });
  const inFile = join(folder, 'file', 'y.json');
  await t.rejects(writeWhole(inFile, ''), {
    ...refused,
    message: /y\.json cannot be written: a file stands where a folder is needed\. Move it away/,
  });
  await t.rejects(writeWhole(join(folder, 'dangling', 'y.json'), ''), refused);
});

t.test('a file that cannot be written is told with what to do; the old one stays and no draft', async (t) => {
  const folder = t.testdir({ 'table.json': 'old', folder: {} });
  const file = join(folder, 'table.json');
  const told = (stdout: string, pattern: RegExp) => {
    t.match(stdout, pattern);
    t.ok(stdout.startsWith(`OutputError ${file} cannot be written: `), stdout);
    t.strictSame(readdirSync(folder).sort(), ['folder', 'table.json']);
    t.equal(readFileSync(file, 'utf8'), 'old');
  };
  told(writeUnder('ulimit -f 8;', file), /larger than this process may make a file \(ulimit -f\)\. Raise that limit/);
  await t.rejects(writeWhole(join(folder, 'folder'), ''), {
    message: /a folder stands where a file is needed\. Move it away/,
  });
  t.strictSame(readdirSync(folder).sort(), ['folder', 'table.json']);
  t.equal(writeUnder('', file), 'written\n', 'else it is written');
});

t.test('a folder without rights is told', { skip: withoutOtherUser() }, async (t) => {
  const folder = t.testdir({ 'table.json': 'old' });
  chmodSync(folder, 0o755);
  const stdout = writeUnder('', join(folder, 'table.json'), { uid: OTHER_USER });
  t.match(stdout, /table\.json cannot be written: this user has no right to write there\. Give it that right/);
  t.equal(readFileSync(join(folder, 'table.json'), 'utf8'), 'old');
});

/** Why no file system can be mounted here; false where one can. */
function withoutMounts(): string | false {
  const { status } = spawnSync('unshare', ['--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
  return status === 0 ? false : 'no file system may be mounted here';
}

/** Writes `file` on a file system of its own, seen by that process alone; its folder is there already. */
function writeOnDisk(options: string, file: string): string {
  const mount = `mount -t tmpfs -o ${options} tmpfs "$0" && exec "$@"`;
  return writeUnder(`exec unshare --map-root-user --mount bash -c '${mount}' '${join(file, '..')}' "$@";`, file);
}

t.test('a full disk and a read-only one are told', { skip: withoutMounts() }, async (t) => {
  const file = join(t.testdir({ disk: {} }), 'disk', 'table.json');
  t.equal(writeOnDisk('size=1m', file), 'written\n');
  t.match(writeOnDisk('size=32k', file), /table\.json cannot be written: the disk is full\. Make room and run again/);
  t.match(writeOnDisk('ro', file), /table\.json cannot be written: the file system is read-only\. Mount it writable/);
});

t.test('what killed writers of a file left is cleared away by its next writer, and nothing else', async (t) => {
  const dead = spawnSync('true').pid;
  const others = [
    `table.json.${process.ppid}.draft`,
    `other.json.${dead}.draft`,
    'table.json.bak',
    'table.json.x.draft',
  ];
  const folder = t.testdir(Object.fromEntries([`table.json.${dead}.draft`, ...others].map((name) => [name, ''])));
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, `table.json.${process.pid}.draft`), 'of an earlier process with this id, and longer');
  await writeWhole(join(folder, 'table.json'), ['new', ' text']);
  t.strictSame(readdirSync(folder).sort(), [...others, 'folder', 'table.json'].sort());
  t.equal(readFileSync(join(folder, 'table.json'), 'utf8'), 'new text');
});
