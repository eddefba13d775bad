/** Tokens, as callers meet them on a real server. */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { ConfigError } from '../config/errors.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { postOrder, startTestServer } from '../testing/test-server.js';
import { answersTo, ORDER, RawClient } from './fixtures/raw-client.js';
import { MAX_TOKENS, MIN_TOKEN_CHARS } from './limits.js';
import { createLogger } from './log.js';
import { Tokens } from './tokens.js';

const [FIRST, SECOND, THIRD] = ['first', 'second', 'third'].map((name) => `${name}.token-of+these/tests~00==`);
const bearer = (token = '') => ({ authorization: `Bearer ${token}` });

async function served(t: Parameters<typeof temporaryFolder>[0], text: string) {
  const file = join(await temporaryFolder(t), 'tokens');
  await writeFile(file, text);
  const server = await startTestServer(t, { API_TOKENS_FILE: file });
  /** As deployments do it: never half a file. */
  const replace = async (by: string) => {
    await writeFile(`${file}.new`, by);
    await rename(`${file}.new`, file);
  };
  const predict = async (headers: Record<string, string>) => (await postOrder(server.url, ORDER, headers)).status;
  return { ...server, file, replace, predict };
}

t.test('with a file of tokens a prediction wants one of them, and nothing else does', async (t) => {
  const { url, predict } = await served(t, `# ours\n${FIRST}\r\n\n  ${SECOND}  \n`);
  for (const token of [FIRST, SECOND, FIRST]) t.equal(await predict(bearer(token)), 200);
  t.equal(await predict({ authorization: `bearer  ${SECOND} ` }), 200, 'the scheme in any case');
  for (const authorization of [
    '',
    'Bearer',
    `Basic ${FIRST}`,
    `${FIRST}`,
    `Bearer ${FIRST?.slice(0, -1)}`,
    `Bearer ${FIRST}x`,
    `Bearer ${FIRST} ${SECOND}`,
    'Bearer # ours',
  ]) {
    t.equal(await predict({ authorization }), 401, authorization);
  }
  t.equal(await predict({}), 401);
  for (const path of ['/health', '/metrics', '/model-info', '/openapi.json', '/docs', '/', '/status']) {
    t.equal((await fetch(url + path)).status, 200, path);
  }
});

t.test('who has no token is told what is wanted before the body has come', async (t) => {
  const { url } = await served(t, `${FIRST}\n`);
  const client = await RawClient.open(url);
  await client.write(
    'POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n',
  );
  const answer = await client.answer();
  client.destroy();
  t.equal(answer?.status, 401);
  t.equal(answer?.headers.get('www-authenticate'), 'Bearer');
  t.match(JSON.parse(answer?.body ?? ''), { code: 'token_missing_or_wrong' });
});

t.test('a hook without a secret takes a token, and with one its signature alone', async (t) => {
  const { url } = await served(t, `${FIRST}\n`);
  const hook = (headers: Record<string, string>) => fetch(`${url}/hooks/mlflow`, { method: 'POST', headers });
  t.equal((await hook({})).status, 401);
  t.equal((await hook(bearer(FIRST))).status, 202);
  const signed = await startTestServer(t, {
    API_TOKENS_FILE: join(t.testdir({ tokens: FIRST ?? '' }), 'tokens'),
    WEBHOOK_SECRET: 'secret',
  });
  const [answer] = await answersTo(signed.url, `POST /hooks/mlflow HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}`);
  t.match(JSON.parse(answer?.body ?? ''), { code: 'signature_invalid' }, 'MLflow can send no token');
});

t.test('the tokens change with their file; while it is not usable they stay', async (t) => {
  const { replace, predict, logged } = await served(t, `${FIRST}\n`);
  t.equal(await predict(bearer(FIRST)), 200);
  await replace('# none\n');
  await logged(({ msg, reason }) => msg === 'the tokens stay as they were' && /no token in it/.test(reason ?? ''));
  t.equal(await predict(bearer(FIRST)), 200);
  await replace(`${THIRD}\n`);
  await logged(({ msg }) => msg === 'the tokens have changed');
  t.equal(await predict(bearer(FIRST)), 401, 'one that was accepted a moment ago too');
  t.equal(await predict(bearer(THIRD)), 200);
});

/** What the program is told, which ends it. */
function refusalOf(file: string): string {
  try {
    new Tokens(file, createLogger('silent')).close();
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

t.test('a file that cannot be used ends the start with a sentence, which shows no token', async (t) => {
  const short = 'x'.repeat(MIN_TOKEN_CHARS - 1);
  const many = Array.from({ length: MAX_TOKENS + 1 }, (_, index) => `${'x'.repeat(MIN_TOKEN_CHARS)}${index}`);
  for (const [text, reason] of [
    [undefined, /ENOENT/],
    ['', /there is no token in it/],
    [`${FIRST}\n${short}\n`, /line 2 is no token: allowed are 24 or more/],
    [`${FIRST} ${SECOND}\n`, /line 1 is no token/],
    [many.join('\n'), /there are 101 tokens; allowed are 100/],
  ] as const) {
    const folder = t.testdir(text === undefined ? {} : { tokens: text });
    const file = join(folder, 'tokens');
    const message = refusalOf(file);
    t.match(message, reason);
    t.match(message, /API_TOKENS_FILE, .*tokens: /);
    t.notOk(message.includes(short) || message.includes(FIRST ?? '?'), 'no token');
  }
  const missing = startTestServer(t, { API_TOKENS_FILE: join(t.testdir(), 'tokens') });
  await t.rejects(missing, { message: /exit code 1 before it served\. [^\n]*API_TOKENS_FILE, [^\n]*ENOENT[^\n]*$/ });
});
