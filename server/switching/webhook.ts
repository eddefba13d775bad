/**
 * MLflow's webhook: whether a delivery was signed with our secret, and not long ago.
 * `X-MLflow-Signature: v1,base64(HMAC-SHA256(secret, id.timestamp.body))`, id and timestamp from the headers beside it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { WEBHOOK_MAX_AGE_SECONDS } from '../limits.js';

/** One call of the webhook, as it came. */
export interface Delivery {
  /** `X-MLflow-Delivery-Id` */
  readonly id: string;
  /** `X-MLflow-Timestamp`, seconds since 1970. */
  readonly timestamp: string;
  /** `X-MLflow-Signature` */
  readonly signature: string;
  /** As it came, since the signature is over its bytes. */
  readonly body: Uint8Array;
}

/** Why the delivery is not to be believed; undefined where it is. */
export function deliveryFault(
  { id, timestamp, signature, body }: Delivery,
  secret: string,
  nowMs: number,
): string | undefined {
  if (id === '' || timestamp === '' || signature === '') {
    return 'it lacks X-MLflow-Delivery-Id, X-MLflow-Timestamp or X-MLflow-Signature';
  }
  const expected = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest('base64');
  if (!isSame(signature, `v1,${expected}`)) return 'its signature is not made with WEBHOOK_SECRET';
  const ageSeconds = nowMs / 1_000 - Number(timestamp);
  if (!(Math.abs(ageSeconds) <= WEBHOOK_MAX_AGE_SECONDS)) {
    return `its timestamp is ${Math.round(ageSeconds)} s old; at most ${WEBHOOK_MAX_AGE_SECONDS} s are allowed`;
  }
  return undefined;
}

/** In a time that does not tell how much of it is the same. */
function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
