/** Requests whose end is a lie or in doubt, and requests behind one another. See docs/http.md for what is promised. */
import t, { type Test } from 'tap';
import { codeOf, HostileServer } from './fixtures/hostile-server.js';
import {
  type Answer,
  answersTo,
  CHUNKED,
  conversation,
  get,
  ORDER_TEXT,
  post,
  RawClient,
} from './fixtures/raw-client.js';
import { MAX_BODY_BYTES } from './limits.js';

const server = await HostileServer.start(t);
const { url } = server;

const statusesOf = (answers: readonly Answer[]): number[] => answers.map(({ status }) => status);
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const chunked = (...texts: string[]): string => `${texts.map(chunk).join('')}0\r\n\r\n`;

/** Claims that one answer comes, with this code, that the connection is then closed, and what is behind not read. */
async function refused(t: Test, bytes: string | Uint8Array, code: string, message: string): Promise<void> {
  const answers = await conversation(url, bytes);
  t.same(answers.map(codeOf), [code], message);
  t.match(answers[0]?.headers.get('connection'), /^close$/, message);
  t.same(statusesOf(await conversation(url, withGetBehind(bytes))), [], `${message}, with a request behind it`);
}

function withGetBehind(bytes: string | Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(bytes), Buffer.from(get())]);
}

/** Claims that the answer is the library's own, and that the connection is then closed. */
async function refusedByLibrary(t: Test, bytes: string | Uint8Array, message: string, status = 400): Promise<void> {
  const answers = await conversation(url, bytes);
  t.same(statusesOf(answers), [status], message);
  t.match(answers[0]?.body, /<i>uWebSockets\/20 Server<\/i>/, message);
}

server.attack('a length that is no number, or one too long to be one, is refused by the library', async (t) => {
  for (const length of ['-5', '+5', '0x10', 'abc', '5.0', '1e3', '5, 5', '9'.repeat(19), '99999999999999999999999']) {
    await refusedByLibrary(t, post(ORDER_TEXT, { length }), `Content-Length: ${length}`);
  }
  const unread = 'POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n';
  await refusedByLibrary(t, unread, 'even where another fault was found first');
});

server.attack(
  'a length that is empty, or told twice and differently, is refused, and nothing behind it read',
  async (t) => {
    const code = 'malformed_request';
    const second = `Content-Length: ${ORDER_TEXT.length + 1}\r\n`;
    await refused(t, post(ORDER_TEXT, { headers: second }), code, 'two');
    await refused(t, post('', { headers: 'content-length: 44\r\n' }), code, '0 first');
    await refused(t, post('', { length: '' }), code, 'empty');
    await refused(t, get('Content-Length: 0\r\nContent-Length: 5\r\n'), code, 'where no body is wanted');
    await refused(t, get('Content-Length: 0\r\nContent-Length: 5\r\n', '/nowhere'), code, 'at any path');
    await refused(t, get('Host: y\r\n'), code, 'as is a second host');
    const same = `Content-Length: ${ORDER_TEXT.length}\r\n`;
    t.same(statusesOf(await answersTo(url, post(ORDER_TEXT, { headers: same }))), [200], 'the same twice is no doubt');
  },
);

server.attack('a length with a transfer-encoding is refused by the library, in either order', async (t) => {
  const smuggled = chunked('{}') + get();
  await refusedByLibrary(t, post(smuggled, { headers: CHUNKED.headers, length: '3' }), 'length first');
  const after = `${CHUNKED.headers}Content-Length: ${smuggled.length}\r\n`;
  await refusedByLibrary(t, post(smuggled, { headers: after, length: null }), 'transfer-encoding first');
  await refusedByLibrary(t, post(smuggled, { headers: 'tRANSFER-eNCODING: identity\r\n', length: '3' }), 'another');
});

server.attack(
  'another transfer-encoding than chunked, or two of them, is refused, and nothing behind it read',
  async (t) => {
    const body = chunked(ORDER_TEXT);
    const encodings = [
      'identity',
      'gzip',
      'gzip, chunked',
      'chunked, chunked',
      'xchunked',
      'chunked;q=1',
      '"chunked"',
      'chunked\r\nTransfer-Encoding: identity',
      'identity\r\nTransfer-Encoding: chunked',
      'chunked\r\nTransfer-Encoding: chunked',
    ];
    for (const encoding of encodings) {
      const bytes = post(body, { headers: `Transfer-Encoding: ${encoding}\r\n`, length: null });
      await refused(t, bytes, 'transfer_encoding_unsupported', JSON.stringify(encoding));
    }
    const none = post('', { headers: 'Transfer-Encoding: \r\n', length: null });
    await refused(t, none, 'transfer_encoding_unsupported', 'empty');
  },
);

