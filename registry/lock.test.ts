import { existsSync, readFileSync, rmdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { withLock } from './lock.js';

const place = (folder: string) => ({ lock: join(folder, 'lock'), holder: join(folder, 'lock-holder') });
const longAgo = new Date('2020-01-01');

t.test('actions under one lock run one after the other', async (t) => {
  const lock = place(t.testdir());
  let inside = 0;
  const action = async () => {
    t.equal(++inside, 1);
    await new Promise(setImmediate);
    t.equal(--inside, 0);
  };
  await Promise.all([withLock(lock, action), withLock(lock, action), withLock(lock, action)]);
  t.notOk(existsSync(lock.lock));
});

t.test('the lock is free again when the action fails, and its failure is what the caller gets', async (t) => {
  const lock = place(t.testdir());
  const failure = new Error('of the action');
  await t.rejects(
    withLock(lock, async () => {
      throw failure;
    }),
    failure,
  );
  t.equal(await withLock(lock, async () => 'free'), 'free');
});

t.test('who waits in vain is told the lock and its holder', async (t) => {
  const lock = place(t.testdir());
  await withLock(lock, async () => {
    await t.rejects(
      withLock(lock, async () => t.fail('two in the lock'), 100),
      {
        code: 'registry_locked',
        message: new RegExp(`${lock.lock} has been held by process ${process.pid} on .+, since 2.* 100 ms`),
      },
    );
  });
});

t.test('a lock without a sign of life is taken over, and who had it may not write any more', async (t) => {
  const lock = place(t.testdir());
  await withLock(lock, async (asleep) => {
    await t.resolves(asleep.assertHeld());
    utimesSync(lock.lock, longAgo, longAgo);
    await withLock(lock, async (awake) => {
      await t.resolves(awake.assertHeld());
      await t.rejects(asleep.assertHeld(), { code: 'registry_lock_lost', message: lock.lock });
    });
    await t.rejects(asleep.assertHeld(), { code: 'registry_lock_lost' }, 'nor when the other has done');
  });
});

t.test('who lost the lock does not free it for who holds it now', async (t) => {
  const lock = place(t.testdir());
  const order: string[] = [];
  let letGo = () => {};
  const done = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let second: Promise<void> = Promise.resolve();
  await withLock(lock, async () => {
    utimesSync(lock.lock, longAgo, longAgo);
    await new Promise<void>((taken) => {
      second = withLock(lock, async (held) => {
        taken();
        await done;
        await held.assertHeld();
        order.push('second');
      });
    });
  });
  order.push('first');
  t.ok(existsSync(lock.lock), 'still held');
  letGo();
  await second;
  t.strictSame(order, ['first', 'second']);
});

t.test('a lock removed by hand does no harm to its holder', async (t) => {
  const lock = place(t.testdir());
  await withLock(lock, async (held) => {
    rmdirSync(lock.lock);
    await t.resolves(held.assertHeld());
  });
  t.match(readFileSync(lock.holder, 'utf8'), `process ${process.pid} on `);
});
