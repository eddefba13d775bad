/** What a scenario is: a kind of load with its points, in a file of its own under `scenarios/`. */
import type { Subject } from './measurement.js';
import type { Point, Repeating } from './points.js';

/** What a scenario has to work with. */
export interface Bench {
  /** The real server, warm. */
  readonly server: Subject;
  /** The bare reference, warm. */
  readonly bare: Subject;
  /** Servers like it with other versions, warm. */
  readonly beside: readonly Subject[];
  /** Environment variables with which another server like it is started. */
  readonly settings: Readonly<Record<string, string>>;
  /** The graph of the version that is served, beside its other files; undefined where they are not on this machine. */
  readonly modelFile: string | undefined;
  /** For files of this run. */
  readonly folder: string;
  /** One order a line. */
  readonly ordersFile: string;
  /** Of one repetition. */
  readonly seconds: number;
  readonly repeating: Repeating;
  /** Told what is at work. */
  readonly say: (line: string) => void;
}

/** What came of it; without points where it was left out, which a note then explains. */
export interface ScenarioResult {
  readonly points: readonly Point[];
  /** What a reader must know of it. */
  readonly notes: readonly string[];
}

/** A kind of load, as the bench runs it. */
export interface Scenario {
  /** As `--scenario` takes it. */
  readonly name: string;
  /** One line. */
  readonly about: string;
  /** @throws ServerDidNotStart, WrkFailed, GeneratorFailed; with versions of its own, RegistryError */
  run(bench: Bench): Promise<ScenarioResult>;
}

/** The names under which the two servers stand in every point. */
export const SERVER = 'server';
/** The bare reference. */
export const BARE = 'bare';
