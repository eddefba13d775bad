/** The faults that the commands of this room report in a sentence. */
import { ConfigError } from '../config/errors.js';
import { OutputError } from '../data/output-error.js';
import { FeatureError } from '../features/errors.js';
import { RegistryError } from '../registry/errors.js';
import { PoolError } from '../workers/errors.js';
import { PipelineError } from './errors.js';

/** Classes of errors, for `runProgram`. */
export const FORESEEN = [ConfigError, FeatureError, OutputError, PipelineError, PoolError, RegistryError];
