import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { FOLDER, PROJECT, STACKS, textOf } from './fixtures/stacks.js';

const CFN_LINT = join(PROJECT, '.venv-peers/cfn-lint/bin/cfn-lint');

if (!existsSync(CFN_LINT)) {
  t.plan(0, 'there is no cfn-lint in .venv-peers/cfn-lint (`npm test` sets it up)');
  process.exit();
}

/** What it finds, a line each, with the number of a rule; all is told, even what is information only. */
function lint(files: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  return new Promise((resolve, reject) => {
    execFile(CFN_LINT, ['--format', 'parseable', '--include-checks', 'I', '--', ...files], (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ code: Number(error?.code ?? 0), said: stdout + stderr });
    });
  });
}

t.test('cfn-lint has nothing to say of the stacks', async (t) => {
  t.strictSame(await lint(STACKS.map((name) => join(FOLDER, `${name}.yaml`))), { code: 0, said: '' });
});

t.test('and of each with a fault it says which', async (t) => {
  const folder = t.testdir({});
  const faults = [
    ['delivery', 'ImageTagMutability: IMMUTABLE', 'ImageTagMutability: NEVER', 'E3030'],
    ['balancer', 'HealthCheckPath: /health', 'HealthPath: /health', 'E3002'],
    ['fleet', '!Ref InstanceRole', '!Ref InstanceRoll', 'E1020'],
  ] as const;
  for (const [name, from, to] of faults) {
    const broken = textOf(name).replace(from, to);
    t.match(broken, to, `${from} is there to be broken`);
    writeFileSync(join(folder, `${name}.yaml`), broken);
  }
  const { code, said } = await lint(faults.map(([name]) => join(folder, `${name}.yaml`)));
  t.not(code, 0);
  for (const [name, , , rule] of faults) t.match(said, new RegExp(`/${name}\\.yaml:.*${rule}`));
});
