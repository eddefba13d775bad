/** `npm run bench`: drives the real server and the bare reference, and says how they compare. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isProgram, runProgram } from '../config/command.js';
import type { Caller } from '../config/command-line.js';
import { readEnvironment } from '../config/environment.js';
import { ConfigError } from '../config/errors.js';
import { readParams } from '../config/params.js';
import { type BenchArguments, readBenchArguments } from './arguments.js';
import { compareReports, formatChanges, parseReport, ReportUnreadable } from './compare.js';
import { formatGate, type GateLine, gateLines } from './gate.js';
import { type GateFigures, measureGate } from './gate-figures.js';
import { heldTo } from './held-to.js';
import { GeneratorFailed } from './load/generator.js';
import { WrkFailed } from './load/wrk.js';
import { busyNotes, describeMachine, describeVersions, formatMachine, formatVersions } from './machine.js';
import { reportPage } from './page/page.js';
import { asksForPeers } from './peers/arguments.js';
import { runPeers } from './peers/main.js';
import type { PeersReport } from './peers/report.js';
import { PeerFailed } from './peers/start-peer.js';
import { QUICK, THOROUGH } from './points.js';
import { ProgramDidNotStart } from './processes/program.js';
import { onnxRowCost } from './references/onnx-row-cost.js';
import { FORMAT, type Report, type ScenarioReport } from './report.js';
import { SERVER } from './scenario.js';
import { SCENARIOS } from './scenarios.js';
import { ServerDidNotStart } from './server-process.js';
import { onStage } from './stage.js';
import { formatHeldTo, formatPoints } from './table.js';

const WARM_UP_SECONDS = 2;
const SECONDS = { thorough: 2, quick: 1 };

const say = (line: string): void => console.error(line);

/** What a run gives besides the tables that it says. */
export interface Benched {
  /** 1 where a limit of the gate is not held, or a peer could not be measured. */
  readonly code: number;
  readonly report: Report | PeersReport | GateReport;
}

/** What `--gate` finds: the figures, and each with its limit. */
export interface GateReport {
  readonly figures: GateFigures;
  readonly gates: readonly GateLine[];
}

/** @throws UsageError, ConfigError, and what FORESEEN lists besides */
export async function benchByArguments(commandLine: readonly string[], caller: Caller): Promise<Benched> {
  if (asksForPeers(commandLine)) {
    const report = await runPeers(commandLine, caller);
    return { code: report.failed.length === 0 ? 0 : 1, report };
  }
  const names = SCENARIOS.map(({ name }) => name);
  const args = readBenchArguments(commandLine, names, caller.started);
  // Read first: what is not there is told before minutes have gone by.
  if (args.ordersFile !== undefined) await readFile(args.ordersFile);
  if (args.gateParams !== undefined) return runGate(args, args.gateParams, caller);
  const before =
    args.compare === undefined ? undefined : parseReport(args.compare, await readFile(args.compare, 'utf8'));
  const report = await runScenarios(args, caller);
  if (before !== undefined) {
    caller.say(`\nSince ${before.at}, commit ${before.versions.commit ?? 'unknown'}:`);
    caller.say(formatChanges(compareReports(before, report)));
  }
  const { REPORTS_DIR } = readEnvironment();
  await mkdir(REPORTS_DIR, { recursive: true });
  const [json, page] = [join(REPORTS_DIR, 'bench.json'), join(REPORTS_DIR, 'bench.html')];
  await writeFile(json, `${JSON.stringify(report, undefined, 2)}\n`);
  await writeFile(page, reportPage(report));
  caller.say(`\n${json}\n${page}`);
  return { code: 0, report };
}

async function runScenarios(
  { modelUri, beside, ordersFile, ...args }: BenchArguments,
  { say: print }: Caller,
): Promise<Report> {
  const machine = await describeMachine();
  print(formatMachine(machine));
  const seconds = args.seconds ?? (args.quick ? SECONDS.quick : SECONDS.thorough);
  const repeating = args.quick ? QUICK : THOROUGH;
  const chosen = SCENARIOS.filter(({ name }) => args.scenarios.length === 0 || args.scenarios.includes(name));
  return onStage({ modelUri, beside, ordersFile, warmUpSeconds: WARM_UP_SECONDS }, async (stage) => {
    const versions = await describeVersions(stage.model.version);
    print(formatVersions(versions));
    const scenarios: ScenarioReport[] = [];
    for (const { name, about, run } of chosen) {
      const result = await run({ ...stage, seconds, repeating, say });
      const notes = [...result.notes, ...busyNotes(result.points)];
      scenarios.push({ name, about, points: result.points, notes });
      print(`\n${name}: ${about}`);
      if (result.points.length > 0) print(formatPoints(result.points));
      for (const note of notes) print(`  ${note}`);
    }
    const onnxRowUs = new Map<string, number>();
    for (const [name, file] of stage.modelFiles) {
      const cost = await onnxRowCost(file, seconds / 2);
      onnxRowUs.set(name, cost);
      print(`\nOne row of ONNX Runtime at batch 32, ${name}: ${cost.toFixed(2)} us of CPU`);
    }
    const isWhole = chosen.length === SCENARIOS.length;
    const held = heldTo(scenarios, onnxRowUs).filter(({ verdict }) => isWhole || verdict !== 'not measured');
    if (held.length > 0) print(`\n${formatHeldTo(held)}`);
    const what = {
      format: FORMAT,
      at: new Date().toISOString(),
      machine,
      versions,
      modelUri,
      seconds,
      repeating,
    } as const;
    return { ...what, scenarios, onnxRowUs: onnxRowUs.get(SERVER) ?? null, heldTo: held };
  });
}

async function runGate(
  { modelUri, ordersFile }: BenchArguments,
  paramsFile: string,
  { say: print }: Caller,
): Promise<Benched> {
  const { diagnostics } = readParams(paramsFile).promotion_policy.staging;
  const figures = await measureGate(modelUri, ordersFile, diagnostics.at_requests_per_second);
  const gates = gateLines(diagnostics, figures);
  print(formatGate(gates, figures));
  const failing = gates.filter(({ passed }) => !passed).map(({ name }) => name);
  if (failing.length > 0) say(`The gate fails: ${failing.join(', ')}.`);
  return { code: failing.length === 0 ? 0 : 1, report: { figures, gates } };
}

/** The faults that a run reports in a sentence. */
export const FORESEEN = [
  ConfigError,
  ServerDidNotStart,
  ProgramDidNotStart,
  WrkFailed,
  GeneratorFailed,
  ReportUnreadable,
  PeerFailed,
];

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    const caller = { started: 'npm run bench --', say: console.log };
    return (await benchByArguments(process.argv.slice(2), caller)).code;
  }, FORESEEN);
}
