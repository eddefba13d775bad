import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { nextTicket, type SlotLayout, SlotMemory } from './slot-memory.js';
import { type Slot, Slots } from './slots.js';

const FIXED = { seed: 20_220_212, numRuns: 300 } as const;

/** What is known of one slot, kept beside the real thing. */
interface Known {
  readonly slot: Slot;
  state: 'free' | 'owned' | 'offered' | 'claimed' | 'finished' | 'withdrawn' | 'quarantined';
  /** The last it was offered under; 0 if it never was. */
  ticket: number;
  /** Who has claimed it. */
  thread: number;
}

interface Model {
  /** By slot; those that nobody has acquired yet are not known. */
  readonly slots: Map<number, Known>;
  /** Thread ids count on: a thread that has exited never comes back. */
  threads: number[];
  /** Tickets that are no longer on offer. */
  readonly revoked: { readonly index: number; readonly ticket: number }[];
}

interface Real {
  readonly slots: Slots;
  /** The workers' view of the same memory. */
  readonly workers: SlotMemory;
}

const LAYOUT: SlotLayout = { slots: 3, maxRows: 2, columns: 3 };
const THREADS = 2;

/** A command on one of the slots that are in `state`. */
function onSlot(
  name: string,
  states: readonly Known['state'][],
  run: (known: Known, model: Model, real: Real) => void,
) {
  const inState = (model: Model) => [...model.slots.values()].filter(({ state }) => states.includes(state));
  return fc.nat(LAYOUT.slots - 1).map((choice) => ({
    check: (model: Readonly<Model>) => inState(model).length > 0,
    run: (model: Model, real: Real) => {
      const candidates = inState(model);
      run(candidates[choice % candidates.length] as Known, model, real);
    },
    toString: () => `${name}(${choice})`,
  }));
}

const acquire = fc.constant({
  check: () => true,
  run: (model: Model, { slots }: Real) => {
    const slot = slots.acquire();
    if (slot === undefined) return;
    const known = model.slots.get(slot.index) ?? { slot, state: 'free', ticket: 0, thread: 0 };
    assert.equal(known.state, 'free', `slot ${slot.index} is given to a second owner`);
    known.state = 'owned';
    model.slots.set(slot.index, known);
  },
  toString: () => 'acquire',
});

const offer = onSlot('offer', ['owned'], (known, _, { slots }) => {
  const ticket = slots.offer(known.slot);
  assert.ok(ticket > known.ticket, 'a ticket is higher than those before');
  Object.assign(known, { state: 'offered', ticket });
});

const claim = fc.nat(THREADS - 1).chain((choice) =>
  onSlot(`claim by ${choice}:`, ['offered'], (known, model, { workers }) => {
    const thread = model.threads[choice] as number;
    assert.ok(workers.claim(known.slot.index, known.ticket, thread));
    Object.assign(known, { state: 'claimed', thread });
  }),
);

const claimAgain = onSlot('claim again', ['claimed', 'withdrawn', 'quarantined'], (known, model, { workers }) => {
  for (const thread of model.threads) assert.equal(workers.claim(known.slot.index, known.ticket, thread), false);
});

const claimRevoked = fc.nat().map((choice) => ({
  check: ({ revoked }: Readonly<Model>) => revoked.length > 0,
  run: ({ revoked, threads }: Model, { workers }: Real) => {
    const { index, ticket } = revoked[choice % revoked.length] as Model['revoked'][number];
    for (const thread of threads) assert.equal(workers.claim(index, ticket, thread), false, 'a revoked ticket is void');
  },
  toString: () => `claim revoked(${choice})`,
}));

const finish = onSlot('finish', ['claimed', 'withdrawn', 'quarantined'], (known, model, { workers }) => {
  if (!model.threads.includes(known.thread)) return;
  if (known.thread === 0) return;
  const wanted = workers.finish(known.slot.index, known.thread);
  assert.equal(wanted, known.state === 'claimed', 'the worker is told if and only if its batch was given up');
  if (wanted) known.state = 'finished';
});

/** The owner hears that its batch is done, and reads it. */
const hear = onSlot('hear', ['finished'], (known) => {
  known.state = 'owned';
});

const release = onSlot('release', ['owned', 'withdrawn'], (known, model, { slots }) => {
  slots.release(known.slot);
  const held = known.state === 'withdrawn' && model.threads.includes(known.thread);
  known.state = held ? 'quarantined' : 'free';
});

const withdraw = onSlot('withdraw', ['offered', 'claimed', 'finished'], (known, model, { slots }) => {
  const { slot, ticket, thread } = known;
  const writer = slots.withdraw(slot, ticket, (id) => model.threads.includes(id));
  const held = known.state === 'claimed' && model.threads.includes(thread);
  assert.equal(writer, held ? thread : undefined, 'who may still write into it');
  if (!held) known.thread = 0;
  known.state = 'withdrawn';
  model.revoked.push({ index: slot.index, ticket });
});

