/** Clients that leave half-way, that are slow, or that are many; what they leave behind is counted. */
import t from 'tap';
import { HostileServer } from './fixtures/hostile-server.js';
import { answersTo, CHUNKED, get, ORDER_TEXT, post, RawClient } from './fixtures/raw-client.js';
import { MAX_BODY_BYTES } from './limits.js';

const server = await HostileServer.start(t);
const { url } = server;

const HEAD = post('', { length: String(MAX_BODY_BYTES) });
/** What a client has sent when it leaves. */
const PARTS: Readonly<Record<string, Buffer>> = {
  nothing: Buffer.alloc(0),
  'part of a request line': Buffer.from('GET /hea'),
  'part of a head': HEAD.subarray(0, -20),
  'a head': HEAD,
  'most of a body': Buffer.concat([HEAD, Buffer.alloc(MAX_BODY_BYTES - 1, ' ')]),
  'part of a chunk': post('3e7\r\n{', CHUNKED),
  'a chunk, and not the last': post('2\r\n{}\r\n', CHUNKED),
  'a whole request': post(ORDER_TEXT),
  'two requests': Buffer.concat([post(ORDER_TEXT), post(ORDER_TEXT)]),
};

for (const [name, bytes] of Object.entries(PARTS)) {
  server.attack(`a client that leaves after ${name} leaves nothing behind`, async (t) => {
    for (const leave of ['end', 'reset'] as const) {
      const clients = await Promise.all(Array.from({ length: 200 }, () => RawClient.open(url)));
      await Promise.all(clients.map((client) => client.write(bytes)));
      for (const client of clients) client[leave]();
    }
    t.same((await answersTo(url, get())).length, 1);
  });
}

server.attack('clients that leave between their request and its answer cost no place', async (t) => {
  // While it is stopped, what they send and that they leave come to the server together.
  const clients = await Promise.all(Array.from({ length: 500 }, () => RawClient.open(url)));
  for (let round = 0; round < 6; round++) {
    process.kill(server.pid, 'SIGSTOP');
    for (const client of clients) client.end(post(ORDER_TEXT));
    process.kill(server.pid, 'SIGCONT');
    await Promise.all(clients.map((client) => client.answersUntilClosed()));
    clients.splice(0, clients.length, ...(await Promise.all(clients.map(() => RawClient.open(url)))));
  }
  for (const client of clients) client.destroy();
  await server.hasItsPlaces(t);
});

server.attack('twenty thousand bodies that were never finished are not kept', async (t) => {
  const bytes = Buffer.concat([HEAD, Buffer.alloc(MAX_BODY_BYTES - 1, ' ')]);
  const round = async () => {
    for (let batch = 0; batch < 20; batch++) {
      const clients = await Promise.all(Array.from({ length: 250 }, () => RawClient.open(url)));
      await Promise.all(clients.map((client) => client.write(bytes)));
      for (const client of clients) client.end();
      await Promise.all(clients.map((client) => client.answersUntilClosed()));
    }
  };
  await round();
  const before = server.memory();
  for (let more = 0; more < 3; more++) await round();
  // A server that kept them would have 240 MB of them by now.
  const grown = Math.round((server.memory() - before) / 2 ** 20);
  t.ok(grown < 80, `${grown} MB more than after the first five thousand`);
});

server.attack(
  'a connection on which nothing comes to its end is closed by the server, whatever dribbles in',
  async (t) => {
    const openedWith = async (bytes: string | Uint8Array) => {
      const client = await RawClient.open(url);
      await client.write(bytes);
      return client;
    };
    const answered = await openedWith(get());
    t.equal((await answered.answer())?.status, 200);
    const slow = await openedWith('GET /health/live HTTP/1.1\r\nHost: x\r\n');
    const slowBody = await openedWith(HEAD);
    const clients = {
      'that says nothing': await openedWith(''),
      'that stops in a head': await openedWith('GET / HTTP/1.1\r\n'),
      'whose head is not understood': await openedWith('GET / HTTP/1.1\r\n\r\n'),
      'that stops before a body': await openedWith(HEAD),
      'that stops in a body': await openedWith(post(ORDER_TEXT, { length: '9999' })),
      'that stops in a chunk': await openedWith(post('3e7\r\n{', CHUNKED)),
      'that was answered': answered,
      'that sends a field now and then': slow,
      'that sends a byte of a body now and then': slowBody,
    };
    const dribble = setInterval(() => {
      void slow.write('A: b\r\n');
      void slowBody.write(' ');
    }, 500);
    for (const [name, client] of Object.entries(clients)) {
      t.same(await client.answersUntilClosed(), [], `one ${name}`);
    }
    clearInterval(dribble);
  },
);
