import { mock } from 'node:test';
import t, { type Test } from 'tap';
import { POLL_JITTER } from '../limits.js';
import { AliasFollower } from './alias-follower.js';

const INTERVAL_MS = 1_000;

/** A follower whose looks end when the test says so. */
function follower(t: Test, random = 0.5) {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.teardown(() => mock.timers.reset());
  const ends: (() => void)[] = [];
  let looks = 0;
  const made = new AliasFollower(
    () => {
      looks += 1;
      return new Promise<void>((resolve) => ends.push(resolve));
    },
    { intervalMs: INTERVAL_MS, random: () => random },
  );
  const settled = () => new Promise(setImmediate);
  return {
    made,
    looks: () => looks,
    async end(): Promise<void> {
      ends.shift()?.();
      await settled();
    },
  };
}

t.test('it looks at once, and again an interval after each look is over', async (t) => {
  const { made, looks, end } = follower(t);
  void made.hint();
  t.equal(looks(), 1);
  mock.timers.tick(10 * INTERVAL_MS);
  t.equal(looks(), 1, 'not while it looks');
  await end();
  mock.timers.tick(INTERVAL_MS - 1);
  t.equal(looks(), 1);
  mock.timers.tick(1);
  t.equal(looks(), 2);
});

for (const [random, pause] of [
  [0, INTERVAL_MS * (1 - POLL_JITTER)],
  [1, INTERVAL_MS * (1 + POLL_JITTER)],
] as const) {
  t.test(`the pause varies: by chance ${random} it is ${pause} ms`, async (t) => {
    const { made, looks, end } = follower(t, random);
    void made.hint();
    await end();
    mock.timers.tick(pause - 1);
    t.equal(looks(), 1);
    mock.timers.tick(1);
    t.equal(looks(), 2);
  });
}

t.test('a hint is answered at once, and the pause begins anew', async (t) => {
  const { made, looks, end } = follower(t);
  void made.hint();
  await end();
  mock.timers.tick(INTERVAL_MS - 1);
  void made.hint();
  t.equal(looks(), 2);
  await end();
  mock.timers.tick(INTERVAL_MS - 1);
  t.equal(looks(), 2);
});

t.test('any number of hints during a look are answered by one look after it', async (t) => {
  const { made, looks, end } = follower(t);
  const all = [made.hint(), made.hint(), made.hint()];
  t.equal(looks(), 1);
  await end();
  t.equal(looks(), 2, 'the alias may have moved after the first had read it');
  await end();
  t.equal(looks(), 2);
  await t.resolves(Promise.all(all));
});

t.test('stopped, it waits for the look that runs and looks no more, hint or not', async (t) => {
  const { made, looks, end } = follower(t);
  void made.hint();
  void made.hint();
  const stopped = made.stop();
  await end();
  await stopped;
  await made.hint();
  mock.timers.tick(10 * INTERVAL_MS);
  t.equal(looks(), 1);
});
