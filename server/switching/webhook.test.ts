import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { WEBHOOK_MAX_AGE_SECONDS } from '../limits.js';
import { type Delivery, deliveryFault } from './webhook.js';

const SECRET = 'a secret of the test';
const NOW_SECONDS = 1_790_000_000;
const BODY = Buffer.from('{"entity":"model_version_alias","action":"created","data":{"alias":"production"}}');

/** Signed as MLflow documents it. */
function signed(over: Partial<Delivery> = {}, secret = SECRET): Delivery {
  const { id, timestamp, body } = { id: 'd-1', timestamp: String(NOW_SECONDS), body: BODY, ...over };
  const mac = createHmac('sha256', secret).update(Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]));
  return { id, timestamp, body, signature: `v1,${mac.digest('base64')}`, ...over };
}

const faultOf = (delivery: Delivery): string | undefined => deliveryFault(delivery, SECRET, NOW_SECONDS * 1_000);

t.test('a delivery signed with the secret, not long ago, is believed', async (t) => {
  t.equal(faultOf(signed()), undefined);
  for (const age of [-WEBHOOK_MAX_AGE_SECONDS, WEBHOOK_MAX_AGE_SECONDS]) {
    t.equal(faultOf(signed({ timestamp: String(NOW_SECONDS - age) })), undefined, `${age} s old`);
  }
});

t.test('one that is older, or from the future, is not, though it is signed', async (t) => {
  for (const age of [-WEBHOOK_MAX_AGE_SECONDS - 1, WEBHOOK_MAX_AGE_SECONDS + 1]) {
    t.match(faultOf(signed({ timestamp: String(NOW_SECONDS - age) })), /timestamp/, `${age} s old`);
  }
  t.match(faultOf(signed({ timestamp: 'yesterday' })), /timestamp/);
});

t.test('one that lacks a header, or is signed with another secret, is not believed', async (t) => {
  for (const header of ['id', 'timestamp', 'signature'] as const) t.match(faultOf(signed({ [header]: '' })), /lacks/);
  t.match(faultOf(signed({}, 'another secret')), /signature/);
});

t.test('whatever is changed after it was signed, it is not believed', async () => {
  const delivery = signed();
  const part = fc.constantFrom('id', 'timestamp', 'signature', 'body' as const);
  const property = fc.property(part, fc.nat(), fc.integer({ min: 1, max: 127 }), (name, at, bits) => {
    const bytes = Buffer.from(delivery[name as keyof Delivery] as string | Uint8Array);
    const index = at % bytes.length;
    bytes[index] = (bytes[index] ?? 0) ^ bits;
    const value = name === 'body' ? bytes : bytes.toString('latin1');
    return faultOf({ ...delivery, [name]: value }) !== undefined;
  });
  fc.assert(property, { seed: 7, numRuns: 500 });
});