server.attack('a chunked body is put together, and its connection closed after the answer', async (t) => {
  const pieces = ORDER_TEXT.match(/[\s\S]{1,7}/g) ?? [];
  for (const body of [chunked(ORDER_TEXT), chunked(...pieces), chunked(...ORDER_TEXT)]) {
    const answers = await conversation(url, post(body, CHUNKED));
    t.same(statusesOf(answers), [200]);
    t.equal(answers[0]?.headers.get('connection'), 'close');
  }
  const bytes = post(chunked(...pieces), { length: null, headers: 'transfer-encoding: Chunked\r\n' });
  const lineEnd = bytes.indexOf('\r\n') + 2;
  // The library has the body at the zero of its last chunk, and closes: what came after that would reset the connection.
  const end = bytes.lastIndexOf('0');
  const parts = [...bytes.subarray(lineEnd, end)].map((byte) => Uint8Array.of(byte));
  const answers = await conversation(url, bytes.subarray(0, lineEnd), ...parts, bytes.subarray(end));
  t.same(statusesOf(answers), [200], 'byte by byte');
});

server.attack('a chunked body that breaks the rules of chunks is refused by the library', async (t) => {
  for (const size of ['zz', '-1', '0x5', ' ', 'ffffffffffffffff1']) {
    const answers = await conversation(url, post(`${size}\r\n${ORDER_TEXT}\r\n0\r\n\r\n`, CHUNKED));
    t.ok(
      answers.length === 1 && [400, 505].includes(answers[0]?.status ?? 0),
      `${JSON.stringify(size)}: ${statusesOf(answers)}`,
    );
  }
});

server.attack('what the library leaves of a chunked body is never taken for a request', async (t) => {
  const behind = [get(), `X-${get()}`, 'X: y\r\n\r\n', `${'X: y\r\n'.repeat(3)}\r\n${get()}`];
  // A fault is found as the body ends; a prediction is still in flight when the rest is read.
  for (const body of ['{}', '!', ORDER_TEXT]) {
    for (const rest of behind) {
      for (const bytes of [`${chunk(body)}0\r\n${rest}`, `${chunk(body)}0\r\n\r\n${rest}`]) {
        const answers = await conversation(url, post(bytes, CHUNKED));
        t.notOk(
          answers.some((answer) => answer.body.includes('alive')),
          JSON.stringify(bytes),
        );
        t.ok(answers.length < 2, `${statusesOf(answers)}`);
      }
    }
  }
  const misread = await conversation(url, post(`3;x=y\r\n{}\n\r\n0\r\n\r\n${get()}${'z'.repeat(99_999)}`, CHUNKED));
  t.notOk(
    misread.some((answer) => answer.body.includes('alive')),
    'nor is what follows a chunk extension',
  );
});

server.attack('a body that grows over the limit is refused, told or not, and read no further', async (t) => {
  const long = 'x'.repeat(1_000_000);
  const bodies = {
    'told, and not sent': post('', { length: '999999999999999999' }),
    'told, by one byte': post('x'.repeat(MAX_BODY_BYTES + 1)),
    'a megabyte': post(long),
    'chunked, in one': post(`${chunk(long.slice(0, MAX_BODY_BYTES + 1))}`, CHUNKED),
    'chunked, in many': post(chunk(long.slice(0, 100)).repeat(1_000), CHUNKED),
  };
  for (const [name, bytes] of Object.entries(bodies)) {
    const client = await RawClient.open(url);
    void client.write(bytes);
    const codes = (await client.answersUntilClosed()).map(codeOf);
    // To a client that is still sending, the answer may be lost with the connection, as docs/http.md says.
    if (bytes.length > 4 * MAX_BODY_BYTES && codes.length === 0) continue;
    t.same(codes, ['body_too_large'], name);
  }
  const [answer] = await answersTo(url, post(ORDER_TEXT.padEnd(MAX_BODY_BYTES)));
  t.equal(answer?.status, 200, 'just within the limit');
});

server.attack('a length too short leaves a rest, which is read as the next request', async (t) => {
  const short = Buffer.concat([post('{} ', { length: '2' }), Buffer.from(get())]);
  t.same(statusesOf(await conversation(url, short)), [505], 'that is none');
  const request = post(`{}${get()}`, { length: '2' });
  t.same(statusesOf(await answersTo(url, request, 2)), [422, 200], 'or is one');
});

server.attack('a length too long is waited for, and gets no answer', async (t) => {
  const client = await RawClient.open(url);
  await client.write(post(ORDER_TEXT, { length: String(ORDER_TEXT.length + 1) }));
  t.same(statusesOf(await answersTo(url, get())), [200], 'others are not kept waiting');
  t.equal(client.unread, '');
  await client.write(' ');
  t.equal((await client.answer())?.status, 200, 'until the last byte comes');
  client.destroy();
});

