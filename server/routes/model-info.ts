/** `GET /model-info`: which version answers, how good it was on its test orders, and since when it is served. */
import { inputsOf } from '../../features/catalogue.js';
import type { ModelUri } from '../../registry/model-uri.js';
import type { ModelInfo, ShadowInfo } from '../answers.js';
import { problem } from '../errors.js';
import type { Following, ShadowFollowing } from '../following.js';
import type { Route } from '../http.js';
import type { Serving } from '../serving.js';
import { Differences } from '../shadow/differences.js';
import type { Coordinator } from '../switching/coordinator.js';

/**
 * @param uri what the server was asked to serve
 * @param shadow undefined where no shadow was asked for
 */
export function modelInfoRoute(
  { serving, coordinator }: Pick<Following, 'serving' | 'coordinator'>,
  uri: ModelUri,
  shadow?: ShadowFollowing,
): Route {
  return {
    method: 'GET',
    path: '/model-info',
    handle(exchange) {
      const model = serving.model;
      if (model === undefined) {
        exchange.sendProblem(problem('model_unavailable', `There is no model: ${serving.reason}.`));
        return;
      }
      const { version, metrics, encoder } = model;
      const info: ModelInfo = {
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
      exchange.sendJson(200, info);
    },
  };
}

function switchingInfo({ previous }: Serving, coordinator: Coordinator) {
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

function shadowInfo({ alias, fraction, serving, coordinator, shadow }: ShadowFollowing): ShadowInfo {
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
