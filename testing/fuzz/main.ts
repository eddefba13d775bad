/** `npm run fuzz`: made-up inputs, many of them wrong, against the server and against the reading of raw files. */

import { startServerProcess } from '../../bench/server-process.js';
import { isProgram, runProgram } from '../../config/command.js';
import { environmentOf, trainedProject } from '../trained-project.js';
import { type FuzzArguments, readFuzzArguments } from './arguments.js';
import { type Campaign, FuzzFailure } from './campaign.js';
import { fuzzCsv } from './csv.js';
import { fuzzRequests } from './requests.js';

/** A machine with more to do than answer is not what is looked for. */
const SETTINGS = { SERVER_PROCESSES: '1', WORKERS: '1', REQUEST_TIMEOUT_MS: '60000' };

async function run({ targets, runs, seed }: FuzzArguments): Promise<void> {
  for (const target of targets) {
    console.log(`${target}: ${runs} inputs, seed ${seed}`);
    const begin = performance.now();
    const tried = await (target === 'csv' ? fuzzCsv({ runs, seed }) : fuzzServer({ runs, seed }));
    const seconds = (performance.now() - begin) / 1000;
    console.log(`${target}: ${tried} inputs in ${seconds.toFixed(1)} s, each with an answer that is promised`);
  }
}

async function fuzzServer(campaign: Campaign): Promise<number> {
  const server = await startServerProcess({ ...environmentOf(await trainedProject()), ...SETTINGS });
  let tried: number;
  try {
    tried = await fuzzRequests(server.url, campaign);
  } finally {
    await server.stop();
  }
  return tried;
}

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    await run(readFuzzArguments(process.argv.slice(2), Math.floor(Math.random() * 2 ** 31)));
    return undefined;
  }, [FuzzFailure]);
}
