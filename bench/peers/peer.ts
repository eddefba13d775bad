/** What a peer is: a server that a user would otherwise put the model behind, and how it is started, asked and read. */

/** One order, in both forms in which peers take it. */
export interface EncodedOrder {
  /** As JSON. */
  readonly order: string;
  /** By the encoder of the model that is served. */
  readonly features: readonly number[];
}

/** What there is for a peer to start with. */
export interface Site {
  readonly modelFile: string;
  readonly featuresFile: string;
  /** Free ports of 127.0.0.1, the first for predictions. */
  readonly ports: readonly [number, number, number];
  /** For files of its own. */
  readonly folder: string;
}

/** How the process of a peer is started. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** Default: the folder of the run. */
  readonly cwd?: string;
  /** Environment variables, beside those that all have: `MODEL_FILE`, `FEATURES_FILE`, `PORT`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A server to be measured, as far as peers differ from each other. */
export interface Peer {
  /** On the command line, and the name of its folder. */
  readonly name: string;
  /** As people write it. */
  readonly title: string;
  /** The package whose version says which one it is. */
  readonly package: string;
  /** Whether it is Python, with an environment of its own. */
  readonly isPython: boolean;
  /** How it is set up, in a few words for the table. */
  readonly about: string;
  /** Of a prediction. */
  readonly path: string;
  /** The body of a request for one order. */
  bodyOf(order: EncodedOrder): string;
  /** NaN if there are none in the answer. */
  minutesOf(answer: unknown): number;
  /** Without effects: who starts it does so with what this gives. */
  launch(site: Site): Launch;
}

/** The number at a place in a JSON value; NaN if there is none. */
export function numberAt(value: unknown, ...path: readonly (string | number)[]): number {
  let inner = value;
  for (const key of path) {
    if (typeof inner !== 'object' || inner === null) return Number.NaN;
    inner = Reflect.get(inner, key);
  }
  return typeof inner === 'number' ? inner : Number.NaN;
}