const threadExits = fc.nat(THREADS - 1).map((choice) => ({
  check: () => true,
  run: (model: Model, { slots }: Real) => {
    const thread = model.threads[choice] as number;
    model.threads = model.threads.with(choice, Math.max(...model.threads) + 1);
    slots.threadExited(thread);
    for (const known of model.slots.values()) {
      if (known.state === 'quarantined' && known.thread === thread) known.state = 'free';
    }
  },
  toString: () => `thread ${choice} exits`,
}));

/** What must hold after every command: those slots are free that nobody has, each once. */
function assertFree(model: Model, { slots }: Real): void {
  const free: Slot[] = [];
  for (let slot = slots.acquire(); slot !== undefined; slot = slots.acquire()) free.push(slot);
  for (const slot of free) slots.release(slot);
  const expected = Array.from({ length: LAYOUT.slots }, (_, index) => index).filter(
    (index) => (model.slots.get(index)?.state ?? 'free') === 'free',
  );
  assert.deepEqual(free.map(({ index }) => index).sort(), expected, 'the slots that are free');
}

/** What must hold too: of a slot that is on offer, everybody can tell whether it is done, and who has it. */
function assertTold(model: Model, { workers }: Real): void {
  for (const { slot, state, thread } of model.slots.values()) {
    if (!['offered', 'claimed', 'finished'].includes(state)) continue;
    assert.equal(workers.isDone(slot.index), state === 'finished');
    assert.equal(workers.claimant(slot.index), state === 'claimed' ? thread : undefined);
  }
}

t.test('a slot has one owner, and none from its withdrawal until the exit of the thread that claimed it', async () => {
  const commands = [acquire, offer, claim, claimAgain, claimRevoked, finish, hear, release, withdraw, threadExits].map(
    (kind) =>
      kind.map((command) => ({
        ...command,
        run: (model: Model, real: Real) => {
          command.run(model, real);
          assertFree(model, real);
          assertTold(model, real);
        },
      })),
  );
  fc.assert(
    fc.property(fc.commands(commands, { maxCommands: 60, size: 'max' }), (sequence) => {
      const setup = (): { model: Model; real: Real } => {
        const slots = new Slots(LAYOUT);
        const real = { slots, workers: new SlotMemory(LAYOUT, slots.memory.buffer) };
        return { model: { slots: new Map(), threads: [1, 2], revoked: [] }, real };
      };
      fc.modelRun(setup, sequence);
    }),
    FIXED,
  );
});

t.test('an offer that is revoked cannot be claimed, and a claim that is given up cannot be finished', async (t) => {
  const memory = new SlotMemory(LAYOUT);
  const [ticket, thread] = [5, 7];
  memory.offer(0, ticket);
  t.equal(memory.revoke(0, ticket), undefined, 'nobody has claimed it');
  t.equal(memory.claim(0, ticket, thread), false);
  memory.offer(1, ticket);
  t.equal(memory.claim(1, ticket, thread), true);
  t.equal(memory.revoke(1, ticket), thread, 'it may still write');
  t.equal(memory.finish(1, thread), false);
  memory.offer(2, ticket);
  t.equal(memory.claim(2, ticket, thread), true);
  t.equal(memory.finish(2, thread), true);
  t.equal(memory.revoke(2, ticket), undefined, 'it has written all that it will');
});

t.test('the ticket after the last that the claim word holds is the first', async (t) => {
  const last = new Int32Array([0x7fffffff])[0] ?? 0;
  t.equal(nextTicket(last - 1), last);
  t.equal(nextTicket(last), 1);
});

t.test('no slot shares memory with another, nor its rows with its minutes or its claim', async () => {
  const size = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(fc.record({ slots: size, maxRows: size, columns: size }), (layout) => {
      const memory = new SlotMemory(layout);
      const seen = new SlotMemory(layout, memory.buffer);
      for (let slot = 0; slot < layout.slots; slot++) memory.offer(slot, slot + 1);
      for (const [slot, features] of memory.features.entries()) features.fill(slot + 0.25);
      for (const [slot, minutes] of memory.minutes.entries()) minutes.fill(slot + 0.75);
      for (let slot = 0; slot < layout.slots; slot++) {
        assert.ok(seen.claim(slot, slot + 1, 1), `claim of slot ${slot}`);
        const { features, minutes } = { features: seen.features[slot], minutes: seen.minutes[slot] };
        assert.equal(features?.length, layout.maxRows * layout.columns);
        assert.equal(minutes?.length, layout.maxRows);
        assert.ok(
          features?.every((value) => value === slot + 0.25) && minutes?.every((value) => value === slot + 0.75),
        );
      }
    }),
    { ...FIXED, numRuns: 100 },
  );
});

t.test('there is no claim on a slot that there is not', async (t) => {
  const memory = new SlotMemory(LAYOUT);
  for (const slot of [-1, LAYOUT.slots]) {
    t.throws(() => memory.claim(slot, 1, 1), { name: 'RangeError', message: `There is no slot ${slot}; there are 3.` });
  }
});
