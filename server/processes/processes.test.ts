/** The server in two real processes, as a caller sees it, whatever becomes of one of them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { writeSums } from '../../registry/version-files.js';
import { postOrder } from '../../testing/test-server.js';
import {
  ALONE,
  BOTH_SERVE,
  healthOf,
  infoOf,
  isThere,
  servedByTwo,
  totalOf,
  until,
} from '../fixtures/served-by-two.js';
import { SHORTEST_ORDER } from '../openapi/example-order.js';
import type { Status } from '../status/answer.js';

const { copy, server, admin, move, processes } = await servedByTwo(t, {
  SHADOW_ALIAS: 'staging',
  SHADOW_FRACTION: '1',
});

t.test('a process that is killed is replaced, what was counted stays, and both answer', async (t) => {
  const pids = await processes();
  t.strictSame(await healthOf(server.url), [200, BOTH_SERVE]);
  t.strictSame(await healthOf(admin), [200, BOTH_SERVE]);
  await until(
    () => infoOf(admin),
    ({ shadow }) => shadow?.version !== null,
  );
  for (let row = 0; row < 20; row++) t.equal((await postOrder(server.url, SHORTEST_ORDER, ALONE)).status, 200);
  const compared = (url: string) =>
    totalOf(url, 'food_eta_shadow_difference_minutes', 'food_eta_shadow_difference_minutes_count');
  const shed = await totalOf(admin, 'food_eta_shadow_rows_shed_total');
  await until(
    () => compared(admin),
    (rows) => rows + shed === 20,
  );
  t.equal(await compared(server.url), 20 - shed, 'either port speaks for all');

  const before = (await infoOf(admin)).serving_since;
  process.kill(pids[0], 'SIGKILL');
  await server.logged(({ msg, pid }) => msg === 'a process ended' && pid === pids[0]);
  t.equal(await compared(admin), 20 - shed);
  t.equal((await postOrder(server.url, SHORTEST_ORDER, ALONE)).status, 200, 'the other one answers');
  await until(
    () => healthOf(admin),
    ([, processes]) => JSON.stringify(processes) === JSON.stringify(BOTH_SERVE),
  );
  const seen = new Set<string>();
  while (seen.size < 2) seen.add((await infoOf(server.url)).serving_since);
  t.ok(
    [...seen].some((since) => since > before),
    'the new one among them',
  );
  t.equal(await totalOf(server.url, 'food_eta_process_replacements_total'), 1);
  t.ok((await compared(server.url)) >= 20 - shed);
});

t.test('an alias that moves is followed by all processes, or by none', async (t) => {
  const versions = async () => {
    const asked = Array.from({ length: 16 }, () => postOrder(server.url, SHORTEST_ORDER, ALONE));
    const answers = await Promise.all(asked);
    return [...new Set(answers.map(({ headers }) => headers.get('x-model-version')))];
  };
  t.strictSame(await versions(), ['1']);
  await move(2);
  await server.logged(({ msg, to }) => msg === 'serving' && to === 2);
  t.strictSame(await versions(), ['2']);
  t.match(
    await until(
      () => infoOf(server.url),
      ({ switches }) => switches.length === 2,
    ),
    {
      version: 2,
      previous: { version: 1 },
      refused: null,
    },
  );
  const spoiled = await copy.files(3);
  await writeFile(join(spoiled, 'golden.json'), JSON.stringify([{ order: {}, minutes: -1 }]));
  await writeSums(spoiled);
  await move(3);
  await server.logged(({ msg }) => msg === 'version refused');
  t.strictSame(await versions(), ['2']);
  t.match(
    await until(
      () => infoOf(admin),
      ({ refused }) => refused !== null,
    ),
    {
      refused: { version: 3, reason: /golden row 0/ },
    },
  );
});

t.test('the status speaks for all processes, whichever answers and on either port', async (t) => {
  const statusAt = async (url: string, after = 0) =>
    (await (await fetch(`${url}/status?after=${after}`, { headers: ALONE })).json()) as Status;
  const began = Date.now();
  const { traffic } = await until(
    () => statusAt(admin, began),
    // What was asked before this test has been told: the first reading may have been under way when it ended.
    ({ traffic }) => traffic.length > 1 && traffic.at(-1)?.rows_per_second === 0,
  );
  const last = traffic.at(-1)?.at ?? 0;
  for (let row = 0; row < 40; row++) t.equal((await postOrder(server.url, SHORTEST_ORDER, ALONE)).status, 200);
  const rowsIn = (points: Status['traffic']) =>
    points.reduce((sum, { at, rows_per_second: rate }, index) => {
      return sum + (rate * (at - (points[index - 1]?.at ?? last))) / 1_000;
    }, 0);
  for (const url of [server.url, admin]) {
    const status = await until(
      () => statusAt(url, last),
      (one) => rowsIn(one.traffic) > 39,
    );
    t.equal(Math.round(rowsIn(status.traffic)), 40);
    t.match(status, {
      processes: BOTH_SERVE,
      live: { version: 2 },
      previous: { version: 1 },
      candidate: { version: 2 },
      shadow: { alias: 'staging', version: { version: 3 } },
      refused: 3,
      refusals: [{ role: 'live', version: 3, reason: /golden row 0/ }],
    });
    t.match(status.switches.map(({ role, from, to }) => `${role} ${from} ${to}`).sort(), [
      'live 1 2',
      'live null 1',
      'shadow null 3',
    ]);
  }
});

t.test('a rolling restart under load loses no request, and the new processes have what the old ones had', async (t) => {
  const pids = await processes();
  const answers: string[] = [];
  let asking = true;
  const ask = async (): Promise<void> => {
    while (asking) {
      // On connections that are kept, until the server closes them after an answer.
      const response = await postOrder(server.url, SHORTEST_ORDER);
      await response.arrayBuffer();
      answers.push(`${response.status} by ${response.headers.get('x-model-version')}`);
    }
  };
  const callers = [ask(), ask()];
  process.kill(server.pid, 'SIGHUP');
  await server.logged(({ msg }) => msg === 'rolling restart: done');
  const before = answers.length;
  while (answers.length < before + 20) await new Promise(setImmediate);
  asking = false;
  await Promise.all(callers);
  t.strictSame([...new Set(answers)], ['200 by 2']);
  t.strictSame(pids.filter(isThere), [], 'the old ones have ended');
  t.strictSame(await healthOf(admin), [200, BOTH_SERVE]);
  t.match(await infoOf(server.url), { version: 2, previous: { version: 1 } });
  t.equal(await totalOf(admin, 'food_eta_process_replacements_total'), 1, 'of which none had to be replaced');
});

t.test('told to stop, it answers what it has and ends, and so do its processes', async (t) => {
  const pids = await processes();
  t.equal(await server.stop(), 0);
  t.strictSame(pids.filter(isThere), []);
});
