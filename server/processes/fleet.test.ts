import t from 'tap';
import type { ModelVersion } from '../../registry/model-registry.js';
import { PoolError } from '../../workers/errors.js';
import { portPair } from '../fixtures/channel-pair.js';
import { ScriptedParticipant } from '../fixtures/scripted-participant.js';
import { createLogger } from '../log.js';
import { ParticipantLost, type Target } from '../switching/participant.js';
import type { Role, ServerCalls, SupervisorCalls } from './calls.js';
import { Channel } from './channel.js';
import { Fleet, type FleetMember } from './fleet.js';

const REFUSAL = new PoolError('model_refused', 'golden row 0 gives 1 minutes here and 2 in training');

function target(version: number): Target {
  const of = { name: 'M', version, createdAt: '', runId: `run ${version}`, tags: {}, aliases: [] };
  return { version: of, folder: `/versions/${version}` };
}

/** A process whose models are a scripted participant, behind a channel as in earnest. */
class ScriptedMember implements FleetMember {
  static #last = 0;
  readonly pid = ++ScriptedMember.#last;
  readonly draining = false;
  readonly participant = new ScriptedParticipant();
  readonly folders: string[] = [];
  readonly channel: Channel<ServerCalls, Record<never, never>>;
  /** Called when it is asked to prepare. */
  onPrepare: (target: Target) => void = () => {};

  constructor() {
    const [here, there] = portPair();
    const { participant } = this;
    const none = () => {
      throw new Error('not asked here');
    };
    new Channel<SupervisorCalls, ServerCalls>(there, {
      prepare: ({ target }) => {
        this.folders.push(target.folder);
        this.onPrepare(target);
        return participant.prepare(target);
      },
      activate: ({ version }) => participant.activate(version),
      discard: ({ version }) => participant.discard(version),
      clear: async () => participant.fail(),
      tell: none,
      listen: none,
      counted: none,
      modelInfo: none,
      drain: none,
    });
    this.channel = new Channel(here, {});
  }

  serves(_role: Role, version: ModelVersion): boolean {
    return this.participant.serves(version);
  }

  isLoaded(_role: Role, version: ModelVersion): boolean {
    return this.serves(_role, version) || this.participant.isLoaded(version);
  }

  die(): void {
    this.channel.close(new ParticipantLost(`The process ${this.pid} ended (signal SIGSEGV).`));
  }

  asked(): string[] {
    return this.participant.asked.splice(0);
  }
}

function fleetOf(count: number) {
  const members = new Set(Array.from({ length: count }, () => new ScriptedMember()));
  const options = {
    members,
    keepPrevious: true,
    download: async ({ version }: ModelVersion) => `/again/${version}`,
    onExplain: () => {},
    log: createLogger('silent'),
  };
  return { members, list: [...members], fleet: new Fleet('live', options) };
}

async function switchTo(fleet: Fleet, version: number): Promise<void> {
  await fleet.prepare(target(version));
  await fleet.activate(target(version).version);
}

t.test('a version is loaded by one first, then by the others, and activated when all have it', async (t) => {
  const { fleet, list } = fleetOf(3);
  const order: number[] = [];
  for (const member of list) member.onPrepare = () => order.push(member.pid);
  await switchTo(fleet, 1);
  t.strictSame(order, [list[0]?.pid, list[1]?.pid, list[2]?.pid]);
  t.strictSame(
    list.map((member) => member.asked()),
    list.map(() => ['prepare 1', 'activate 1']),
  );
  t.ok(fleet.serves(target(1).version));
  t.equal(fleet.version?.version, 1);
});

t.test('what the first does not take up is not asked of the others', async (t) => {
  const { fleet, list } = fleetOf(2);
  await switchTo(fleet, 1);
  for (const member of list) member.asked();
  list[0]?.participant.refuses.set(2, REFUSAL);
  await t.rejects(fleet.prepare(target(2)), { code: 'model_refused', message: REFUSAL.message });
  fleet.discard(target(2).version);
  t.strictSame(list[1]?.asked(), []);
  t.ok(fleet.serves(target(1).version), 'and what is served goes on');
});

t.test('a process that ends while it loads a version costs one attempt, and the second time the version', async (t) => {
  const { fleet, members, list } = fleetOf(3);
  for (const member of list.slice(0, 2)) member.onPrepare = () => member.die();
  for (const [error, dead] of [
    [ParticipantLost, list[0]],
    [Error, list[1]],
  ] as const) {
    const asked = fleet.prepare(target(1));
    await t.rejects(asked, error);
    fleet.discard(target(1).version);
    if (dead !== undefined) members.delete(dead);
  }
  t.notOk(list[2]?.asked().includes('prepare 1'), 'the third has not been asked');
  await t.rejects(fleetOf(0).fleet.prepare(target(1)), ParticipantLost, 'nor is it its fault that nobody is there');
});

t.test('a process that comes later is given what is served, and what was before', async (t) => {
  const { fleet } = fleetOf(2);
  const first = new ScriptedMember();
  await fleet.bringUp(first);
  t.strictSame([first.asked(), fleet.has(first)], [[], true], 'nothing is served yet');
  await switchTo(fleet, 1);
  await switchTo(fleet, 2);
  const later = new ScriptedMember();
  t.notOk(fleet.has(later));
  await fleet.bringUp(later);
  t.strictSame(later.asked(), ['prepare 1', 'activate 1', 'prepare 2', 'activate 2']);
  t.ok(fleet.has(later));
});

t.test('what it was to go back to may be gone; its own files are fetched again', async (t) => {
  const { fleet } = fleetOf(1);
  await switchTo(fleet, 1);
  await switchTo(fleet, 2);
  const later = new ScriptedMember();
  const refuseOnce = new Set([2]);
  later.participant.refuses.set(1, REFUSAL);
  later.onPrepare = ({ folder, version }) => {
    if (folder.startsWith('/versions') && refuseOnce.delete(version.version)) throw new Error('no such folder');
  };
  await fleet.bringUp(later);
  t.ok(fleet.has(later));
  t.strictSame(later.folders, ['/versions/1', '/again/1', '/versions/2', '/again/2']);
});

t.test('a process that comes during a switch is given the version that comes of it', async (t) => {
  const { fleet } = fleetOf(2);
  await switchTo(fleet, 1);
  await fleet.prepare(target(2));
  const later = new ScriptedMember();
  t.notOk(fleet.has(later));
  const broughtUp = fleet.bringUp(later);
  await fleet.activate(target(2).version);
  await broughtUp;
  t.ok(fleet.has(later) && later.participant.serves(target(2).version));
});

t.test('a process that does not take up what the others serve is told so, not asked for ever', async (t) => {
  const { fleet } = fleetOf(1);
  await switchTo(fleet, 1);
  const later = new ScriptedMember();
  later.participant.refuses.set(1, REFUSAL);
  await t.rejects(fleet.bringUp(later), { message: REFUSAL.message });
});

t.test('cleared, they serve nothing, and who comes later gets nothing', async (t) => {
  const { fleet, list } = fleetOf(2);
  await switchTo(fleet, 1);
  await fleet.clear();
  t.notOk(fleet.serves(target(1).version) || list.some((member) => member.serves('live', target(1).version)));
  const later = new ScriptedMember();
  await fleet.bringUp(later);
  t.strictSame(later.asked(), []);
});
