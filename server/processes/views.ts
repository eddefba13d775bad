/** What a coordinator tells, as plain data, and where such data stands for the coordinator in another process. */

import type { ModelVersion } from '../../registry/model-registry.js';
import type { RegistryState } from '../switching/registry-state.js';
import type { CoordinatorView, Counts, Refusal, Switch } from '../switching/view.js';

const NOTHING_YET: CoordinatorView = {
  stale: false,
  refused: undefined,
  preparing: undefined,
  registry: undefined,
  switches: [],
  refusals: [],
  counts: { switches: 0, refusals: 0 },
};

/** A copy: what a coordinator gives goes on changing. */
export function viewOf(view: CoordinatorView): CoordinatorView {
  const { stale, refused, preparing, registry, switches, refusals, counts } = view;
  const lists = { switches: [...switches], refusals: [...refusals] };
  return { stale, refused, preparing, registry, ...lists, counts: { ...counts } };
}

/** The view that came last. */
export class MirroredView implements CoordinatorView {
  #view = NOTHING_YET;

  show(view: CoordinatorView): void {
    this.#view = view;
  }

  get stale(): boolean {
    return this.#view.stale;
  }

  get refused(): Refusal | undefined {
    return this.#view.refused;
  }

  get preparing(): ModelVersion | undefined {
    return this.#view.preparing;
  }

  get registry(): RegistryState | undefined {
    return this.#view.registry;
  }

  get switches(): readonly Switch[] {
    return this.#view.switches;
  }

  get refusals(): readonly Refusal[] {
    return this.#view.refusals;
  }

  get counts(): Counts {
    return this.#view.counts;
  }
}
