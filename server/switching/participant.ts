/**
 * A switch in two steps: every participant prepares the version beside the one that it serves, and only when all have
 * does any activate it. There is one participant in a process that answers; the coordinator may be in another.
 */
import type { ModelVersion } from '../../registry/model-registry.js';

/** Plain data, since it may cross to another process. */
/** A version that is to be served, and where its files lie. */
export interface Target {
  readonly version: ModelVersion;
  /** The local folder that holds the version's files, with their checksums verified. */
  readonly folder: string;
}

/** What prepares and activates versions. */
export interface Participant {
  /**
   * Makes the version ready to answer; what is served goes on.
   * @throws FeatureError or PoolError, saying why it cannot be served
   */
  prepare(target: Target): Promise<void>;

  /** Whether the version is loaded, so that to prepare it takes no time and needs no files. */
  isLoaded(version: ModelVersion): boolean;

  /** From here on requests are answered by the version, which has been prepared; in this process, at once. */
  activate(version: ModelVersion): Promise<void>;

  /** Gives up what was prepared and will not be activated. */
  discard(version: ModelVersion): void;

  /** Whether requests are answered by the version now. */
  serves(version: ModelVersion): boolean;
}

/** The versions that there are for a role, in a process or in all of them. */
export interface Loaded {
  /** The one that answers. */
  readonly live: ModelVersion | undefined;
  /** The one before, which is kept. */
  readonly previous: ModelVersion | undefined;
}

/** A participant that callers ask for answers. */
export interface AskedParticipant extends Participant {
  /** Tells callers why there is no model, where there is none. */
  explain(reason: string): void;

  /** The same, as callers are told it. */
  readonly reason: string;

  readonly loaded: Loaded;

  /** Ends all models, each when what it has in hand is answered; resolves when they have ended. */
  clear(): Promise<void>;
}

/** The participant went away while it prepared, which may or may not be the version's fault. */
export class ParticipantLost extends Error {
  override readonly name = 'ParticipantLost';
  readonly code = 'participant_lost';
}

/** Whether both are the same version of the same training; numbers alone repeat where a registry was made anew. */
export function isSameVersion(one: ModelVersion, other: ModelVersion): boolean {
  return one.name === other.name && one.version === other.version && one.runId === other.runId;
}
