/** All commands of `food-eta`, in the order in which its help shows them. */
import { BENCH } from '../bench/command-line.js';
import { PROMOTE, ROLLBACK, TRAIN } from '../training/command-lines.js';
import type { Command } from './command.js';
import { COMPARE, DOCTOR, PREDICT, SERVE, VERSIONS } from './command-lines.js';

/** Their names are those of their command lines. */
export const COMMANDS: readonly Command[] = [
  { line: TRAIN, load: () => import('./commands/train.js') },
  { line: PROMOTE, load: () => import('./commands/promote.js') },
  { line: ROLLBACK, load: () => import('./commands/rollback.js') },
  { line: VERSIONS, load: () => import('./commands/versions.js') },
  { line: COMPARE, load: () => import('./commands/compare.js') },
  { line: PREDICT, load: () => import('./commands/predict.js') },
  { line: SERVE, load: () => import('./commands/serve.js') },
  { line: BENCH, load: () => import('./commands/bench.js') },
  { line: DOCTOR, load: () => import('./commands/doctor.js') },
];
