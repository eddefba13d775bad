#!/usr/bin/env node
// @ts-check
/** `food-eta`: sets up what a command needs and is missing, as the npm scripts do, and runs it. */
import { command } from '../setup/command.mjs';

command(async (args) => {
  const { existsSync } = await import('node:fs');
  const { join } = await import('node:path');
  const { Fault } = await import('../setup/faults.mjs');
  const { isDone, prepare, ROOT, STEPS } = await import('../setup/prepare.mjs');
  const { findPython } = await import('../setup/python-interpreter.mjs');
  const { unsupportedNode } = await import('../setup/node-version.mjs');
  // What npm packs has neither the lock file nor the sources' tools.
  if (!existsSync(join(ROOT, 'package-lock.json'))) {
    throw new Fault(
      `${ROOT} is no checkout, and food-eta runs from one: clone the repository, then \`npm link\` in it.`,
    );
  }
  const { packages, serverBinary, build, python } = STEPS;
  // Only fitting needs Python, which takes the longest.
  const needsPython = args[0] === 'train' && !args.includes('--help') && !args.includes('-h');
  await prepare([packages, serverBinary, build, ...(needsPython ? [python] : [])]);

  /** @type {typeof import('./main.js')} */
  const { start } = await import(new URL('../dist/cli/main.js', import.meta.url).href);
  await start(args, { unsupportedNode, findPython, isPythonReady: () => isDone(python) });
});
