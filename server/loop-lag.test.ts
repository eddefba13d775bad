/** How far behind reading is: by a scripted message, and by the real one while the loop is held up. */
import t from 'tap';
import { LOOP_PROBE_INTERVAL_MS, REQUESTS_OF_A_LATE_LOOP } from './limits.js';
import { LoopLag } from './loop-lag.js';

const MAXIMUM_MS = 100;

/** A lag whose message comes back when it is told to, at times that it is told. */
function scripted(t: { intercept: typeof import('tap')['default']['intercept'] }) {
  let nowMs = 5_000;
  t.intercept(performance, 'now', { value: () => nowMs });
  let onReturn = (): void => undefined;
  let sent = 0;
  const lag = new LoopLag(MAXIMUM_MS, (listener) => {
    onReturn = listener;
    return () => {
      sent += 1;
    };
  });
  return {
    lag,
    get sent() {
      return sent;
    },
    pass(milliseconds: number): number {
      nowMs += milliseconds;
      return nowMs;
    },
    /** The message is read now. */
    returned: () => onReturn(),
    /** How many of so many requests, read now, are refused. */
    refused: (requests: number) => Array.from({ length: requests }, () => lag.isTooLarge(nowMs)).filter(Boolean).length,
  };
}

t.test('what is read has waited as long as the message that was sent before it', async (t) => {
  const script = scripted(t);
  t.equal(script.refused(1), 0);
  t.equal(script.sent, 1);
  t.equal(script.lag.at(script.pass(30)), 30, 'on its way');
  script.pass(20);
  script.returned();
  t.equal(script.lag.at(script.pass(5)), 50, 'what it took');
  script.refused(1);
  t.equal(script.sent, 1, 'the next is not due');
  script.pass(LOOP_PROBE_INTERVAL_MS - 5);
  script.refused(1);
  t.equal(script.sent, 2);
  t.equal(script.lag.at(script.pass(1)), 50, 'while the next is on its way, the last one counts');
  script.returned();
  t.equal(script.lag.at(script.pass(0)), 1);
});

t.test('a loop that is late with many requests refuses those beyond, one that finds a few does not', async (t) => {
  const script = scripted(t);
  script.refused(1);
  script.pass(MAXIMUM_MS + 1);
  t.equal(script.refused(REQUESTS_OF_A_LATE_LOOP - 1), 0);
  t.equal(script.refused(10), 10);
  script.returned();
  t.equal(script.refused(REQUESTS_OF_A_LATE_LOOP), 0, 'the message is back: they are counted anew');
  t.equal(script.refused(1), 1, 'it took so long as well');
});

t.test('a message of long ago says nothing of the requests that come now', async (t) => {
  const script = scripted(t);
  script.refused(1);
  script.pass(10 * MAXIMUM_MS);
  script.returned();
  script.pass(60_000);
  t.equal(script.refused(2 * REQUESTS_OF_A_LATE_LOOP), 0);
  t.equal(script.lag.at(script.pass(3)), 3);
});

t.test('the real message waits while the loop is held up', async (t) => {
  const lag = new LoopLag(MAXIMUM_MS);
  lag.isTooLarge(performance.now());
  const untilMs = performance.now() + 30;
  while (performance.now() < untilMs);
  t.ok(lag.at(performance.now()) >= 30);
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  const tookMs = lag.at(performance.now());
  t.ok(tookMs >= 30);
  t.equal(lag.at(performance.now() + 1_000), tookMs, 'it is back');
});
