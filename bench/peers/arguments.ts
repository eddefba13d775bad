/** The command line of `--peers`. */
import { parseArguments, UsageError } from '../../config/command.js';
import { type BenchArguments, readBenchArguments } from '../arguments.js';
import type { Peer } from './peer.js';
import { PEERS } from './peers.js';

export interface PeersArguments extends Pick<BenchArguments, 'modelUri' | 'ordersFile' | 'seconds' | 'quick'> {
  readonly peers: readonly Peer[];
}

const PEERS_OPTION = '--peers';
const WITH_VALUE = `${PEERS_OPTION}=`;

const OPTIONS = {
  peers: { type: 'boolean' },
  version: { type: 'string' },
  alias: { type: 'string' },
  orders: { type: 'string' },
  seconds: { type: 'string' },
  quick: { type: 'boolean' },
} as const;

const USAGE = [
  'Usage: npm run bench -- --peers [NAME,...] [--version N | --alias NAME] [--orders FILE.ndjson] [--seconds N] [--quick]',
  `Peers: ${PEERS.map(({ name }) => name).join(', ')}; by default all.`,
].join('\n');

/** Whether the command line asks for the peers. */
export function asksForPeers(args: readonly string[]): boolean {
  return args.some((arg) => arg === PEERS_OPTION || arg.startsWith(WITH_VALUE));
}

/** @throws UsageError */
export function readPeersArguments(args: readonly string[]): PeersArguments {
  // The names may be left out, so they are no value of the option to the parser, but what stands beside it.
  const apart = args.flatMap((arg) =>
    arg.startsWith(WITH_VALUE) ? [PEERS_OPTION, arg.slice(WITH_VALUE.length)] : [arg],
  );
  const { values, positionals } = parseArguments({ args: apart, options: OPTIONS, allowPositionals: true }, USAGE);
  const { peers: _, ...others } = values;
  const common = Object.entries(others).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, String(value)],
  );
  const { modelUri, ordersFile, seconds, quick } = readBenchArguments(common, []);
  return { peers: chosen(positionals), modelUri, ordersFile, seconds, quick };
}

function chosen(lists: readonly string[]): readonly Peer[] {
  const names = lists.flatMap((list) => list.split(',')).filter((name) => name !== '');
  const unknown = names.find((name) => !PEERS.some((peer) => peer.name === name));
  if (unknown !== undefined) throw new UsageError(`--peers has '${unknown}', which there is not.\n${USAGE}`);
  return names.length === 0 ? PEERS : PEERS.filter(({ name }) => names.includes(name));
}
