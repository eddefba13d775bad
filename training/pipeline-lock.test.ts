/** Two runs in one data folder: the second is refused, whatever it is, and a dead one is in nobody's way. */
import { spawnSync } from 'node:child_process';
import { lutimesSync, mkdirSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { contextIn, foldersIn, runCommand } from './fixtures/project.js';
import { rawFile, rowsWithIds } from './fixtures/raw-orders.js';
import { runStages, stageNamed } from './pipeline.js';
import { withPipelineLock } from './pipeline-lock.js';
import type { Stage } from './stage.js';

const nothing = async () => {};

t.test('while one run is at work, another in the same data folder is refused before it does anything', async (t) => {
  const folder = t.testdir({ 'orders.csv': rawFile(rowsWithIds(20)) });
  const folders = foldersIn(folder);
  const data = join(folder, 'orders.csv');
  await withPipelineLock(folders.dataDir, async () => {
    for (const [program, args] of [
      ['train', []],
      ['run-stage', ['clean']],
    ] as const) {
      const { code, stdout, stderr } = await runCommand(`training/${program}.js`, [...args, '--data', data], folders);
      t.same({ code, stdout }, { code: 1, stdout: '' });
      const expected = `Process ${process.pid} on ${hostname()} is at work in this data folder (${folders.dataDir}/.pipeline-lock). `;
      t.equal(
        stderr,
        `${expected}Run again when it is done, or set DATA_DIR and REPORTS_DIR to folders of their own.\n`,
      );
    }
    t.strictSame(readdirSync(folders.dataDir), ['.pipeline-lock'], 'and has written nothing');
    await t.rejects(withPipelineLock(folders.dataDir, nothing), { code: 'pipeline_busy' }, 'in the same process too');
    await t.resolves(withPipelineLock(join(folder, 'other'), nothing), 'another folder is free');
  });
  const { code } = await runCommand('training/run-stage.js', ['clean', '--data', data], folders);
  t.equal(code, 0, 'afterwards it works');
  t.strictSame(readdirSync(folders.dataDir), ['cleaned'], 'and leaves no lock');
});

t.test('of many that begin at once, one works at a time and none is lost', async (t) => {
  const folder = join(t.testdir(), 'data');
  let working = 0;
  let worked = 0;
  const attempt = () =>
    withPipelineLock(folder, async () => {
      working += 1;
      t.equal(working, 1);
      await new Promise((resolve) => setImmediate(resolve));
      working -= 1;
      worked += 1;
    }).catch((error) => t.equal(error.code, 'pipeline_busy'));
  await Promise.all(Array.from({ length: 20 }, attempt));
  t.ok(worked >= 1);
  t.strictSame(readdirSync(folder), []);
});

t.test('a failure gives the lock back', async (t) => {
  const folder = join(t.testdir(), 'data');
  const fail = async () => {
    throw new RangeError('no more');
  };
  await t.rejects(withPipelineLock(folder, fail), new RangeError('no more'));
  t.strictSame(readdirSync(folder), []);
});

t.test('the lock of a process that was killed is taken over at once', async (t) => {
  const folder = t.testdir({ 'orders.csv': rawFile(rowsWithIds(20)) });
  const folders = foldersIn(folder);
  const data = join(folder, 'orders.csv');
  const { code } = await runCommand('training/fixtures/killed-at-change.js', [data, '2', 'clean'], folders);
  t.equal(code, null, 'killed');
  t.ok(readdirSync(folders.dataDir).includes('.pipeline-lock'));
  await t.resolves(runStages([stageNamed('clean')], contextIn(folders, { data })));
  t.strictSame(readdirSync(folders.dataDir), ['cleaned']);
});

t.test('a process that ended is known from one that got its id', async (t) => {
  const folder = t.testdir();
  const link = join(folder, '.pipeline-lock');
  let mine = '';
  await withPipelineLock(folder, async () => {
    mine = readlinkSync(link);
  });
  const { pid } = spawnSync('true');
  for (const holder of [mine.replace(/^[0-9]+/, String(pid)), mine.replace(/,[0-9]+,/, ',1,')]) {
    t.not(holder, mine);
    symlinkSync(holder, link);
    await t.resolves(withPipelineLock(folder, nothing), holder);
  }
});

t.test('whether a holder in another container lives is told by the age of its lock', async (t) => {
  const folder = t.testdir();
  const link = join(folder, '.pipeline-lock');
  symlinkSync('7,123456,3f2a9c pid:[4026532281]', link);
  const message = /^Process 7 on 3f2a9c is at work in this data folder/;
  await t.rejects(withPipelineLock(folder, nothing), { code: 'pipeline_busy', message });
  const threeMinutesAgo = new Date(Date.now() - 180_000);
  lutimesSync(link, threeMinutesAgo, threeMinutesAgo);
  await t.resolves(withPipelineLock(folder, nothing));
  symlinkSync('what is this', link);
  await t.rejects(withPipelineLock(folder, nothing), {
    code: 'pipeline_busy',
    message: /^Another process on a machine that is not named is at work/,
  });
});

t.test('a run that finds its lock taken over stops before its next stage', async (t) => {
  const folder = t.testdir({ 'orders.csv': rawFile(rowsWithIds(20)) });
  const context = contextIn(foldersIn(folder), { data: join(folder, 'orders.csv') });
  const link = join(context.environment.DATA_DIR, '.pipeline-lock');
  const other = `7,1,${hostname()}`;
  const sleep: Stage = {
    name: 'sleep',
    purpose: 'to be away for so long that another takes over',
    async run() {
      spawnSync('ln', ['-sfn', other, link]);
    },
  };
  const attempt = runStages([sleep, stageNamed('clean')], context);
  await t.rejects(attempt, { code: 'pipeline_busy', message: /^Process 7 on / });
  t.strictSame(readdirSync(context.environment.DATA_DIR), ['.pipeline-lock']);
  t.equal(readlinkSync(link), other, 'and leaves the lock to who has it');
});

t.test('where no lock can be made, that is told', async (t) => {
  const folder = t.testdir({ file: '', taken: {} });
  writeFileSync(join(folder, 'taken', '.pipeline-lock'), '');
  mkdirSync(join(folder, 'full', '.pipeline-lock'), { recursive: true });
  for (const name of ['file', 'taken', 'full', '/proc/x']) {
    const path = name.startsWith('/') ? name : join(folder, name);
    const message = new RegExp(`^${path}/\\.pipeline-lock cannot be written: `);
    await t.rejects(withPipelineLock(path, nothing), { name: 'OutputError', message }, name);
  }
});