server.attack('requests behind one another are answered in order where each is answered at once', async (t) => {
  // Few enough to come in one read: one that is cut within its request line is the library's 505.
  const wrong = (age: number) => post(`{"Delivery_person_Age":${age}}`);
  const requests = Array.from({ length: 25 }, (_, number) => [
    wrong(number),
    Buffer.from(get('', `/nowhere/${number}`)),
    Buffer.from(get()),
    post('', { headers: 'X-Pad: a\r\n' }),
  ]).flat();
  const answers = await answersTo(url, Buffer.concat(requests), requests.length);
  const expected = Array.from({ length: 25 }, (_, number) => [
    number < 18 ? `"given":"${number}"` : '/Restaurant_latitude',
    `/nowhere/${number} `,
    'alive',
    'malformed_json',
  ]).flat();
  t.equal(answers.length, requests.length);
  t.same(
    answers.filter(({ body }, number) => !body.includes(expected[number] ?? '?')),
    [],
  );
});

server.attack('requests behind one another end at one that is cut within its request line', async (t) => {
  for (const [cut, statuses] of [
    ['GET'.length, [200, 200, 200]],
    ['GET /he'.length, [505]],
    [get().indexOf('Host'), [200, 200, 200]],
  ] as const) {
    const client = await RawClient.open(url);
    await client.write(get() + get().slice(0, cut));
    // What was sent has been read when another connection, opened after it, has been answered.
    t.same(statusesOf(await answersTo(url, get())), [200]);
    await client.write(get().slice(cut) + get());
    const answers: Answer[] = [];
    while (answers.length < statuses.length) {
      const answer = await client.answer();
      if (answer === undefined) break;
      answers.push(answer);
    }
    client.destroy();
    t.same(statusesOf(answers), statuses, get().slice(0, cut));
  }
});

server.attack(
  'a request behind a prediction that is in flight closes the connection: never an answer to another',
  async (t) => {
    const other = { ...JSON.parse(ORDER_TEXT), Delivery_location_latitude: 13.4, Delivery_location_longitude: 77.2 };
    for (const behind of [post(ORDER_TEXT), post(JSON.stringify(other)), Buffer.from(get()), post('{}')]) {
      const answers = await conversation(url, Buffer.concat([post(ORDER_TEXT), behind, behind]));
      t.same(statusesOf(answers), []);
    }
    const bytes = Buffer.concat([Buffer.from(get()), post('{}'), post(ORDER_TEXT), post('{}')]);
    const answers = await conversation(url, bytes);
    t.same(
      statusesOf(answers),
      [200, 422].slice(0, answers.length),
      'answers to what was before it may be lost with it',
    );
  },
);

server.attack(
  'a HEAD is over when it is answered: the next request is answered, or the connection closed',
  async (t) => {
    const head = (headers = '') => get(headers).replace('GET', 'HEAD');
    const client = await RawClient.open(url);
    for (let request = 0; request < 3; request++) {
      await client.write(head());
      const answer = await client.headAnswer();
      t.same([answer?.status, answer?.headers.get('content-length')], [200, '42']);
      await client.write(get());
      t.equal((await client.answer())?.body.length, 42);
    }
    client.destroy();
    for (const bytes of [head('Connection: close\r\n'), `${head('Transfer-Encoding: chunked\r\n')}0\r\n\r\n`]) {
      const leaving = await RawClient.open(url);
      await leaving.write(bytes);
      t.equal((await leaving.headAnswer())?.status, 200);
      t.same(await leaving.answersUntilClosed(), [], JSON.stringify(bytes));
    }
  },
);

server.attack('an empty body is answered, also where the head before it came in pieces', async (t) => {
  const bytes = post('');
  for (let cut = bytes.indexOf('\r\n') + 2; cut < bytes.length; cut++) {
    const client = await RawClient.open(url);
    await client.write(bytes.subarray(0, cut));
    // Another is answered, so the first piece has been read.
    await answersTo(url, get());
    await client.write(bytes.subarray(cut));
    t.equal(codeOf(await client.answer()), 'malformed_json', JSON.stringify(bytes.toString('latin1', cut)));
    client.destroy();
  }
});

server.attack('predictions one after the other on a connection are all answered', async (t) => {
  const client = await RawClient.open(url);
  const statuses = [];
  for (let request = 0; request < 200; request++) {
    await client.write(post(ORDER_TEXT));
    statuses.push((await client.answer())?.status);
  }
  t.same(statuses, Array(200).fill(200));
  client.destroy();
});

server.attack('after all that the server has all its places', async (t) => {
  await server.hasItsPlaces(t);
});
