// @ts-check
/** `npm run setup`: sets up all that is missing. `npm run build`: of that, the steps named as arguments. */
import { command } from './command.mjs';

command(async (args) => {
  const { prepare, STEPS } = await import('./prepare.mjs');
  const { Fault } = await import('./faults.mjs');
  const unknown = args.filter((name) => !Object.hasOwn(STEPS, name));
  if (unknown.length > 0) {
    throw new Fault(`There is no step '${unknown.join("', '")}'; there are: ${Object.keys(STEPS).join(', ')}.`);
  }
  const chosen = Object.entries(STEPS).filter(([name]) => args.length === 0 || args.includes(name));
  await prepare(chosen.map(([, one]) => one));
});
