/** Heads that are too large, are no HTTP, or come in pieces. See docs/http.md for what is promised. */
import t, { type Test } from 'tap';
import { codeOf, HostileServer } from './fixtures/hostile-server.js';
import { type Answer, answersTo, conversation, get, ORDER_TEXT, post, RawClient } from './fixtures/raw-client.js';

const server = await HostileServer.start(t);
const { url } = server;

/** What uWebSockets.js reads in at most: measured, and none of our settings. */
const MOST_FIELDS = 98;
const LARGEST_SPLIT_HEAD = 4_096;

const statusesOf = (answers: readonly Answer[]): number[] => answers.map(({ status }) => status);

function sized(bytes: number): string {
  return get(`X-Pad: ${'x'.repeat(bytes - get('X-Pad: \r\n').length)}\r\n`);
}

async function refusedByLibrary(t: Test, bytes: string | Uint8Array, status: number, message: string): Promise<void> {
  const client = await RawClient.open(url);
  void client.write(bytes);
  const answers = await client.answersUntilClosed();
  // The library closes without reading on, which may overtake its own answer.
  t.ok(
    answers.length === 0 || (answers.length === 1 && answers[0]?.status === status),
    `${message}: ${statusesOf(answers)}`,
  );
  t.ok(answers.every(({ body }) => body.includes('uWebSockets/20 Server')));
}

/** Claims that there is neither an answer nor an end, until the client goes: the library waits for more. */
async function waitedFor(t: Test, bytes: string, message: string): Promise<void> {
  const client = await RawClient.open(url);
  await client.write(bytes);
  t.same(statusesOf(await answersTo(url, get())), [200]);
  t.equal(client.unread, '', message);
  client.end();
  t.same(await client.answersUntilClosed(), [], `${message}, and then closed`);
}

server.attack('a head of any size that a proxy would pass on is read when it comes at once', async (t) => {
  for (const bytes of [200, LARGEST_SPLIT_HEAD - 1, LARGEST_SPLIT_HEAD, LARGEST_SPLIT_HEAD + 1, 16_384]) {
    t.same(statusesOf(await answersTo(url, sized(bytes))), [200], `${bytes} bytes`);
  }
});

server.attack('a head in pieces is read up to its limit, and refused by the library with 431 beyond it', async (t) => {
  const inPieces = async (head: string) => {
    const client = await RawClient.open(url);
    await client.write(head.slice(0, 2_000));
    // Another is answered, so the first piece has been read.
    await answersTo(url, get());
    await client.write(head.slice(2_000));
    const answer = await client.answer();
    client.destroy();
    return answer?.status;
  };
  t.equal(await inPieces(sized(LARGEST_SPLIT_HEAD)), 200);
  t.equal(await inPieces(sized(LARGEST_SPLIT_HEAD + 1)), 431);
});

server.attack('a megabyte of head is refused by the library', async (t) => {
  await refusedByLibrary(t, sized(1_000_000), 431, 'one header');
  await refusedByLibrary(
    t,
    `GET /health/live HTTP/1.1\r\nHost: x\r\n${'A: b\r\n'.repeat(166_000)}`,
    431,
    'many headers',
  );
  await refusedByLibrary(t, get('', `/${'x'.repeat(1_000_000)}`), 505, 'a path, whose line comes in pieces');
});

server.attack('a head with more fields than the library takes is never answered', async (t) => {
  t.same(statusesOf(await answersTo(url, get('A: b\r\n'.repeat(MOST_FIELDS - 1)))), [200], 'as many as it takes');
  await waitedFor(t, get('A: b\r\n'.repeat(MOST_FIELDS)), 'one more');
  await waitedFor(t, get('A: b\r\n'.repeat(500)), 'five hundred');
});

