// @ts-check
/**
 * `npm run check:prove`: that each check can fail, and for its own reason only. A copy of the repository gets one fault
 * for each check, each in another file; every check must then fail, name its own file and none of the others'.
 * A command of its own, since it takes as long as all checks together; to be run when one of them is changed.
 */
import { command } from './command.mjs';

/** Check, or a rule of it → a file, what is added to it, and what the check says of that. @type {[check: string, file: string, fault: string, says: string][]} */
const FAULTS = [
  ['biome', 'features/definitions/festival.ts', '\n\n\n', 'festival.ts'],
  ['types', 'config/command.test.ts', "\nconst years: number = 'one';\nt.ok(years);\n", 'TS2322'],
  ['types-setup', 'setup/faults.test.mjs', "\n/** @type {number} */\nconst years = 'one';\nt.ok(years);\n", 'TS2322'],
  [
    'types-page',
    'server/status-page/browser/words.mjs',
    "\n/** @type {number} */\nconst years = 'one';\nif (years === 2) throw new Error('two');\n",
    'TS2322',
  ],
  ['types-assembly', 'server/order-reader/assembly/scan.ts', "\nexport const years: i32 = 'one';\n", 'TS2322'],
  [
    'any',
    'features/errors.ts',
    "\nconst given = JSON.parse('1');\nif (given === 2) throw new Error('two');\n",
    'given',
  ],
  [
    'any-setup',
    'setup/folders.mjs',
    "\nconst given = JSON.parse('1');\nif (given === 2) throw new Error('two');\n",
    'given',
  ],
  [
    'any-page',
    'server/status-page/browser/events.mjs',
    "\nconst given = JSON.parse('1');\nif (given === 2) throw new Error('two');\n",
    'given',
  ],
  ['knip', 'registry/names.ts', '\n/** For nobody. */\nexport const NOBODY_NEEDS_THIS = 1;\n', 'NOBODY_NEEDS_THIS'],
  ['imports', 'features/sample-mark.ts', "\nimport '../config/errors.js';\n", 'features-imports'],
  ['imports', 'data/random.ts', "\nimport 'pino';\n", 'one-importer-of-pino'],
  ['imports', 'setup/progress.mjs', "\nimport 'yaml';\n", 'setup-needs-nothing-installed'],
  ['ruff', 'training/fixtures/read_arrow.py', '\n\ndef nobody(x):\n    return x\n', 'ANN'],
  ['ruff-format', 'training/fixtures/judge_metrics.py', '\n\n\n\n', 'would be reformatted'],
  [
    'typedoc',
    'data/output-error.ts',
    '\n/** As in [the page](gone.md). */\nexport interface Lost {\n  readonly other?: Lost;\n}\n',
    'gone.md',
  ],
  [
    'tidy',
    'client/index.ts',
    '\nexport interface Untold {\n  readonly years?: number;\n}\n',
    'Untold is exported without',
  ],
  ['tidy', 'params.yaml', `\n# ${[10, 1, 2, 3].join('.')}\n`, 'is the address'],
];

command(async () => {
  const { appendFileSync, cpSync, mkdtempSync, rmSync, symlinkSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const { run } = await import('./child.mjs');
  const { CHECKS } = await import('./checks.mjs');
  const { Fault } = await import('./faults.mjs');
  const { prepare, ROOT, STEPS } = await import('./prepare.mjs');
  const { ruff } = await import('./ruff.mjs');
  const { readHouse } = await import('./tidy/house.mjs');
  await prepare([STEPS.packages, STEPS.python, ruff]);

  const copy = mkdtempSync(join(tmpdir(), 'prove-checks-'));
  try {
    for (const file of readHouse(ROOT).files.keys()) cpSync(join(ROOT, file), join(copy, file));
    for (const installed of ['node_modules', '.venv']) symlinkSync(join(ROOT, installed), join(copy, installed));
    for (const [, file, fault] of FAULTS) appendFileSync(join(copy, file), fault);
    /** @type {string[]} */
    const wrong = [];
    for (const { name } of CHECKS) {
      const { code, output } = await run(process.execPath, ['setup/check.mjs', name], { cwd: copy });
      const problems = code === 1 ? problemsIn(name, output) : [`${name}: ended with ${code}, though there are faults`];
      console.log(`${problems.length === 0 ? 'ok' : 'not ok'} ${name}`);
      if (problems.length > 0) wrong.push(...problems, output);
    }
    if (wrong.length > 0) throw new Fault('A check does not fail as it should, see the lines above.', wrong.join('\n'));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});

/**
 * What is amiss in what the check said, which has failed as it should.
 * @param {string} name
 * @param {string} output
 */
function problemsIn(name, output) {
  const own = FAULTS.filter(([check]) => check === name);
  if (own.length === 0) return [`${name}: no fault is made for it: add one in setup/prove-checks.mjs`];
  const unsaid = own
    .filter(([, file, , says]) => !output.includes(file) || !output.includes(says))
    .map(([, file, , says]) => `${name}: does not say '${says}' of ${file}`);
  const ownFiles = new Set(own.map(([, file]) => file));
  const others = FAULTS.filter(([, file]) => !ownFiles.has(file) && output.includes(file)).map(
    ([check, file]) => `${name}: names ${file} too, whose fault is one for ${check}`,
  );
  return [...unsaid, ...others];
}
