/** `GET /model-info`: which version answers, how good it was on its test orders, and since when it is served. */
import { inputsOf } from '../../features/catalogue.js';
import type { ModelUri } from '../../registry/model-uri.js';
import type { ModelInfo, ShadowInfo } from '../answers.js';
import { type Problem, problem } from '../errors.js';
import type { Exchange } from '../exchange.js';
import type { Route } from '../http.js';
import type { ShadowModels } from '../models.js';
import type { Serving } from '../serving.js';
import { Differences } from '../shadow/differences.js';
import type { CoordinatorView } from '../switching/view.js';

interface LiveSource {
  readonly serving: Serving;
  readonly coordinator: CoordinatorView;
}

interface ShadowSource extends ShadowModels {
  readonly coordinator: CoordinatorView;
}

/** Where the route has what it tells. */
export interface ModelInfoSource {
  readonly live: LiveSource;
  /** What the server was asked to serve. */
  readonly uri: ModelUri;
  /** Undefined where no shadow was asked for. */
  readonly shadow: ShadowSource | undefined;
}

/**
 * The route of a process that has the models itself.
 * @param uri what the server was asked to serve
 * @param shadow undefined where no shadow was asked for
 */
export function modelInfoRoute(live: LiveSource, uri: ModelUri, shadow?: ShadowSource): Route {
  return {
    method: 'GET',
    path: '/model-info',
    handle: (exchange) => sendInfo(exchange, modelInfo({ live, uri, shadow })),
  };
}

/** The same, of a process that has no model itself. */
export function askedModelInfoRoute(ask: () => Promise<ModelInfo | Problem>): Route {
  return {
    method: 'GET',
    path: '/model-info',
    handle(exchange) {
      ask().then(
        (info) => sendInfo(exchange, info),
        (error: unknown) => exchange.fault(error),
      );
    },
  };
}

function sendInfo(exchange: Exchange, info: ModelInfo | Problem): void {
  if ('code' in info) exchange.sendProblem(info);
  else exchange.sendJson(200, info);
}

/** What is told of the model; a problem where there is none. */
export function modelInfo({ live: { serving, coordinator }, uri, shadow }: ModelInfoSource): ModelInfo | Problem {
  const model = serving.model;
  if (model === undefined) return problem('model_unavailable', `There is no model: ${serving.reason}.`);
  const { version, metrics, encoder } = model;
  return {
    registered_model: version.name,
    alias: uri.alias ?? null,
    version: version.version,
    run_id: version.runId,
    created_at: version.createdAt,
    serving_since: serving.since,
    metrics,
    features: encoder.state.features,
    inputs: [...inputsOf(encoder.features)],
    tags: version.tags,
    ...switchingInfo(serving, coordinator),
    shadow: shadow === undefined ? null : shadowInfo(shadow),
  };
}

function switchingInfo({ previous }: Serving, coordinator: CoordinatorView) {
  const { stale, registry, preparing, refused, switches } = coordinator;
  return {
    stale,
    registry: {
      ok: registry?.ok === true,
      checked_at: registry?.checkedAt ?? '',
      reason: registry?.ok === false ? registry.reason : null,
    },
    previous: previous === undefined ? null : { version: previous.version.version, run_id: previous.version.runId },
    preparing: preparing?.version ?? null,
    refused:
      refused === undefined ? null : { version: refused.version.version, reason: refused.reason, at: refused.at },
    switches: switches.map(({ tookMs, ...one }) => ({ ...one, took_ms: Math.round(tookMs) })),
  };
}

function shadowInfo({ alias, fraction, serving, coordinator, shadow }: ShadowSource): ShadowInfo {
  const { comparison } = shadow;
  const differences = comparison?.differences ?? new Differences();
  return {
    alias,
    version: serving.model?.version.version ?? null,
    fraction,
    live_version: comparison?.live ?? null,
    rows: differences.rows,
    failed: comparison?.failed ?? 0,
    shed: comparison?.shed ?? 0,
    mean_difference: differences.mean,
    mean_absolute_difference: differences.meanAbsolute,
    largest_difference: differences.largest,
    histogram: differences.histogram,
    refused: coordinator.refused?.reason ?? null,
  };
}