server.attack('another version of HTTP, and what is none, is refused by the library with 505', async (t) => {
  const requests = {
    'HTTP/1.0': 'GET /health/live HTTP/1.0\r\nHost: x\r\n\r\n',
    'HTTP/1.0 without a host': 'GET /health/live HTTP/1.0\r\n\r\n',
    'HTTP/0.9': 'GET /health/live\r\n',
    'HTTP/1.2': 'GET /health/live HTTP/1.2\r\nHost: x\r\n\r\n',
    'HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'an absolute address': 'GET http://x/health/live HTTP/1.1\r\nHost: x\r\n\r\n',
    'OPTIONS *': 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n',
    CONNECT: 'CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n',
    'lines that end with LF': 'GET /health/live HTTP/1.1\nHost: x\n\n',
    TLS: Buffer.from(`16030100a5010000a10303${'00'.repeat(100)}`, 'hex'),
    'a letter too many': 'GET  /health/live HTTP/1.1\r\nHost: x\r\n\r\n',
  };
  for (const [name, bytes] of Object.entries(requests)) await refusedByLibrary(t, bytes, 505, name);
});

server.attack('a megabyte of garbage is refused by the library', async (t) => {
  for (const byte of [0x00, 0x07, 0x0a, 0x61, 0xff]) {
    const client = await RawClient.open(url);
    void client.write(Buffer.alloc(1_000_000, byte));
    if (byte === 0x0a) client.end();
    const answers = await client.answersUntilClosed();
    t.ok(
      answers.length <= 1 && answers.every(({ status }) => status === 505 || status === 431),
      `0x${byte.toString(16)}`,
    );
  }
});

server.attack('a head whose fields are no fields is never answered', async (t) => {
  const heads = {
    'no host': 'GET /health/live HTTP/1.1\r\n\r\n',
    'a space before the colon': 'GET /health/live HTTP/1.1\r\nHost : x\r\n\r\n',
    'a folded field': get('A: b\r\n c\r\n'),
    'no colon': get('A\r\n'),
    // Which HTTP allows, and the library does not read.
    'an underscore in a name': get('A_B: c\r\n'),
    'a NUL': get('A: b\0c\r\n'),
    'a lone CR': get('A: b\rc\r\n'),
  };
  for (const [name, bytes] of Object.entries(heads)) await waitedFor(t, bytes, name);
});

server.attack('a field without a name hides those behind it, as the library reads heads', async (t) => {
  t.same(statusesOf(await answersTo(url, get(': b\r\nContent-Length: abc\r\n'))), [200]);
});

server.attack('a request line in pieces is refused by the library; a head cut behind it is read', async (t) => {
  const request = get();
  const line = request.indexOf('\r\n') + 2;
  for (let cut = line; cut < request.length; cut++) {
    const client = await RawClient.open(url);
    await client.write(request.slice(0, cut));
    await answersTo(url, get());
    await client.write(request.slice(cut));
    t.equal((await client.answer())?.status, 200, JSON.stringify(request.slice(cut)));
    client.destroy();
  }
  t.same(statusesOf(await conversation(url, request.slice(0, line - 4))), [505]);
});

server.attack('a method is told what is allowed, and a path that it is not there, in few words', async (t) => {
  for (const method of ['TRACE', 'get', 'PROPFIND', 'X'.repeat(3_000)]) {
    const [answer] = await answersTo(url, get().replace('GET', method));
    t.same([codeOf(answer), answer?.headers.get('allow')], ['method_not_allowed', 'GET, HEAD'], method.slice(0, 9));
    t.ok((answer?.body.length ?? 0) < 500, 'not all of a long one');
  }
  for (const path of [
    '/%00',
    '/../health',
    '/health/live/',
    '//health/live',
    `/${'x'.repeat(3_000)}`,
    '/\xff\xfe',
    '/"\\',
  ]) {
    const [answer] = await answersTo(url, get('', path));
    t.equal(codeOf(answer), 'not_found', path.slice(0, 20));
    t.ok((answer?.body.length ?? 0) < 500, 'not all of a long one');
  }
  const [answer] = await answersTo(url, post(ORDER_TEXT).toString().replace('application/json', 'y'.repeat(3_000)));
  t.equal(codeOf(answer), 'unsupported_media_type');
  t.ok((answer?.body.length ?? 0) < 500, 'not all of a long one');
});

server.attack('a client that waits to be asked for its body is asked', async (t) => {
  const answers = await answersTo(url, post(ORDER_TEXT, { headers: 'Expect: 100-continue\r\n' }), 2);
  t.same(statusesOf(answers), [100, 200]);
  t.same(statusesOf(await answersTo(url, post(ORDER_TEXT, { headers: 'Expect: a cake\r\n' }))), [200]);
});

server.attack('after all that the server has all its places', async (t) => {
  await server.hasItsPlaces(t);
});
