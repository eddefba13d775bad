/** The versions that can answer by their name: the one that answers, and the one before it while it is kept warm. */
import type { ServedModel } from '../served-model.js';
import type { Serving } from '../serving.js';
import { DoorFault } from './door-fault.js';

/** The versions of that name, the one that answers first. */
export function loadedModels({ model, previous }: Serving, name: string): ServedModel[] {
  const loaded = previous?.pool.ended === undefined ? [model, previous] : [model];
  return loaded.filter((one): one is ServedModel => one?.version.name === name);
}

/**
 * @param name and `version` as they stand in the path
 * @param version undefined for the one that answers
 * @throws DoorFault 404
 */
export function loadedModel(serving: Serving, name: string, version: string | undefined): ServedModel {
  const loaded = loadedModels(serving, decoded(name));
  const found = version === undefined ? loaded[0] : loaded.find((one) => String(one.version.version) === version);
  // Without a number it is what answers, and nothing else.
  if (found !== undefined && (version !== undefined || found === serving.model)) return found;
  const there = [serving.model, serving.previous].map((one) => one && `${one.version.name}/${one.version.version}`);
  const names = there.filter((one) => one !== undefined).join(', ');
  throw new DoorFault(
    404,
    `There is no such model here; there is ${names === '' ? `none: ${serving.reason}` : names}.`,
  );
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // What is no escape is a name that no model has.
  }
}
