// @ts-check
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import ts from 'typescript';
import { roomsBelow, tableOf } from './coverage.mjs';
import { lineCoverage } from './line-coverage.mjs';

const SOURCES = {
  'answers.ts': `/** Two answers. */
export function answer(question: string): number {
  // A comment is no code.
  if (question === 'six by nine') {
    return 42;
  }
  return 0;
}

export interface Unused {
  readonly isType: true;
}

export function unasked(): number {
  return 1;
}
`,
  'in-worker.ts': "export const ran: string = 'in a worker';\n",
  'never-loaded.ts': "export const ran: string = 'never';\n",
  'answers.test.ts': '// Tests are left out.\n',
};

t.test(
  'lines count as run by whatever process or worker thread ran them, and files nobody loaded as not run',
  async (t) => {
    const root = t.testdir({
      features: SOURCES,
      'one.mjs': "import { answer } from './dist/features/answers.js'; answer('');",
      'two.mjs': `import { Worker } from 'node:worker_threads';
      new Worker(new URL('dist/features/in-worker.js', import.meta.url));
      const { answer } = await import('./dist/features/answers.js'); answer('six by nine');`,
    });
    mkdirSync(join(root, 'dist/features'), { recursive: true });
    for (const [name, source] of Object.entries(SOURCES)) {
      const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, sourceMap: true };
      const { outputText, sourceMapText = '' } = ts.transpileModule(source, { fileName: name, compilerOptions });
      writeFileSync(join(root, 'dist/features', name.replace(/ts$/, 'js')), outputText);
      writeFileSync(join(root, 'dist/features', name.replace(/ts$/, 'js.map')), sourceMapText);
    }
    /** @param {string} program */
    const afterRunning = (program) => {
      const env = { ...process.env, NODE_V8_COVERAGE: join(root, 'notes') };
      t.equal(spawnSync(process.execPath, [program], { cwd: root, env }).status, 0);
      const found = lineCoverage(root, ['features'], join(root, 'notes'));
      return Object.fromEntries(found.map(({ file, lines, missed }) => [file, { lines, missed }]));
    };
    t.same(afterRunning('one.mjs'), {
      'features/answers.ts': { lines: 9, missed: [5, 6, 15, 16] },
      'features/in-worker.ts': { lines: 1, missed: [1] },
      'features/never-loaded.ts': { lines: 1, missed: [1] },
    });
    t.same(afterRunning('two.mjs'), {
      'features/answers.ts': { lines: 9, missed: [15, 16] },
      'features/in-worker.ts': { lines: 1, missed: [] },
      'features/never-loaded.ts': { lines: 1, missed: [1] },
    });
  },
);

t.test('a room with too little is a failure, and its files are named with the lines', async (t) => {
  const room = (/** @type {string} */ name, /** @type {number} */ missed) => ({
    file: `${name}/x.ts`,
    lines: 1_000,
    missed: Array.from({ length: missed }, (_, at) => at + 1),
  });
  const files = [room('features', 0), room('registry', 100), room('server', 101), room('workers', 900)];
  t.same(roomsBelow(files), [
    { name: 'coverage of server/', reason: 'tests run 89.9 % of its lines, 90 % are wanted' },
  ]);
  const table = tableOf([...files, { file: 'training/y.ts', lines: 4, missed: [1, 2, 4] }], { isWhole: true });
  t.match(table, /^ {2}registry +90\.0 % of 1000 lines, wanted 90 %$/m);
  t.match(table, /^ +25\.0 % training\/y\.ts, not: 1-2, 4$/m);
  t.notMatch(table, 'registry/x.ts');
});
