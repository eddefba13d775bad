import t from 'tap';
import { PoolError } from '../../workers/errors.js';
import { portPair } from '../fixtures/channel-pair.js';
import { Channel } from './channel.js';

interface Sums {
  add(numbers: readonly number[]): Promise<number>;
  refuse(reason: string): void;
  forever(nothing: undefined): Promise<void>;
}
type None = Record<never, never>;

function pair() {
  const [here, there] = portPair();
  const sums: Sums = {
    add: async (numbers) => numbers.reduce((sum, one) => sum + one, 0),
    refuse(reason) {
      throw new PoolError('model_refused', reason);
    },
    forever: () => new Promise(() => {}),
  };
  new Channel<None, Sums>(there, sums);
  return { here, there, channel: new Channel<Sums, None>(here, {}) };
}

t.test('what is asked is answered, each with its own', async (t) => {
  const { channel } = pair();
  t.strictSame(await Promise.all([channel.ask('add', [1, 2]), channel.ask('add', [3, 4])]), [3, 7]);
});

t.test('what goes wrong there is an error here, with its code and its sentence', async (t) => {
  const { channel } = pair();
  await t.rejects(channel.ask('refuse', 'golden row 0'), {
    name: 'RemoteError',
    code: 'model_refused',
    message: 'golden row 0',
  });
});

t.test('when the other side has gone, all that was asked of it and will be fails with the reason', async (t) => {
  const { channel } = pair();
  const asked = channel.ask('forever', undefined);
  channel.close(new Error('it ended'));
  await t.rejects(asked, { message: 'it ended' });
  await t.rejects(channel.ask('add', []), { message: 'it ended' });
});

t.test('what is no message of ours is passed over, and an unknown call is an error', async (t) => {
  const { here, there } = pair();
  for (const other of [null, 'text', {}, { kind: 'answer', id: 99, value: 1 }]) there.send(Object(other));
  const wrong = new Channel<{ toString: (of: undefined) => string }, None>(here, {});
  await t.rejects(wrong.ask('toString', undefined), { code: 'unknown_call' });
});
