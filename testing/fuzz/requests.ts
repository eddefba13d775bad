/** The fuzzer of the server: inputs over real connections to a real process, and each answer held against the promise. */
import { CHUNKED, get, post, RawClient } from '../../server/fixtures/raw-client.js';
import { faultOf, promisedFor } from './body-rules.js';
import { type Campaign, fuzz, shorten } from './campaign.js';
import { faultOfStatuses, promisedForBytes } from './head-rules.js';
import { type RequestInput, requestInput } from './request-inputs.js';

/** Connections that are kept and used again, each for one input at a time. */
const CONNECTIONS = 8;

/** @throws FuzzFailure */
export async function fuzzRequests(url: string, campaign: Campaign): Promise<number> {
  const kept = new Kept(url);
  try {
    return await fuzz(requestInput, (inputs) => tryAll(url, kept, inputs), campaign);
  } finally {
    kept.close();
  }
}

async function tryAll(url: string, kept: Kept, inputs: readonly RequestInput[]): Promise<void> {
  const waiting = [...inputs];
  const lane = async (): Promise<void> => {
    for (let input = waiting.pop(); input !== undefined; input = waiting.pop()) await tryOne(url, kept, input);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
}

async function tryOne(url: string, kept: Kept, input: RequestInput): Promise<void> {
  try {
    if (input.kind === 'body') await tryBody(kept, input);
    else if (input.kind === 'pipeline') await tryPipeline(kept, input);
    else if (input.kind === 'chunks') await tryChunks(url, input);
    else await tryBytes(url, input.bytes);
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    throw new Error(`${fault}\nTo: ${shorten(JSON.stringify(input))}`);
  }
}

async function tryBody(kept: Kept, { body, cuts }: Extract<RequestInput, { kind: 'body' }>): Promise<void> {
  const client = await kept.take();
  const bytes = post(Buffer.from(body, 'latin1'));
  const line = bytes.indexOf('\r\n') + 2;
  const places = [...new Set(cuts.map((cut) => Math.min(line + cut, bytes.length)))].sort((a, b) => a - b);
  let begin = 0;
  for (const end of [...places, bytes.length]) {
    // Not waited for: a refused body is answered before it is sent.
    void client.write(bytes.subarray(begin, end));
    begin = end;
  }
  const promised = promisedFor(Buffer.from(body, 'latin1'));
  judge(faultOf(await client.answer(), promised));
  kept.giveBack(client, promised.status !== 413);
}

async function tryPipeline(kept: Kept, { bodies }: Extract<RequestInput, { kind: 'pipeline' }>): Promise<void> {
  const all = bodies.map((body) => Buffer.from(body, 'latin1')).map((body) => ({ body, promised: promisedFor(body) }));
  // What is behind a prediction or a body that is refused is not answered.
  const last = all.findIndex(({ promised }) => promised.status === 200 || promised.status === 413);
  const sent = last === -1 ? all : all.slice(0, last + (all[last]?.promised.status === 200 ? 1 : 0));
  const client = await kept.take();
  void client.write(Buffer.concat(sent.flatMap(({ body }) => [Buffer.from(get()), post(body)])));
  for (const { promised } of sent) {
    judge(faultOf(await client.answer(), { status: 200 }));
    judge(faultOf(await client.answer(), promised));
  }
  kept.giveBack(client, true);
}

async function tryChunks(url: string, input: Extract<RequestInput, { kind: 'chunks' }>): Promise<void> {
  const { sizes, extension } = input;
  const body = Buffer.from(input.body, 'latin1');
  const parts: Uint8Array[] = [];
  for (let begin = 0, index = 0; begin < body.length; index++) {
    const part = body.subarray(begin, begin + (sizes[index % sizes.length] ?? 1));
    parts.push(Buffer.from(`${part.length.toString(16)}${extension}\r\n`), part, Buffer.from('\r\n'));
    begin += part.length;
  }
  const client = await RawClient.open(url);
  void client.write(post(Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]), CHUNKED));
  const answers = await client.answersUntilClosed();
  judge(faultOf(answers[0], promisedFor(body)));
  if (answers.length > 1) throw new Error(`${answers.length} answers to one request.`);
}

async function tryBytes(url: string, bytes: string): Promise<void> {
  const client = await RawClient.open(url);
  const promised = promisedForBytes(bytes);
  if (promised === undefined) {
    // The end behind it, for much of what is no request would be waited for to become one.
    client.end(bytes);
    judge(faultOfStatuses((await client.answersUntilClosed()).map(({ status }) => status)));
    return;
  }
  void client.write(bytes);
  judge(faultOf(await client.answer(), promised));
  client.destroy();
}

function judge(fault: string | undefined): void {
  if (fault !== undefined) throw new Error(fault);
}

/** Connections that are open and idle. */
class Kept {
  readonly #url: string;
  readonly #idle: RawClient[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  async take(): Promise<RawClient> {
    for (let client = this.#idle.pop(); client !== undefined; client = this.#idle.pop()) {
      // The server closes those that were idle too long.
      if (client.isOpen) return client;
    }
    return RawClient.open(this.#url);
  }

  /** @param isKept whether the server keeps the connection after what it has answered */
  giveBack(client: RawClient, isKept: boolean): void {
    if (client.unread !== '') throw new Error(`More than was asked for: ${client.unread}`);
    if (isKept) this.#idle.push(client);
    else client.destroy();
  }

  close(): void {
    for (const client of this.#idle) client.destroy();
  }
}
