/** An address before a server that can be shut, as if the server were gone, and opened again. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Door {
  readonly url: string;
  /** How many connections have come so far. */
  readonly connections: number;
  /** Breaks off all connections, and those that come. */
  shut(): void;
  open(): void;
  close(): Promise<void>;
}

/** @param target the address of the server */
export async function startDoor(target: string): Promise<Door> {
  const { hostname, port: targetPort } = new URL(target);
  const sockets = new Set<Socket>();
  let connections = 0;
  let isShut = false;
  // What a killed process had sent is to arrive all the same: so each side ends by itself.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    connections++;
    if (isShut) {
      client.destroy();
      return;
    }
    const upstream = connect({ host: hostname, port: Number(targetPort), allowHalfOpen: true });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {}); // 'close' follows.
      socket.on('close', () => {
        sockets.delete(socket);
        other.end();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const breakOff = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    get connections() {
      return connections;
    },
    shut() {
      isShut = true;
      breakOff();
    },
    open() {
      isShut = false;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      breakOff();
      await closed;
    },
  };
}
