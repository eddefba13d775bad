/** `GET /model-info`: which version answers, how good it was on its test orders, and since when it is served. */
import { inputsOf } from '../../features/catalogue.js';
import type { ModelUri } from '../../registry/model-uri.js';
import type { ModelInfo } from '../answers.js';
import { problem } from '../errors.js';
import type { Route } from '../http.js';
import type { Serving } from '../serving.js';

/** @param uri what the server was asked to serve */
export function modelInfoRoute(serving: Serving, uri: ModelUri): Route {
  return {
    method: 'GET',
    path: '/model-info',
    handle(exchange) {
      const model = serving.model;
      if (model === undefined) {
        exchange.sendProblem(problem('model_unavailable', `There is no model: ${serving.reason}.`));
        return;
      }
      const { version, metrics, encoder, since } = model;
      const info: ModelInfo = {
        registered_model: version.name,
        alias: uri.alias ?? null,
        version: version.version,
        run_id: version.runId,
        created_at: version.createdAt,
        serving_since: since,
        metrics,
        features: encoder.state.features,
        inputs: [...inputsOf(encoder.features)],
        tags: version.tags,
      };
      exchange.sendJson(200, info);
    },
  };
}
