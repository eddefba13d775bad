import { chmodSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { emptyRegistry } from '../../registry/fixtures/empty-registry.js';
import { parseModelUri } from '../../registry/model-uri.js';
import { temporaryFolder } from '../../testing/temporary-folder.js';
import { PoolError } from '../../workers/errors.js';
import { ScriptedParticipant } from '../fixtures/scripted-participant.js';
import { REFUSALS_REMEMBERED, SWITCHES_REMEMBERED } from '../limits.js';
import { createLogger } from '../log.js';
import { Coordinator } from './coordinator.js';
import { LastGood } from './last-good.js';

const URI = parseModelUri('models:/M@production');
const REFUSAL = new PoolError('model_refused', 'golden row 0 gives 1 minutes here and 2 in training');

/** A registry with three versions, `production` at 1, and two participants that follow it. */
async function followed(t: Test) {
  const { registry, root, model, source } = await emptyRegistry(t);
  for (let made = 0; made < 3; made++) await registry.createModelVersion('M', source);
  await registry.setAlias('M', 'production', 1);
  const cache = join(await temporaryFolder(t), 'cache');
  const start = () => {
    const participants = [new ScriptedParticipant(), new ScriptedParticipant()] as const;
    const lastGood = new LastGood(cache, 'here', URI);
    const coordinator = new Coordinator(registry, URI, participants, lastGood, createLogger('silent'));
    t.teardown(() => coordinator.kept);
    return { participants, coordinator };
  };
  const asked = (participants: readonly ScriptedParticipant[]) => participants.map((one) => one.asked.splice(0));
  return { registry, root, model, cache, start, asked, ...start() };
}

const both = <T>(value: T): [T, T] => [value, value];

t.test('what the alias points to is prepared by all before any activates it, once', async (t) => {
  const { registry, coordinator, participants, asked } = await followed(t);
  await coordinator.look();
  t.strictSame(asked(participants), both(['prepare 1', 'activate 1']));
  await coordinator.look();
  t.strictSame(asked(participants), both([]), 'nothing to do while the alias stays');
  await registry.setAlias('M', 'production', 2);
  await coordinator.look();
  t.strictSame(asked(participants), both(['prepare 2', 'activate 2']));
  t.match(coordinator.switches, [
    { from: 1, to: 2 },
    { from: null, to: 1 },
  ]);
  t.match(coordinator.registry, { ok: true });
  t.equal(coordinator.preparing, undefined);
});

t.test('one refusal refuses for all: what was prepared is discarded, and the old version goes on', async (t) => {
  const { registry, coordinator, participants, asked } = await followed(t);
  await coordinator.look();
  asked(participants);
  participants[1].refuses.set(2, REFUSAL);
  await registry.setAlias('M', 'production', 2);
  await coordinator.look();
  t.strictSame(asked(participants), both(['prepare 2', 'discard 2']));
  t.match(coordinator.refused, { version: { version: 2 }, reason: REFUSAL.message });
  t.equal(coordinator.switches.length, 1);
});

t.test('a version that was refused is tried again only after the alias has moved', async (t) => {
  const { registry, coordinator, participants, asked } = await followed(t);
  participants[0].refuses.set(2, REFUSAL);
  await coordinator.look();
  await registry.setAlias('M', 'production', 2);
  await coordinator.look();
  asked(participants);
  await coordinator.look();
  await coordinator.look();
  t.strictSame(asked(participants), both([]));
  await registry.setAlias('M', 'production', 1);
  await coordinator.look();
  t.equal(coordinator.refused, undefined, 'it is forgotten');
  t.strictSame(asked(participants), both([]), 'version 1 is still served');
  participants[0].refuses.clear();
  await registry.setAlias('M', 'production', 2);
  await coordinator.look();
  t.strictSame(asked(participants), both(['prepare 2', 'activate 2']));
});

t.test('a version whose files were changed is refused, whoever would take it up', async (t) => {
  const { registry, model, coordinator, participants, asked } = await followed(t);
  await coordinator.look();
  asked(participants);
  const file = join(model, 'versions', '2', 'files', 'model.onnx');
  chmodSync(file, 0o644);
  writeFileSync(file, 'another model');
  await registry.setAlias('M', 'production', 2);
  await coordinator.look();
  t.strictSame(asked(participants), both([]));
  t.match(coordinator.refused, { version: { version: 2 }, reason: /SHA256SUMS/ });
});

t.test('a registry that is down refuses nothing, and is asked again', async (t) => {
  const { registry, root, coordinator, participants, asked } = await followed(t);
  await coordinator.look();
  asked(participants);
  await registry.setAlias('M', 'production', 2);
  renameSync(root, `${root}.away`);
  await coordinator.look();
  t.match(coordinator.registry, { ok: false, reason: /production/ });
  t.equal(coordinator.refused, undefined);
  t.strictSame(asked(participants), both([]), 'what is served goes on');
  renameSync(`${root}.away`, root);
  await coordinator.look();
  t.strictSame(asked(participants), both(['prepare 2', 'activate 2']));
  t.match(coordinator.registry, { ok: true });
});

t.test(
  'a start without the registry serves the last good version as stale, until the registry confirms it',
  async (t) => {
    const { root, coordinator, start, asked } = await followed(t);
    await coordinator.look();
    await coordinator.kept;
    t.equal(coordinator.stale, false);
    renameSync(root, `${root}.away`);
    const next = start();
    await next.coordinator.look();
    t.strictSame(asked(next.participants), both(['prepare 1', 'activate 1']));
    t.equal(next.coordinator.stale, true);
    renameSync(`${root}.away`, root);
    await next.coordinator.look();
    t.strictSame(asked(next.participants), both([]), 'it is the same version');
    t.equal(next.coordinator.stale, false);
  },
);

t.test(
  'a last good version that is served while its files are slow to come is no second switch to itself',
  async (t) => {
    const { registry, coordinator, start, asked } = await followed(t);
    await coordinator.look();
    await coordinator.kept;
    const next = start();
    const download = registry.download.bind(registry);
    registry.download = async (name, version) => {
      while (!next.coordinator.stale) await turn();
      return download(name, version);
    };
    await next.coordinator.look();
    t.strictSame(asked(next.participants), both(['prepare 1', 'activate 1']));
    t.match(next.coordinator.counts, { switches: 1, refusals: 0 });
    t.equal(next.coordinator.stale, false, 'the registry has confirmed it');
    await next.coordinator.kept;
  },
);

t.test('a start at which the version is refused serves the last good one', async (t) => {
  const { registry, coordinator, start, asked } = await followed(t);
  await coordinator.look();
  await coordinator.kept;
  await registry.setAlias('M', 'production', 3);
  const next = start();
  next.participants[0].refuses.set(3, REFUSAL);
  await next.coordinator.look();
  t.strictSame(asked(next.participants), both(['prepare 3', 'discard 3', 'prepare 1', 'activate 1']));
  t.equal(next.coordinator.stale, true);
  t.match(next.coordinator.refused, { version: { version: 3 } });
});

t.test('a start at which both that version and the last good one are refused tries each once', async (t) => {
  const { registry, coordinator, start, asked } = await followed(t);
  await coordinator.look();
  await coordinator.kept;
  await registry.setAlias('M', 'production', 3);
  const next = start();
  for (const version of [1, 3]) next.participants[0].refuses.set(version, REFUSAL);
  await next.coordinator.look();
  t.strictSame(asked(next.participants), both(['prepare 3', 'discard 3', 'prepare 1', 'discard 1']));
  await next.coordinator.look();
  t.strictSame(asked(next.participants), both([]));
  t.match(next.coordinator.refused, { version: { version: 3 } });
});

t.test('the last good version of another registry, a damaged one, or none is not served', async (t) => {
  const { root, cache, coordinator, start, asked } = await followed(t);
  await coordinator.look();
  await coordinator.kept;
  renameSync(root, `${root}.away`);
  t.equal(await new LastGood(cache, 'elsewhere', URI).read(), undefined);
  const kept = join(cache, 'last-good', 'M@production');
  const [folder] = readdirSync(kept);
  const file = join(kept, String(folder), 'model.onnx');
  chmodSync(file, 0o644);
  writeFileSync(file, 'another model');
  for (const damage of [() => undefined, () => rmSync(cache, { recursive: true })]) {
    damage();
    const next = start();
    await next.coordinator.look();
    t.strictSame(asked(next.participants), both([]));
    t.equal(next.coordinator.stale, false);
  }
});

t.test('a cache that cannot be written costs the cached version, not the service', async (t) => {
  const { cache, coordinator, participants, asked } = await followed(t);
  writeFileSync(cache, 'a file where a folder is needed');
  await coordinator.look();
  await coordinator.kept;
  t.strictSame(asked(participants), both(['prepare 1', 'activate 1']));
});

t.test('a model that the workers have given up is prepared anew at the next look', async (t) => {
  const { coordinator, participants, asked } = await followed(t);
  await coordinator.look();
  asked(participants);
  participants[0].fail();
  await coordinator.look();
  t.strictSame(asked(participants), both(['prepare 1', 'activate 1']));
});

t.test('a version that all have loaded takes effect while its files cannot be had', async (t) => {
  const { registry, model, coordinator, participants, asked } = await followed(t);
  await coordinator.look();
  asked(participants);
  for (const participant of participants) participant.loaded.add(2);
  chmodSync(join(model, 'versions', '2', 'files', 'model.onnx'), 0o644);
  writeFileSync(join(model, 'versions', '2', 'files', 'model.onnx'), 'another model');
  await registry.setAlias('M', 'production', 2);
  await coordinator.look();
  t.strictSame(asked(participants), both(['activate 2']));
  t.equal(coordinator.refused, undefined);
});

t.test('a version that only one of them has loaded is prepared by all', async (t) => {
  const { registry, coordinator, participants, asked } = await followed(t);
  await coordinator.look();
  asked(participants);
  participants[0].loaded.add(2);
  await registry.setAlias('M', 'production', 2);
  await coordinator.look();
  t.strictSame(asked(participants), both(['prepare 2', 'activate 2']));
});

t.test('the last switches are remembered, not all', async (t) => {
  const { registry, coordinator } = await followed(t);
  for (let turn = 0; turn < SWITCHES_REMEMBERED + 2; turn++) {
    await registry.setAlias('M', 'production', 1 + (turn % 2));
    await coordinator.look();
  }
  t.equal(coordinator.switches.length, SWITCHES_REMEMBERED);
  t.match(coordinator.switches[0], { from: 1, to: 2 });
  t.strictSame(coordinator.counts, { switches: SWITCHES_REMEMBERED + 2, refusals: 0 }, 'but all are counted');
});

t.test('the last refusals are remembered with their reasons, not all, and whatever is served', async (t) => {
  const { registry, coordinator, participants } = await followed(t);
  participants[1].refuses.set(2, REFUSAL);
  for (let turn = 0; turn < REFUSALS_REMEMBERED + 2; turn++) {
    for (const version of [2, 1]) {
      await registry.setAlias('M', 'production', version);
      await coordinator.look();
    }
  }
  t.equal(coordinator.refused, undefined);
  t.equal(coordinator.refusals.length, REFUSALS_REMEMBERED);
  t.match(coordinator.refusals[0], { version: { version: 2 }, reason: REFUSAL.message });
  t.ok((coordinator.refusals[0]?.at ?? '') >= (coordinator.refusals.at(-1)?.at ?? ''), 'the newest first');
});

t.test('a refusal is counted once, and again when the alias comes back to the version', async (t) => {
  const { registry, coordinator, participants } = await followed(t);
  participants[0].refuses.set(2, REFUSAL);
  const counts: object[] = [];
  for (const version of [1, 2, 2, 1, 2]) {
    await registry.setAlias('M', 'production', version);
    await coordinator.look();
    counts.push({ ...coordinator.counts });
  }
  t.strictSame(
    counts,
    [0, 1, 1, 1, 2].map((refusals) => ({ switches: 1, refusals })),
  );
});
