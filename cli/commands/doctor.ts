/** `food-eta doctor`: looks at all that the program needs, one check after the other, and changes nothing. */
import { parseArguments } from '../../config/command.js';
import { usageOf } from '../../config/command-line.js';
import { type Environment, readEnvironment } from '../../config/environment.js';
import { ConfigError } from '../../config/errors.js';
import type { Context, Outcome } from '../command.js';
import { DOCTOR } from '../command-lines.js';
import type { Check, Finding } from '../doctor/check.js';
import { credentials } from '../doctor/credentials.js';
import { folders } from '../doctor/folders.js';
import { node } from '../doctor/node.js';
import { ports } from '../doctor/ports.js';
import { python } from '../doctor/python.js';
import { registry } from '../doctor/registry.js';
import { settings } from '../doctor/settings.js';
import { versions } from '../doctor/versions.js';
import { styled } from '../terminal.js';

/** The faults that are told in a sentence. */
export const FORESEEN = [ConfigError];

/** In the order in which they need each other. */
const CHECKS: readonly Check[] = [node, python, settings, folders, ports, credentials, registry, versions];

interface Told extends Finding {
  readonly check: string;
}

/**
 * Tells each finding as soon as it is there. Code 1 where any of them is wrong.
 * @throws UsageError
 */
export async function run(args: readonly string[], { started, setUp, say }: Context): Promise<Outcome> {
  parseArguments({ args: [...args], options: DOCTOR.options }, usageOf(DOCTOR, started));
  const findings: Told[] = [];
  const tell = (check: string, finding: Finding): void => {
    findings.push({ check, ...finding });
    say(lineOf(check, finding));
  };
  const environment = environmentOr((found) => tell('settings', { state: 'wrong', found }));
  if (environment !== undefined) {
    for (const { name, examine } of CHECKS) {
      for (const finding of await examine({ environment, setUp })) tell(name, finding);
    }
  }
  const faults = findings.filter(({ state }) => state === 'wrong').length;
  const text = faults === 0 ? 'Nothing is wrong.' : `${faults} ${faults === 1 ? 'thing is' : 'things are'} wrong.`;
  return { code: faults === 0 ? 0 : 1, result: { wrong: faults, findings }, text };
}

/** Without the environment nothing else can be looked at. */
function environmentOr(tell: (fault: string) => void): Environment | undefined {
  try {
    return readEnvironment();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    tell(error.message);
    return undefined;
  }
}

const STYLES = { ok: 'green', note: 'yellow', wrong: 'red' } as const;

function lineOf(check: string, { state, found, remedy }: Finding): string {
  const line = `${styled(STYLES[state], state.padEnd(5))}  ${check.padEnd(11)}  ${found}`;
  return remedy === undefined ? line : `${line}\n${' '.repeat(20)}${remedy}`;
}
