/** A proxy before a server that fails as networks and servers do, told by the test for which requests and how. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';

/** What befalls a request in place of being passed on. */
export type Fault =
  /** The connection is reset, and the server never has the request. */
  | { readonly kind: 'reset' }
  /** The server does what it was asked to; its answer is lost. */
  | { readonly kind: 'lost answer' }
  /** Nobody answers. */
  | { readonly kind: 'hang' }
  /** Half of the answer comes, and then nothing but the end of the connection. */
  | { readonly kind: 'broken off' }
  /** Half of the answer comes, as if it were all. */
  | { readonly kind: 'truncated' }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly authorization: string | undefined;
}

export interface FaultProxy {
  readonly url: string;
  /** Every request, in order. */
  readonly seen: SeenRequest[];
  /** Says what befalls a request, which waits for it; nothing by default. */
  fault: (request: SeenRequest) => Fault | undefined | Promise<Fault | undefined>;
  /** The host name by which the server is asked, if not its own. */
  host: string | undefined;
}

/** @param target the address of the server behind it */
export async function startFaultProxy(t: Test, target: string): Promise<FaultProxy> {
  const proxy: FaultProxy = { url: '', seen: [], fault: () => undefined, host: undefined };
  const server = createServer(async (incoming, response) => {
    const { method = '', url = '', headers } = incoming;
    const seen = { method, url, authorization: headers.authorization };
    proxy.seen.push(seen);
    serve(target, proxy.host, incoming, response, await proxy.fault(seen));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return Object.assign(proxy, { url: `http://127.0.0.1:${port}` });
}

/** An address of this machine at which nobody answers. */
export async function unusedAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

function serve(
  target: string,
  host = new URL(target).host,
  incoming: IncomingMessage,
  response: ServerResponse,
  fault: Fault | undefined,
): void {
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'reset') {
    incoming.socket.resetAndDestroy();
    return;
  }
  if (fault?.kind === 'answer') {
    incoming.resume().on('end', () => response.writeHead(fault.status, fault.headers).end(fault.body));
    return;
  }
  const onward = request(
    `${target}${incoming.url}`,
    { method: incoming.method, headers: { ...incoming.headers, host } },
    async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      if (fault?.kind === 'lost answer') {
        incoming.socket.resetAndDestroy();
        return;
      }
      const { 'transfer-encoding': _, ...headers } = answer.headers;
      const half = body.subarray(0, body.length >> 1);
      const sent = fault?.kind === 'truncated' ? half : body;
      response.writeHead(answer.statusCode ?? 500, { ...headers, 'content-length': String(sent.length) });
      if (fault?.kind === 'broken off') response.write(half, () => incoming.socket.resetAndDestroy());
      else response.end(sent);
    },
  );
  onward.on('error', () => incoming.socket.resetAndDestroy());
  incoming.pipe(onward);
}
