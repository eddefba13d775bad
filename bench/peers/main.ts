/** `npm run bench -- --peers`: the same orders and the same model behind what a user would otherwise choose. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Caller } from '../../config/command-line.js';
import { readEnvironment } from '../../config/environment.js';
import { describeMachine, describeVersions, formatMachine, formatVersions } from '../machine.js';
import { QUICK, THOROUGH } from '../points.js';
import { ProgramDidNotStart } from '../processes/program.js';
import { onStage, type Stage } from '../stage.js';
import { readPeersArguments } from './arguments.js';
import { type Contender, type Effort, measurePeer, type PeerPoints } from './measure-peer.js';
import { encodeOrders, writeBodies } from './orders.js';
import type { EncodedOrder, Peer } from './peer.js';
import { versionOf } from './peers.js';
import { type Failed, formatPeers, type Measured, markdownOf, type PeersReport } from './report.js';
import { compareAnswers, PeerFailed, setUpPeer, startPeer } from './start-peer.js';

const WARM_UP_SECONDS = 2;
const SECONDS = { thorough: 2, quick: 1 };
const ORDERS_COMPARED = 20;

const say = (line: string): void => console.error(line);

/** @returns what was measured, and which peers could not be */
export async function runPeers(commandLine: readonly string[], { started, say: print }: Caller): Promise<PeersReport> {
  const args = readPeersArguments(commandLine, started);
  const { modelUri, ordersFile, peers } = args;
  const failed: Failed[] = [];
  const ready: Peer[] = [];
  for (const peer of peers) {
    say(`${peer.title}: setting up what is missing`);
    const reason = await reasonToFail(() => setUpPeer(peer));
    if (reason === undefined) ready.push(peer);
    else failed.push({ name: peer.name, title: peer.title, reason });
  }
  const machine = await describeMachine();
  print(formatMachine(machine));
  const seconds = args.seconds ?? (args.quick ? SECONDS.quick : SECONDS.thorough);
  const effort = { seconds, repeating: args.quick ? QUICK : THOROUGH, say };
  const report = await onStage({ modelUri, ordersFile, warmUpSeconds: WARM_UP_SECONDS }, async (stage) => {
    const versions = await describeVersions(stage.model.version);
    print(formatVersions(versions));
    const measured = await measureAll(stage, ready, effort, failed);
    const { repeating } = effort;
    return { at: new Date().toISOString(), machine, versions, modelUri, seconds, repeating, measured, failed };
  });
  print(`\n${formatPeers(report)}`);
  print(`\n${(await write(report)).join('\n')}`);
  return report;
}

/** @param failed takes those that could not be measured */
async function measureAll(
  stage: Stage,
  peers: readonly Peer[],
  effort: Effort,
  failed: Failed[],
): Promise<readonly Measured[]> {
  const { modelFile } = stage;
  if (modelFile === undefined) throw new PeerFailed('The files of the model that is served are not on this machine.');
  const featuresFile = join(dirname(modelFile), 'features.json');
  const orders = await encodeOrders(stage.ordersFile, featuresFile);
  const bare: Contender = { ...stage.bare, bodiesFile: stage.ordersFile };
  const server: Contender = { ...stage.server, bodiesFile: stage.ordersFile };
  const about = 'parses the body, predicts nothing';
  const measured: Measured[] = [
    { name: bare.name, title: 'bare uWebSockets.js', about, points: await measurePeer(bare, server, effort) },
  ];
  for (const peer of peers) {
    const { name, title } = peer;
    const site = { modelFile, featuresFile, folder: stage.folder };
    const reason = await reasonToFail(async () => {
      const points = await startAndMeasure(peer, { site, orders, server, effort });
      measured.push({ name, title: `${title} ${await versionOf(peer)}`, about: peer.about, points });
    });
    if (reason !== undefined) failed.push({ name, title, reason });
  }
  return measured;
}

interface Run {
  readonly site: { readonly modelFile: string; readonly featuresFile: string; readonly folder: string };
  readonly orders: readonly EncodedOrder[];
  readonly server: Contender;
  readonly effort: Effort;
}

async function startAndMeasure(peer: Peer, { site, orders, server, effort }: Run): Promise<PeerPoints> {
  const [first] = orders;
  if (first === undefined) throw new PeerFailed('There are no orders to send.');
  effort.say(`${peer.title}: starting`);
  const program = await startPeer(peer, first, site);
  try {
    await compareAnswers(peer, program.url, server.url, orders.slice(0, ORDERS_COMPARED));
    const bodiesFile = await writeBodies(peer, orders, site.folder);
    const contender = { name: peer.name, url: program.url, pid: program.pid, path: peer.path, bodiesFile };
    return await measurePeer(contender, server, effort);
  } finally {
    await program.stop();
  }
}

/** Why a peer cannot be measured, if that is why `work` failed. */
async function reasonToFail(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof PeerFailed || error instanceof ProgramDidNotStart) return error.message;
    throw error;
  }
}

/** @returns the files */
async function write(report: PeersReport): Promise<readonly string[]> {
  const { REPORTS_DIR } = readEnvironment();
  await mkdir(REPORTS_DIR, { recursive: true });
  const [json, markdown] = [join(REPORTS_DIR, 'peers.json'), join(REPORTS_DIR, 'peers.md')];
  await writeFile(json, `${JSON.stringify(report, undefined, 2)}\n`);
  await writeFile(markdown, `${markdownOf(report)}\n`);
  return [json, markdown];
}
