/** Which versions are loaded and for what, and what became of those that the aliases pointed to. */
import type { Following } from '../following.js';
import type { ServedModel } from '../served-model.js';
import type { Metrics } from './prometheus.js';

type Watched = Pick<Following, 'serving' | 'coordinator'>;

/** @param shadow undefined where no shadow was asked for */
export function measureModels(metrics: Metrics, live: Watched, shadow?: Watched): void {
  measureLoaded(metrics, live, shadow);
  const answering = ['live', live] as const;
  measureOutcomes(metrics, shadow === undefined ? [answering] : [answering, ['shadow', shadow]]);
}

function measureLoaded(metrics: Metrics, live: Watched, shadow: Watched | undefined): void {
  metrics.gauge({
    name: 'food_eta_model_info',
    help: 'Versions that are loaded, 1 for each: live answers, previous is kept to go back to, shadow is compared.',
    labels: ['model', 'version', 'run_id', 'role'],
    read: () => [
      ...loaded('live', live.serving.model),
      ...loaded('previous', live.serving.previous),
      ...loaded('shadow', shadow?.serving.model),
    ],
  });
  metrics.gauge({
    name: 'food_eta_model_stale',
    help: '1 while the live version is from the cache and not yet confirmed by the registry, else 0.',
    labels: [],
    read: () => [[{}, Number(live.coordinator.stale)]],
  });
  metrics.gauge({
    name: 'food_eta_registry_up',
    help: '1 if the registry, when last asked for the live version, gave it, else 0.',
    labels: [],
    read: () => {
      const { registry } = live.coordinator;
      return registry === undefined ? [] : [[{}, Number(registry.ok)]];
    },
  });
}

function measureOutcomes(metrics: Metrics, roles: readonly (readonly [role: string, following: Watched])[]): void {
  metrics.gauge({
    name: 'food_eta_model_refused',
    help: '1 for a version that was to be served and is refused.',
    labels: ['model', 'version', 'role'],
    read: () =>
      roles.flatMap(
        ([
          role,
          {
            coordinator: { refused },
          },
        ]) =>
          refused === undefined ? [] : [[{ model: refused.version.name, version: refused.version.version, role }, 1]],
      ),
  });
  metrics.counter({
    name: 'food_eta_model_refusals_total',
    help: 'Times that a version was refused.',
    labels: ['role'],
    read: () => roles.map(([role, { coordinator }]) => [{ role }, coordinator.counts.refusals]),
  });
  metrics.counter({
    name: 'food_eta_model_switches_total',
    help: 'Times that a version was taken up, the first included.',
    labels: ['role'],
    read: () => roles.map(([role, { coordinator }]) => [{ role }, coordinator.counts.switches]),
  });
}

function loaded(role: string, model: ServedModel | undefined) {
  if (model === undefined) return [];
  const { name, version, runId } = model.version;
  return [[{ model: name, version, run_id: runId, role }, 1]] as const;
}
