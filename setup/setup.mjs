// @ts-check
/**
 * `npm run setup`: sets up all that is missing. `npm run build`: of that, the steps named as arguments. By name alone:
 * the peers of the bench.
 */
import { command } from './command.mjs';

command(async (args) => {
  const { prepare, STEPS } = await import('./prepare.mjs');
  const { peers } = await import('./python.mjs');
  const { Fault } = await import('./faults.mjs');
  /** @type {Record<string, import('./prepare.mjs').Step>} */
  const known = { ...STEPS, ...peers };
  const unknown = args.filter((name) => !Object.hasOwn(known, name));
  if (unknown.length > 0) {
    throw new Fault(`There is no step '${unknown.join("', '")}'; there are: ${Object.keys(known).join(', ')}.`);
  }
  const chosen = Object.entries(known).filter(([name]) => args.includes(name));
  await prepare(args.length === 0 ? Object.values(STEPS) : chosen.map(([, one]) => one));
});
