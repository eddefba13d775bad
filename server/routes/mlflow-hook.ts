/**
 * `POST /hooks/mlflow`: MLflow says that an alias has moved. It is a hint to look at once, no more: where the alias
 * points is read from the registry, so that a delivery that is lost, late or repeated does no harm.
 *
 * MLflow signs its deliveries and can send no token. Where there is no secret to sign with, a token will do for others.
 */
import type { Accepted } from '../answers.js';
import { problem } from '../errors.js';
import type { Headers } from '../exchange.js';
import type { Route } from '../http.js';
import { MAX_BODY_BYTES } from '../limits.js';
import { deliveryFault } from '../switching/webhook.js';

const UNSIGNED: Headers = [['www-authenticate', 'Signature']];

/**
 * The route; a delivery is a hint and no more, since what it says is not looked at.
 * @param secret shared with MLflow; empty where no webhook is taken
 * @param hint has the server look where the alias points
 * @param hasTokens whether a caller without a signature may have a token instead
 */
export function mlflowHookRoute(secret: string, hint: () => void, hasTokens = false): Route {
  return {
    method: 'POST',
    path: '/hooks/mlflow',
    protected: secret === '',
    handle(exchange, head) {
      if (secret === '' && hasTokens) {
        hint();
        exchange.sendJson(202, { status: 'accepted' } satisfies Accepted);
        return;
      }
      if (secret === '') {
        exchange.sendProblem(problem('not_found', 'This server takes no webhook: it has no WEBHOOK_SECRET.'));
        return;
      }
      const id = head.getHeader('x-mlflow-delivery-id');
      const timestamp = head.getHeader('x-mlflow-timestamp');
      const signature = head.getHeader('x-mlflow-signature');
      exchange.readBody(MAX_BODY_BYTES, (body) => {
        const fault = deliveryFault({ id, timestamp, signature, body }, secret, Date.now());
        if (fault !== undefined) {
          exchange.sendProblem(problem('signature_invalid', `The delivery is not believed: ${fault}.`), UNSIGNED);
          return;
        }
        hint();
        const accepted: Accepted = { status: 'accepted' };
        exchange.sendJson(202, accepted);
      });
    },
  };
}
