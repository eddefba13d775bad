/** What a run found, as it is written to `reports/bench.json` and compared with later. */
import type { HeldTo } from './held-to.js';
import type { Machine, Versions } from './machine.js';
import type { Repeating } from './points.js';
import type { ScenarioResult } from './scenario.js';

/** Of the report: `--compare` takes reports of this format only. */
export const FORMAT = 1;

/** What a scenario found, under its name. */
export interface ScenarioReport extends ScenarioResult {
  readonly name: string;
  /** One line. */
  readonly about: string;
}

/** What a whole run found. */
export interface Report {
  readonly format: typeof FORMAT;
  /** ISO 8601, UTC, when the measuring was over. */
  readonly at: string;
  readonly machine: Machine;
  readonly versions: Versions;
  /** `models:/NAME@ALIAS` or `models:/NAME/VERSION`. */
  readonly modelUri: string;
  /** Of one repetition. */
  readonly seconds: number;
  readonly repeating: Repeating;
  readonly scenarios: readonly ScenarioReport[];
  /** What a row costs in ONNX Runtime in batches of 32, in microseconds of processor time; null where not measured. */
  readonly onnxRowUs: number | null;
  readonly heldTo: readonly HeldTo[];
}
