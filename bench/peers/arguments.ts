/** The command line of `--peers`. */
import { parseArguments, UsageError } from '../../config/command.js';
import { usageOf } from '../../config/command-line.js';
import { type BenchArguments, readBenchArguments } from '../arguments.js';
import { BENCH } from '../command-line.js';
import type { Peer } from './peer.js';
import { PEERS } from './peers.js';

/** What a run with the peers is asked for. */
export interface PeersArguments extends Pick<BenchArguments, 'modelUri' | 'ordersFile' | 'seconds' | 'quick'> {
  /** In the order in which they are measured. */
  readonly peers: readonly Peer[];
}

const PEERS_OPTION = '--peers';
const WITH_VALUE = `${PEERS_OPTION}=`;

const { peers: PEERS_FLAG, version, alias, orders, seconds, quick } = BENCH.options;
const OPTIONS = { peers: PEERS_FLAG, version, alias, orders, seconds, quick };

const NAMES = `Peers: ${PEERS.map(({ name }) => name).join(', ')}; by default all.`;

/** Whether the command line asks for the peers. */
export function asksForPeers(args: readonly string[]): boolean {
  return args.some((arg) => arg === PEERS_OPTION || arg.startsWith(WITH_VALUE));
}

/**
 * @param started what a person has typed up to the arguments
 * @throws UsageError
 */
export function readPeersArguments(args: readonly string[], started = 'npm run bench --'): PeersArguments {
  const usage = usageOf({ forms: BENCH.forms.slice(-1), notes: [NAMES] }, started);
  // The names may be left out, so they are no value of the option to the parser, but what stands beside it.
  const apart = args.flatMap((arg) =>
    arg.startsWith(WITH_VALUE) ? [PEERS_OPTION, arg.slice(WITH_VALUE.length)] : [arg],
  );
  const { values, positionals } = parseArguments({ args: apart, options: OPTIONS, allowPositionals: true }, usage);
  const { peers: _, ...others } = values;
  const common = Object.entries(others).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, String(value)],
  );
  const { modelUri, ordersFile, seconds, quick } = readBenchArguments(common, [], started);
  return { peers: chosen(positionals, usage), modelUri, ordersFile, seconds, quick };
}

function chosen(lists: readonly string[], usage: string): readonly Peer[] {
  const names = lists.flatMap((list) => list.split(',')).filter((name) => name !== '');
  const unknown = names.find((name) => !PEERS.some((peer) => peer.name === name));
  if (unknown !== undefined) throw new UsageError(`--peers has '${unknown}', which there is not.\n${usage}`);
  return names.length === 0 ? PEERS : PEERS.filter(({ name }) => names.includes(name));
}
