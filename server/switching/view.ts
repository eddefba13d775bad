/** What is told of an alias that is followed: by its coordinator, and by what stands for that in another process. */
import type { ModelVersion } from '../../registry/model-registry.js';
import type { RegistryState } from './registry-state.js';

/** A version that the alias pointed to and that was not taken up. */
export interface Refusal {
  readonly version: ModelVersion;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** A change of the version that answers. */
export interface Switch {
  /** Null for the first version that is served. */
  readonly from: number | null;
  readonly to: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** From the look that found the alias moved until requests are answered by the new version. */
  readonly tookMs: number;
}

/** Since the start: versions taken up, the first included, and refused, each time that they were. */
export interface Counts {
  readonly switches: number;
  readonly refusals: number;
}

/** What is told of it, wherever it is told. */
export interface CoordinatorView {
  /** Whether what is served was taken from the cache, and the registry has not yet confirmed it. */
  readonly stale: boolean;
  /** The version that the alias points to and that is not served, if there is one. */
  readonly refused: Refusal | undefined;
  /** The version that is being made ready. */
  readonly preparing: ModelVersion | undefined;
  /** Undefined before the first look is over. */
  readonly registry: RegistryState | undefined;
  /** The last switches, the newest first. */
  readonly switches: readonly Switch[];
  /** The last refusals, the newest first. */
  readonly refusals: readonly Refusal[];
  readonly counts: Counts;
}
