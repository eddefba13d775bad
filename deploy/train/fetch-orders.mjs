// @ts-check
/**
 * `node deploy/train/fetch-orders.mjs --out FILE.csv`: the orders that TRAINING_DATA_URL gives, whole or not at all. With
 * TRAINING_DATA_TOKEN they are asked for with that as a bearer token. It refuses to begin where the version that is to be
 * trained would be lost with this machine.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { command } from '../../setup/command.mjs';
import { Fault } from '../../setup/faults.mjs';
import { readArguments } from '../release/arguments.mjs';
import { say } from '../release/programs.mjs';
import { ORDERS_BYTES, SILENCE_MS } from './limits.mjs';

command(async (args) => {
  const { out } = readArguments(args, 'node deploy/train/fetch-orders.mjs --out FILE.csv', ['out']);
  if ((process.env['MLFLOW_TRACKING_URI'] ?? '') === '') {
    throw new Fault(
      'MLFLOW_TRACKING_URI is not set: without a tracking server the version would be lost with this machine (docs/deploy.md).',
    );
  }
  const url = addressOf(process.env['TRAINING_DATA_URL'] ?? '');
  await mkdir(dirname(out), { recursive: true });
  const draft = `${out}.part`;
  try {
    const bytes = await fetchInto(draft, url, process.env['TRAINING_DATA_TOKEN'] ?? '');
    await rename(draft, out);
    say(`${out}: ${bytes} bytes from ${url.host}`);
  } finally {
    await rm(draft, { force: true });
  }
});

/**
 * @param {string} text
 * @returns {URL}
 * @throws Fault
 */
function addressOf(text) {
  if (text === '') {
    throw new Fault('TRAINING_DATA_URL is not set: it is the address of the orders to train on (docs/deploy.md).');
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHere = url?.protocol === 'http:' && /^(localhost|127\.0\.0\.1)$/.test(url.hostname);
  if (url !== undefined && (url.protocol === 'https:' || isHere)) return url;
  // Not shown: an address that is signed is a secret.
  throw new Fault('TRAINING_DATA_URL is no address that begins with https://, and orders are not sent in the open.');
}

/**
 * @param {string} file
 * @param {URL} url
 * @param {string} token
 * @returns {Promise<number>} bytes
 */
async function fetchInto(file, url, token) {
  const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), SILENCE_MS);
  let bytes = 0;
  /** @param {AsyncIterable<Uint8Array, unknown, unknown>} chunks */
  async function* counted(chunks) {
    for await (const chunk of chunks) {
      timer.refresh();
      bytes += chunk.length;
      if (bytes > ORDERS_BYTES) throw new Fault(`${url.host} sends more than ${ORDERS_BYTES} bytes of orders.`);
      yield chunk;
    }
  }
  try {
    /** @type {{ status: number, body: import('node:stream/web').ReadableStream<Uint8Array> | null }} */
    const response = await fetch(url, { headers, signal: silence.signal });
    if (response.status !== 200 || response.body === null) {
      await response.body?.cancel();
      throw new Fault(
        `${url.host} answered ${response.status} when asked for the orders: see TRAINING_DATA_URL and _TOKEN.`,
      );
    }
    await pipeline(counted(response.body), createWriteStream(file));
  } catch (error) {
    if (silence.signal.aborted) throw new Fault(`${url.host} was silent for ${SILENCE_MS / 1_000} s.`);
    // What fetch throws where nobody answers, or the connection ends before the orders do.
    if (!(error instanceof TypeError)) throw error;
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    throw new Fault(`The orders cannot be fetched from ${url.host}: ${reason}.`);
  } finally {
    clearTimeout(timer);
  }
  if (bytes === 0) throw new Fault(`${url.host} gave an empty file in place of orders.`);
  return bytes;
}
