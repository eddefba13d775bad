/** What a run found, as it is written to `reports/bench.json` and compared with later. */
import type { HeldTo } from './held-to.js';
import type { Machine, Versions } from './machine.js';
import type { Repeating } from './points.js';
import type { ScenarioResult } from './scenario.js';

export const FORMAT = 1;

export interface ScenarioReport extends ScenarioResult {
  readonly name: string;
  readonly about: string;
}

export interface Report {
  readonly format: typeof FORMAT;
  readonly at: string;
  readonly machine: Machine;
  readonly versions: Versions;
  readonly modelUri: string;
  readonly seconds: number;
  readonly repeating: Repeating;
  readonly scenarios: readonly ScenarioReport[];
  /** What a row costs in ONNX Runtime in batches of 32, in microseconds of processor time; null where not measured. */
  readonly onnxRowUs: number | null;
  readonly heldTo: readonly HeldTo[];
}
