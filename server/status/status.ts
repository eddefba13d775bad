/** What is told of the whole server, from what each part of it knows: the versions, their aliases and the traffic. */
import type { ModelVersion } from '../../registry/model-registry.js';
import type { ModelUri } from '../../registry/model-uri.js';
import type { Processes } from '../answers.js';
import { STATUS_POINTS, STATUS_SAMPLE_MS } from '../limits.js';
import type { Loaded } from '../switching/participant.js';
import type { CoordinatorView } from '../switching/view.js';
import type { Status, VersionStatus } from './answer.js';
import type { TrafficHistory } from './history.js';

/** What answers, and what is known of its alias. */
interface Followed {
  readonly models: { readonly loaded: Loaded; readonly reason: string };
  readonly coordinator: CoordinatorView;
}

/** What the status is put together of; read when it is asked for. */
export interface StatusParts {
  /** Tells this server from others, and from itself before it was started anew. */
  readonly instance: string;
  readonly release: string;
  /** What the server was asked to serve. */
  readonly uri: ModelUri;
  readonly live: Followed;
  /** Undefined where no shadow was asked for. */
  readonly shadow: (Followed & { readonly alias: string }) | undefined;
  readonly candidate: { readonly version: ModelVersion | undefined };
  readonly processes: () => Processes | undefined;
  readonly history: TrafficHistory;
}

/** This server's status, wherever it is put together. */
export interface StatusSource {
  /** @param after milliseconds since 1970; traffic up to then is left out */
  status(after: number): Promise<Status>;
}

/** @param after milliseconds since 1970; traffic up to then is left out */
export function statusOf(parts: StatusParts, after: number): Status {
  const { instance, release, uri, live, shadow, candidate, history } = parts;
  const { loaded, reason } = live.models;
  const processes = parts.processes();
  // Of several processes each may have lost its model, though it is known which one they are to serve.
  const answers = processes?.serving === 0 ? undefined : loaded.live;
  return {
    now: new Date().toISOString(),
    instance,
    release,
    ...(processes && { processes }),
    registered_model: uri.name,
    alias: uri.alias ?? null,
    live: versionStatus(answers),
    reason: answers === undefined ? reason : null,
    previous: versionStatus(loaded.previous),
    candidate: versionStatus(candidate.version),
    shadow: shadow === undefined ? null : shadowStatus(shadow),
    ...aliasStatus(live.coordinator),
    ...outcomes(live.coordinator, shadow?.coordinator),
    window_seconds: (STATUS_POINTS * STATUS_SAMPLE_MS) / 1_000,
    traffic: history.since(after),
  };
}

function versionStatus(version: ModelVersion | undefined): VersionStatus | null {
  if (version === undefined) return null;
  const { runId, createdAt, tags } = version;
  return { version: version.version, run_id: runId, created_at: createdAt, data: tags['data'] ?? null };
}

function shadowStatus({ alias, models, coordinator }: Followed & { readonly alias: string }): Status['shadow'] {
  const refused = coordinator.refused?.reason ?? null;
  return { alias, version: versionStatus(models.loaded.live), refused };
}

function aliasStatus({ stale, preparing, refused, registry }: CoordinatorView) {
  return {
    stale,
    preparing: preparing?.version ?? null,
    refused: refused?.version.version ?? null,
    registry: {
      ok: registry?.ok === true,
      checked_at: registry?.checkedAt ?? null,
      reason: registry?.ok === false ? registry.reason : null,
    },
  };
}

/** Of both aliases together, the newest first. */
function outcomes(live: CoordinatorView, shadow: CoordinatorView | undefined): Pick<Status, 'switches' | 'refusals'> {
  const views = [['live', live] as const, ...(shadow === undefined ? [] : [['shadow', shadow] as const])];
  const switches = views.flatMap(([role, view]) =>
    view.switches.map(({ from, to, at, tookMs }) => ({ role, from, to, at, took_ms: Math.round(tookMs) })),
  );
  const refusals = views.flatMap(([role, view]) =>
    view.refusals.map(({ version, reason, at }) => ({ role, version: version.version, reason, at })),
  );
  return { switches: newestFirst(switches), refusals: newestFirst(refusals) };
}

function newestFirst<T extends { readonly at: string }>(events: readonly T[]): T[] {
  return events.toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at));
}
