/** What the README shows of asking the server, as it stands there, by real programs of a real server. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { postOrder, startTestServer } from '../testing/test-server.js';
import { estimate, problem, startScriptedServer } from './fixtures/scripted-server.js';

/** Seen from `dist/client/`. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LOCAL = 'http://localhost:8000';
const readme = await readFile(`${ROOT}README.md`, 'utf8');
const { url } = await startTestServer(t);

/** The first block of code of that language in which the words stand. */
function example(language: string, words: string): string {
  const blocks = [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
  const found = blocks.find(([, of, code]) => of === language && code?.includes(words));
  const code = found?.[2] ?? '';
  if (!code.includes(LOCAL)) throw new Error(`The README has no example in ${language} that asks ${LOCAL}.`);
  return code;
}

const run = async (program: string, args: readonly string[]): Promise<string> =>
  (await promisify(execFile)(program, args, { env: { PATH: process.env['PATH'] } })).stdout;
const python = (code: string) => run(`${ROOT}.venv-peers/httpx/bin/python`, ['-I', '-c', code]);

t.test("the README's curl is answered as the README says", async (t) => {
  const code = example('sh', '/predict ');
  const answer = await run('sh', ['-c', code.replace(LOCAL, url).replace('curl ', 'curl --silent ')]);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const shown = /```\n(HTTP\/1\.1 200 OK\n[\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const [shownHead = '', shownBody = ''] = shown.split('\n\n');
  for (const line of shownHead.split('\n')) t.ok(head.split('\r\n').includes(line), line);
  const form = (text: string) => text.trim().replace(/[\d.]+/, 'N');
  t.equal(form(body), form(shownBody));
});

const code = example('python', 'import httpx');

t.test("the README's Python prints the minutes that the order gets", async (t) => {
  t.ok(code.trimEnd().split('\n').length <= 25);
  const order = {
    Restaurant_latitude: 12.9716,
    Restaurant_longitude: 77.5946,
    Road_traffic_density: 'Jam',
    Delivery_location_latitude: 13.0358,
    Delivery_location_longitude: 77.597,
  };
  const { estimated_delivery_minutes: minutes } = (await (await postOrder(url, order)).json()) as Record<
    string,
    number
  >;
  t.equal((await python(code.replace(LOCAL, url))).trim(), String(minutes));
});

t.test('it names the fields that are wrong', async (t) => {
  const wrong = code.replace(LOCAL, url).replace('12.9716', '"north"');
  await t.rejects(python(wrong), {
    message: /ValueError: \[\{'path': '\/Restaurant_latitude', 'given': '"north"', 'allowed': 'a number of/,
  });
});

t.test('it comes back when the server says, on the same connection, and not for ever', async (t) => {
  const refused = problem('overloaded', 429, { 'retry-after': '0' });
  const server = await startScriptedServer(t, refused, estimate(20.5));
  t.equal((await python(code.replace(LOCAL, server.url))).trim(), '20.5');
  t.strictSame(
    server.seen.map(({ connection }) => connection),
    [1, 1],
  );
  server.script = [refused];
  await t.rejects(python(code.replace(LOCAL, server.url)), { message: /HTTPStatusError: .*429/ });
  t.equal(server.seen.length, 2 + 3);
});
