/** `npm run soak -- KIND`: the same thing done many times to real processes, until one does what none may do. */
import { isProgram, runProgram } from '../../config/command.js';
import { readSoakArguments, type SoakArguments, type SoakKind } from './arguments.js';
import { SoakFailure } from './failure.js';
import { soakKills } from './kills.js';
import { soakSwitches } from './switches.js';

type Soak = (
  campaign: Pick<SoakArguments, 'runs' | 'seed'> & { readonly say: (line: string) => void },
) => Promise<unknown>;

const SOAKS: Readonly<Record<SoakKind, Soak>> = { kills: soakKills, switches: soakSwitches };

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    const { kind, runs, seed } = readSoakArguments(process.argv.slice(2), Math.floor(Math.random() * 2 ** 31));
    console.log(`${kind}: ${runs} runs, seed ${seed}`);
    await SOAKS[kind]({ runs, seed, say: (line) => console.log(line) });
    return undefined;
  }, [SoakFailure]);
}
