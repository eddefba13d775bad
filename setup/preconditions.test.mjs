// @ts-check
import { chmodSync, readFileSync } from 'node:fs';
import t from 'tap';
import { unsupportedNode } from './node-version.mjs';
import { Checkout } from './testing/checkout.mjs';

t.test('a Node outside engines is refused in a sentence', async (t) => {
  const range = '^20.19 || ^22.19 || ^24';
  for (const version of ['v20.19.0', 'v20.20.2', 'v22.19.0', 'v24.0.0', 'v24.11.1']) {
    t.equal(unsupportedNode(version, range), '', version);
  }
  for (const version of ['v12.22.12', 'v20.18.3', 'v21.7.0', 'v22.18.0', 'v25.1.0']) {
    t.match(unsupportedNode(version, range), /^Node \S+ is not supported: install Node 20 .* or 24\.$/, version);
  }
  t.equal(unsupportedNode(process.version), '', 'and engines of package.json are in the form that is understood');
});

t.test('an old Node can read the commands, up to where it is refused', async (t) => {
  const commands = ['start', 'test', 'test-deploy', 'test-all', 'run', 'setup', 'check', 'prove-checks', 'tidy'];
  for (const file of ['command', 'node-version', ...commands]) {
    const source = readFileSync(new URL(`${file}.mjs`, import.meta.url), 'utf8');
    const code = source.replaceAll(/\/\*.*?\*\/|\/\/ [^\n]*/gs, '');
    t.notMatch(code, /\?\?|\?\.\w|\|\|=|^await |^import .*'node:/m, `${file}.mjs`);
  }
});

t.test('without a Python that will do, set-up ends before its first step with a sentence', async (t) => {
  const checkout = new Checkout(t);
  /** @type {[Record<string, string>, NodeJS.ProcessEnv, RegExp][]} */
  const machines = [
    [{}, {}, /^No python3 was found in PATH: install Python 3\.11 to 3\.13 \(.*apt install python3 python3-venv/],
    [
      { python3: 'echo 3.9.18; echo /usr/bin/python3; echo venv' },
      {},
      /^Python 3\.9\.18 \(.*\) was found, which is not/,
    ],
    [{ python3: 'echo 2.7.18; echo /usr/bin/python3; exit 1' }, {}, /^Python 2\.7\.18 \(.*\) was found, which is not/],
    [
      { python3: 'echo 3.14.0; echo /usr/bin/python3; echo venv' },
      {},
      /^Python 3\.14\.0 \(.*\) was found, which is not/,
    ],
    [{ python3: 'echo 3.11.2; echo /usr/bin/python3; exit 1' }, {}, /^Python 3\.11\.2 .* `apt install python3-venv`/],
    [
      { 'python3.12': 'echo 3.12.3; echo /python3.12; exit 1' },
      {},
      /^Python 3\.12\.3 .* `apt install python3\.12-venv`/,
    ],
    [{ python3: 'exit 127' }, {}, /^No python3 was found/],
    [{}, { PYTHON: 'my-python' }, /^PYTHON is 'my-python', which does not run/],
  ];
  for (const [programs, env, sentence] of machines) {
    checkout.remove('bin/python3');
    for (const [name, script] of Object.entries(programs)) {
      checkout.write(`bin/${name}`, `#!/bin/sh\n${script}\n`);
      chmodSync(checkout.path(`bin/${name}`), 0o755);
    }
    const { code, stdout, stderr } = await checkout.run(['setup/setup.mjs'], env);
    t.equal(code, 1);
    t.match(stderr, sentence);
    t.equal(stderr.trimEnd().split('\n').length, 1, 'one line');
    t.equal(stdout, '');
    for (const name of Object.keys(programs)) checkout.remove(`bin/${name}`);
  }
  t.same(checkout.calls(), []);
});

t.test('a Python that will do is found beside one that will not, and PYTHON goes before both', async (t) => {
  const checkout = new Checkout(t);
  const old = '#!/bin/sh\necho 3.9.18; echo /usr/bin/python3; echo venv\n';
  const good = readFileSync(checkout.path('bin/python3'), 'utf8');
  checkout.remove('bin/python3');
  for (const [name, text] of Object.entries({ python3: old, 'python3.12': good, mine: old })) {
    checkout.write(`bin/${name}`, text);
    chmodSync(checkout.path(`bin/${name}`), 0o755);
  }
  t.match(await checkout.run(['setup/setup.mjs', 'python'], { PYTHON: 'mine' }), { code: 1, stderr: 'Python 3.9.18' });
  t.match(await checkout.setUp('python'), { code: 0, stderr: 'Setting up Python' });
});
