// @ts-check
/**
 * `node deploy/train/promoted-version.mjs --log FILE`: prints `version=N` for the version that `npm run promote -- staging`
 * says to have promoted, as GitHub takes the output of a step. So what is approved later is that version, and none that has
 * come to staging meanwhile.
 */
import { readFile } from 'node:fs/promises';
import { command } from '../../setup/command.mjs';
import { Fault } from '../../setup/faults.mjs';
import { readArguments } from '../release/arguments.mjs';

command(async (args) => {
  const { log } = readArguments(args, 'node deploy/train/promoted-version.mjs --log FILE', ['log']);
  const text = await readFile(log, 'utf8');
  const [, version] = /^Version (\d+) is staging\.$/m.exec(text) ?? [];
  if (version === undefined) throw new Fault(`${log} does not say which version is in staging now.`);
  console.log(`version=${version}`);
});
