/** What a registry takes of a training run: the same for all, so that a pipeline finds out with any of them. */
import { basename } from 'node:path';
import { RegistryError } from './errors.js';
import { PARAM_VALUE_MAX_CHARACTERS, TAG_KEY_MAX_CHARACTERS } from './limits.js';
import type { TrainingRun } from './model-registry.js';
import { assertTag, isFileName } from './names.js';

const key = /^[A-Za-z0-9_][A-Za-z0-9_./ -]*$/;

/**
 * MLflow answers 200 to what is refused here, and then loses it, cuts it, or loses what came with it.
 * @throws RegistryError `run_invalid`, `name_invalid`
 */
export function assertTrainingRun({ params, metrics, tags, reports, startedAt }: TrainingRun): void {
  for (const [name, value] of Object.entries(params)) {
    assertKey('parameter', name);
    // The type says so, but the parameters come from a file.
    if (typeof value !== 'string') throw invalid(`The parameter '${name}' is ${String(value)}; allowed is text.`);
    if (value.length > PARAM_VALUE_MAX_CHARACTERS) {
      throw invalid(
        `The parameter '${name}' has ${value.length} characters; allowed are ${PARAM_VALUE_MAX_CHARACTERS}.`,
      );
    }
  }
  for (const [name, value] of Object.entries(metrics)) {
    assertKey('metric', name);
    if (!Number.isFinite(value)) throw invalid(`The metric '${name}' is ${String(value)}; allowed are finite numbers.`);
  }
  for (const [name, value] of Object.entries(tags)) assertTag(name, value);
  if (Number.isNaN(startedAt.getTime())) throw invalid('The time at which the run was started is no time.');
  const names = reports.map((path) => basename(path));
  const odd = names.find((name, at) => !isFileName(name) || names.indexOf(name) !== at);
  if (odd !== undefined) {
    throw invalid(`The report ${JSON.stringify(odd)} has a name that is not plain, or that another has as well.`);
  }
}

function assertKey(what: string, name: string): void {
  if (key.test(name) && name.length <= TAG_KEY_MAX_CHARACTERS) return;
  throw invalid(
    `The ${what} ${JSON.stringify(name)} cannot be kept under this name: allowed are letters, digits, '.', '_', '-', ` +
      `'/' and spaces, at most ${TAG_KEY_MAX_CHARACTERS}.`,
  );
}

function invalid(message: string): RegistryError {
  return new RegistryError('run_invalid', message);
}
