/** All scenarios, in the order in which they run. */
import type { Scenario } from './scenario.js';
import { batch } from './scenarios/batch.js';
import { oneConnection } from './scenarios/one-connection.js';
import { saturation } from './scenarios/saturation.js';

export const SCENARIOS: readonly Scenario[] = [oneConnection, saturation, batch];
