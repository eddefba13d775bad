/** All scenarios, in the order in which they run. */
import type { Scenario } from './scenario.js';
import { aliasSwitch } from './scenarios/alias-switch.js';
import { batch } from './scenarios/batch.js';
import { oneConnection } from './scenarios/one-connection.js';
import { openLoop } from './scenarios/open-loop.js';
import { overload } from './scenarios/overload.js';
import { saturation } from './scenarios/saturation.js';

/** What `npm run bench` runs unless it is told otherwise. */
export const SCENARIOS: readonly Scenario[] = [oneConnection, saturation, openLoop, overload, batch, aliasSwitch];
