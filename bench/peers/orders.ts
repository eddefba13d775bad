/** The orders of a run as each peer takes them: the same orders, and features by the one encoder that there is. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Encoder } from '../../features/encoder.js';
import type { Order } from '../../features/order.js';
import { bodiesOf } from '../load/orders-file.js';
import type { EncodedOrder, Peer } from './peer.js';

/** @param ordersFile one order that the server takes, as JSON, a line */
export async function encodeOrders(ordersFile: string, featuresFile: string): Promise<readonly EncodedOrder[]> {
  const state: unknown = JSON.parse(await readFile(featuresFile, 'utf8'));
  const encoder = Encoder.fromState(state);
  return bodiesOf(await readFile(ordersFile, 'utf8'), 1).map((order) => {
    const row = new Float32Array(encoder.columns.length);
    encoder.encode(JSON.parse(order) as Order, row, 0);
    return { order, features: Array.from(row) };
  });
}

/** Writes a peer's bodies, one a line; gives the file. */
export async function writeBodies(peer: Peer, orders: readonly EncodedOrder[], folder: string): Promise<string> {
  const file = join(folder, `${peer.name}.ndjson`);
  await writeFile(file, orders.map((order) => `${peer.bodyOf(order)}\n`).join(''));
  return file;
}
