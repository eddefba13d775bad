/**
 * The registry as the rest of the program sees it, in MLflow's words: a registered model has numbered versions, each a
 * folder of files with tags and the run that made it, and aliases, each the name of one version.
 * Every method may throw RegistryError `name_invalid`, and where its store cannot be read or written `registry_unusable`;
 * of a server also `registry_unreachable`, `registry_refused`, `registry_failed`, and `write_lost` from what writes.
 */

/** A registered version, as it is known without its files. */
export interface ModelVersion {
  readonly name: string;
  /** 1, 2, 3 …; never given to another version of this model. */
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** The training run that made it. */
  readonly runId: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The aliases that point to it, sorted. */
  readonly aliases: readonly string[];
}

/** What is said of a version when it is registered. Tags beyond the limits of `registry/limits.ts` are refused. */
export interface NewModelVersion {
  /** The training run that made it, from `logRun`; the registry makes an id if there is none. */
  readonly runId?: string;
  /** The run's model, from `logRun`. */
  readonly modelId?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A training run, as it is kept for comparison with others. What MLflow would lose or cut silently is refused. */
export interface TrainingRun {
  readonly params: Readonly<Record<string, string>>;
  /** Finite numbers. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Paths of files to keep with the run, under their own names. */
  readonly reports: readonly string[];
  readonly startedAt: Date;
}

/** By what names a run and the model that it made are known, in the registry and in the model's own files. */
export interface RunIds {
  /** 32 hex digits. */
  readonly runId: string;
  /** `m-` and 32 hex digits; empty where the registry knows no models apart from their runs. */
  readonly modelId: string;
}

/** To which version an alias is to point. */
export interface AliasMove {
  readonly alias: string;
  readonly version: number;
}

/** Where the aliases of a model point: alias → version. */
export type Aliases = ReadonlyMap<string, number>;

/** Hints that aliases may have moved. */
export interface AliasWatch {
  /** Watches again where watching has ended, or could not begin; cheap where it goes on. */
  renew(): void;
  close(): void;
}

/** What both registries can do; the comment at the head of this file says what every method may throw. */
export interface ModelRegistry {
  /** What tells this registry from others: its address, without credentials. */
  readonly address: string;

  /**
   * Keeps what is known of a training run, before its version is put together: the ids are part of the version. The run
   * is ended by `createModelVersion`. The local registry keeps nothing of it but the ids.
   * @throws RegistryError `run_invalid`
   */
  logRun(name: string, run: TrainingRun): Promise<RunIds>;

  /**
   * Registers the files in the folder `source` as the next version of `name`, which need not exist before.
   * The version is seen by others only once it is complete, and its files never change after.
   * @throws RegistryError `version_incomplete` or `checksum_mismatch` where `source` is not a whole version
   */
  createModelVersion(name: string, source: string, options?: NewModelVersion): Promise<ModelVersion>;

  /**
   * Keeps files with the run that made `version`, under their own names in its folder `under`; what is there of the same
   * name is replaced. The local registry keeps nothing of runs.
   * @param files paths
   */
  addToRun(version: ModelVersion, under: string, files: readonly string[]): Promise<void>;

  /** @throws RegistryError `version_not_found`, `record_broken` */
  getModelVersion(name: string, version: number): Promise<ModelVersion>;

  /**
   * The version that `alias` points to; undefined where there is no such alias.
   * @throws RegistryError `alias_broken`, `record_broken`
   */
  getModelVersionByAlias(name: string, alias: string): Promise<ModelVersion | undefined>;

  /**
   * The versions of `name`, newest first; none where there is no such model. Those that others have put into MLflow are
   * among them, which `download` may refuse.
   */
  searchModelVersions(name: string): Promise<readonly ModelVersion[]>;

  /**
   * Points `alias` to `version`, wherever it pointed before.
   * @throws RegistryError `version_not_found`, `registry_locked`, `registry_lock_lost`
   */
  setAlias(name: string, alias: string, version: number): Promise<void>;

  /**
   * Removes `alias`; does nothing where there is none.
   * @throws RegistryError `version_not_found` where the model has no versions, `registry_locked`, `registry_lock_lost`
   */
  deleteAlias(name: string, alias: string): Promise<void>;

  /**
   * Reads the aliases, has `change` decide, and writes its moves, while other users of the local registry wait. MLflow
   * knows no such lock, so behind it a competing write can only be noticed, not held off.
   *
   * The moves are checked together before the first is written. They are then written **one by one, in the order
   * given**, and a process may be killed between any two: whoever orders them sees to it that every beginning of the
   * list leaves a usable state. `alias-moves.ts` holds the orders for promotion and rollback, and why.
   *
   * @param change decides from the aliases there are; without effects, since it may be called again
   * @returns the moves that were written
   * @throws RegistryError `version_not_found`, `alias_broken`, `registry_locked`, `registry_lock_lost`,
   *   `alias_contended` saying which moves were written, and what `change` throws
   */
  moveAliases(name: string, change: (current: Aliases) => readonly AliasMove[]): Promise<readonly AliasMove[]>;

  /** @throws RegistryError `version_not_found`, `record_broken`, `registry_locked`, `registry_lock_lost` */
  setModelVersionTag(name: string, version: number, key: string, value: string): Promise<void>;

  /**
   * The path of a local folder that holds the version's files, and nothing else, with their checksums verified.
   * The folder is the registry's: read from it, never write to it.
   * @throws RegistryError `version_not_found`, `version_incomplete`, `checksum_mismatch`, `registry_unsupported`,
   *   `cache_unusable`
   */
  download(name: string, version: number): Promise<string>;

  /**
   * Calls `onChange` when the aliases of `name` may have moved, as far as the registry can tell: it is a hint, and may
   * be missed or come for nothing. Begins with the first `renew`.
   */
  watch(name: string, onChange: () => void): AliasWatch;
}
