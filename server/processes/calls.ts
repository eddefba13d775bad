/** What the supervisor and a process that answers ask of each other. All of it is plain data. */
import type { ModelVersion } from '../../registry/model-registry.js';
import type { ModelInfo, Processes } from '../answers.js';
import type { Problem } from '../errors.js';
import type { MetricsSnapshot } from '../metrics/merge.js';
import type { Status } from '../status/answer.js';
import type { Reading } from '../status/reading.js';
import type { Loaded, Target } from '../switching/participant.js';
import type { CoordinatorView } from '../switching/view.js';

/** For whom a model predicts: callers, or the comparison with what callers got. */
export type Role = 'live' | 'shadow';

/** The versions that a process has, for both roles. */
export type LoadedByRole = Readonly<Record<Role, Loaded>>;

/** What only the supervisor knows. */
export interface News {
  readonly live: CoordinatorView;
  /** Undefined where no shadow was asked for. */
  readonly shadow: CoordinatorView | undefined;
  /** Why there is no model, where there is none. */
  readonly reason: string;
  readonly processes: Processes;
}

/** All that a process has counted. */
export interface Counted {
  readonly metrics: MetricsSnapshot;
  readonly traffic: Reading;
}

/** What a process says at its end. */
export interface Drained {
  /** Whether all that was in flight was answered within the time. */
  readonly inTime: boolean;
  readonly counted: Counted;
}

/** What a process that answers is asked. */
export interface ServerCalls {
  prepare(of: { readonly role: Role; readonly target: Target }): Promise<void>;
  activate(of: { readonly role: Role; readonly version: ModelVersion }): Promise<void>;
  discard(of: { readonly role: Role; readonly version: ModelVersion }): void;
  clear(role: Role): Promise<void>;
  tell(news: News): void;
  /** Opens the port, 0 for one that the system chooses; gives it. */
  listen(port: number): Promise<number>;
  counted(nothing: undefined): Promise<Counted>;
  modelInfo(nothing: undefined): ModelInfo | Problem;
  /**
   * Takes no more connections and answers what is in flight.
   * @param linger whether each connection may carry one more request, since another process has taken over
   */
  drain(linger: boolean): Promise<Drained>;
}

/** What the supervisor is asked. */
export interface SupervisorCalls {
  /** The process can be asked from here on. */
  ready(nothing: undefined): void;
  loaded(models: LoadedByRole): void;
  /** The registry may have changed. */
  hint(nothing: undefined): void;
  /** The metrics of all processes. */
  metrics(nothing: undefined): Promise<string>;
  /** What is told of all processes; with the traffic after that time. */
  status(after: number): Promise<Status>;
}
