/** Which versions are loaded and for what, and what became of those that the aliases pointed to. */
import type { ServedModel } from '../served-model.js';
import type { Serving } from '../serving.js';
import type { CoordinatorView } from '../switching/view.js';
import type { Metrics } from './prometheus.js';

interface Watched {
  readonly serving: Serving;
  readonly coordinator: CoordinatorView;
}

/**
 * Of a process that both follows the aliases and answers.
 * @param shadow undefined where no shadow was asked for
 */
export function measureModels(metrics: Metrics, live: Watched, shadow?: Watched): void {
  measureLoaded(metrics, live.serving, shadow?.serving);
  measureAliases(metrics, live.coordinator, shadow?.coordinator);
}

/** Of a process that follows the aliases. */
export function measureAliases(metrics: Metrics, live: CoordinatorView, shadow?: CoordinatorView): void {
  measureRegistry(metrics, live);
  const answering = ['live', live] as const;
  measureOutcomes(metrics, shadow === undefined ? [answering] : [answering, ['shadow', shadow]]);
}

/** Of a process that answers. */
export function measureLoaded(metrics: Metrics, live: Serving, shadow: Serving | undefined): void {
  metrics.gauge({
    name: 'food_eta_model_info',
    help: 'Versions that are loaded, 1 for each: live answers, previous is kept to go back to, shadow is compared.',
    labels: ['model', 'version', 'run_id', 'role'],
    aggregate: 'max',
    read: () => [
      ...loaded('live', live.model),
      ...loaded('previous', live.previous),
      ...loaded('shadow', shadow?.model),
    ],
  });
}

function measureRegistry(metrics: Metrics, live: CoordinatorView): void {
  metrics.gauge({
    name: 'food_eta_model_stale',
    help: '1 while the live version is from the cache and not yet confirmed by the registry, else 0.',
    labels: [],
    aggregate: 'max',
    read: () => [[{}, Number(live.stale)]],
  });
  metrics.gauge({
    name: 'food_eta_registry_up',
    help: '1 if the registry, when last asked for the live version, gave it, else 0.',
    labels: [],
    aggregate: 'max',
    read: () => (live.registry === undefined ? [] : [[{}, Number(live.registry.ok)]]),
  });
}

function measureOutcomes(metrics: Metrics, roles: readonly (readonly [role: string, view: CoordinatorView])[]): void {
  metrics.gauge({
    name: 'food_eta_model_refused',
    help: '1 for a version that was to be served and is refused.',
    labels: ['model', 'version', 'role'],
    aggregate: 'max',
    read: () =>
      roles.flatMap(([role, { refused }]) =>
        refused === undefined ? [] : [[{ model: refused.version.name, version: refused.version.version, role }, 1]],
      ),
  });
  metrics.counter({
    name: 'food_eta_model_refusals_total',
    help: 'Times that a version was refused.',
    labels: ['role'],
    read: () => roles.map(([role, { counts }]) => [{ role }, counts.refusals]),
  });
  metrics.counter({
    name: 'food_eta_model_switches_total',
    help: 'Times that a version was taken up, the first included.',
    labels: ['role'],
    read: () => roles.map(([role, { counts }]) => [{ role }, counts.switches]),
  });
}

function loaded(role: string, model: ServedModel | undefined) {
  if (model === undefined) return [];
  const { name, version, runId } = model.version;
  return [[{ model: name, version, run_id: runId, role }, 1]] as const;
}
