import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { makeVersionSource } from './fixtures/version-source.js';
import { SUMS_FILE, VERSION_FILES, verifyVersionFiles, writeSums } from './version-files.js';

t.test('the sums are such that the real `sha256sum -c` accepts them, and refuses a changed file', async (t) => {
  const folder = await makeVersionSource(t.testdir());
  const check = () => execFileSync('sha256sum', ['-c', SUMS_FILE], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  t.same(check().trim().split('\n').length, VERSION_FILES.length);
  appendFileSync(join(folder, 'model.onnx'), 'x');
  t.throws(check);
});

t.test('sums that the real `sha256sum` wrote verify', async (t) => {
  const folder = await makeVersionSource(t.testdir());
  for (const mode of ['--text', '--binary']) {
    writeFileSync(join(folder, SUMS_FILE), execFileSync('sha256sum', [mode, ...VERSION_FILES], { cwd: folder }));
    await t.resolves(verifyVersionFiles(folder), mode);
  }
});

t.test('a whole version verifies, with files of its own too if they are listed', async (t) => {
  const folder = await makeVersionSource(t.testdir());
  await t.resolves(verifyVersionFiles(folder));
  writeFileSync(join(folder, 'notes.md'), 'more');
  await writeSums(folder);
  await t.resolves(verifyVersionFiles(folder));
});

t.test('every file missing is told by name', async (t) => {
  for (const name of [...VERSION_FILES, SUMS_FILE]) {
    const folder = await makeVersionSource(t.testdir());
    rmSync(join(folder, name));
    await t.rejects(verifyVersionFiles(folder), { code: 'version_incomplete', message: name }, name);
    if (name === SUMS_FILE) continue;
    await writeSums(folder);
    await t.rejects(verifyVersionFiles(folder), { code: 'version_incomplete', message: name }, `${name}, not listed`);
  }
});

t.test('every file changed is told by name, with the sum expected and the sum found', async (t) => {
  for (const name of VERSION_FILES) {
    const folder = await makeVersionSource(t.testdir());
    const [expected] = readFileSync(join(folder, SUMS_FILE), 'utf8').match(new RegExp(`.{64}(?=  ${name}\n)`)) ?? [];
    appendFileSync(join(folder, name), 'x');
    const [found] = execFileSync('sha256sum', [name], { cwd: folder, encoding: 'utf8' }).split(' ');
    const message = new RegExp(`${name}.*expected ${expected}, found ${found}`);
    await t.rejects(verifyVersionFiles(folder), { code: 'checksum_mismatch', message }, name);
  }
});

t.test('a file that is not listed is told by name', async (t) => {
  const folder = await makeVersionSource(t.testdir());
  writeFileSync(join(folder, 'model.pkl'), '');
  await t.rejects(verifyVersionFiles(folder), { code: 'checksum_mismatch', message: 'model.pkl' });
});

t.test('a folder in the version is told by name', async (t) => {
  const folder = await makeVersionSource(t.testdir());
  mkdirSync(join(folder, 'code'));
  await t.rejects(verifyVersionFiles(folder), { code: 'checksum_mismatch', message: 'code' });
});

t.test('sums that cannot be read are told with their path and line', async (t) => {
  const folder = await makeVersionSource(t.testdir());
  writeFileSync(join(folder, SUMS_FILE), 'garbage\n');
  const message = `${join(folder, SUMS_FILE)} cannot be read as sha256sum writes it: line 1`;
  await t.rejects(verifyVersionFiles(folder), { code: 'checksum_mismatch', message });
});

t.test('a folder that is not there is no version, and neither is a file', async (t) => {
  const folder = t.testdir({ file: '' });
  await t.rejects(verifyVersionFiles(join(folder, 'none')), { code: 'version_incomplete', message: 'none' });
  await t.rejects(verifyVersionFiles(join(folder, 'file')), { code: 'version_incomplete', message: 'file' });
});

t.test('a file whose name no sums file could hold is refused before sums are written', async (t) => {
  const folder = t.testdir({ 'two\nlines': '' });
  await t.rejects(writeSums(folder), { code: 'name_invalid', message: '"two\\nlines"' });
});
