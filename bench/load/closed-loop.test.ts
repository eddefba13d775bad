import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

/** A `wrk` that notes how it is called, and says what came of a load that it has not made. */
const WRK = `#!/bin/sh
echo "$1" >> "\${0%/*}/calls"
echo '{"requests":7,"microseconds":1000000,"refused":0,"errors":0,"mean":1,"p50":1,"p90":1,"p99":1,"p999":1,"max":1}'
`;

t.test('wrk is looked for once, when the first load is to be made', async (t) => {
  const folder = t.testdir({ calls: '', wrk: WRK });
  chmodSync(join(folder, 'wrk'), 0o755);
  const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
  const { PATH } = process.env;
  process.env['PATH'] = `${folder}:${PATH}`;
  t.teardown(() => {
    process.env['PATH'] = PATH;
  });
  const { runClosedLoop } = await import('./closed-loop.js');
  t.strictSame(calls(), [''], 'not when the file is loaded');
  const load = { url: 'http://127.0.0.1:9', ordersFile: join(folder, 'orders.ndjson'), connections: 1, seconds: 1 };
  for (const _ of ['first', 'second']) t.match(await runClosedLoop(load), { answered: 7 });
  t.strictSame(calls(), ['--version', '-t', '-t']);
});
