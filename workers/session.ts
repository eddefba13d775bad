/**
 * One ONNX graph, loaded into this thread: features [rows, columns] float32 → minutes [rows, 1] float32.
 *
 * The session is that of the package's own binding. `InferenceSession.run` is a `setImmediate` before the same call of it,
 * so that each batch would wait for a turn of its thread's event loop, and a row that is alone for one of the server's.
 */
import type { InferenceSession } from 'onnxruntime-node';
import { type Binding, binding, initOrt } from 'onnxruntime-node/dist/binding.js';
import { WARM_UP_MS, WARM_UP_ROUNDS } from './limits.js';

const INPUT = 'features';
const OUTPUT = 'minutes';

/** One thread per session: the workers are the parallelism. The arena would keep the largest batch's memory for ever. */
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  enableCpuMemArena: false,
  logSeverityLevel: 3,
};
/** As ONNX numbers the types of elements. */
const FLOAT32 = 1;

/** What the binding reads of a tensor. One of the package's class gives it the same, by getters that it calls each time. */
interface Matrix {
  readonly type: 'float32';
  readonly location: 'cpu';
  readonly dims: readonly [rows: number, columns: number];
  /** [rows, columns] */
  readonly data: Float32Array;
}

/** What a number of rows is run with. */
interface Run {
  readonly feeds: Readonly<Record<string, Matrix>>;
  readonly fetches: Readonly<Record<string, Matrix>>;
}

/** The types want options for a run as well; where there are none, the binding makes none and reads none. */
interface Runner {
  run(feeds: Run['feeds'], fetches: Run['fetches']): void;
}

/** A loaded graph with the memory for its largest batch. */
export class ModelSession {
  readonly columns: number;
  readonly #session: Binding.InferenceSession;
  readonly #runner: Runner;
  /** What `predict` reads, [maxRows, columns]. ONNX Runtime refuses tensors over shared memory. */
  readonly features: Float32Array;
  /** What `predict` writes, [maxRows]. */
  readonly minutes: Float32Array;
  /** Tensors over the two arrays above, made once for each number of rows. */
  readonly #runs: (Run | undefined)[] = [];

  private constructor(session: Binding.InferenceSession, columns: number, maxRows: number) {
    this.#session = session;
    this.#runner = session as unknown as Runner;
    this.columns = columns;
    this.features = new Float32Array(maxRows * columns);
    this.minutes = new Float32Array(maxRows);
  }

  /**
   * @param columns features of a row, as the encoder makes them
   * @param maxRows the largest batch
   * @throws Error where the graph does not load or is not of the shape above.
   */
  static async load(onnx: Uint8Array, columns: number, maxRows: number): Promise<ModelSession> {
    initOrt();
    const session = new binding.InferenceSession();
    // A copy: the bytes may be shared between threads, which ONNX Runtime refuses.
    session.loadModel(onnx.slice().buffer, 0, onnx.byteLength, SESSION_OPTIONS);
    const [input, ...inputs] = session.inputMetadata;
    const [output, ...outputs] = session.outputMetadata;
    if (!isMatrix(input, INPUT) || inputs.length > 0) {
      throw new Error(`The graph has inputs ${named(session.inputMetadata)}; wanted is '${INPUT}', float32 [rows, n].`);
    }
    if (!isMatrix(output, OUTPUT) || output.shape[1] !== 1 || outputs.length > 0) {
      throw new Error(
        `The graph has outputs ${named(session.outputMetadata)}; wanted is '${OUTPUT}', float32 [rows, 1].`,
      );
    }
    if (input.shape[1] !== columns) {
      throw new Error(`The graph takes ${input.shape[1]} features a row; features.json makes ${columns}.`);
    }
    return new ModelSession(session, columns, maxRows);
  }

  /**
   * Predicts `rows` rows, in the call itself: the promise is resolved when it is given, and no other work of the thread
   * comes between.
   * @param features [rows, columns], may be longer
   * @param minutes [rows], written; may be longer
   */
  async run(features: Float32Array, rows: number, minutes: Float32Array): Promise<void> {
    this.features.set(features.subarray(0, rows * this.columns));
    this.predict(rows);
    minutes.set(this.minutes.subarray(0, rows));
  }

  /**
   * Predicts the first `rows` rows of `features` into `minutes`.
   * @throws Error of ONNX Runtime
   */
  predict(rows: number): void {
    const { feeds, fetches } = this.#runOf(rows);
    this.#runner.run(feeds, fetches);
  }

  /**
   * Runs every size of batch, so that the first real ones find memory, code and tensors at hand; of a slow model only as
   * many as there is time for.
   */
  async warmUp(): Promise<void> {
    const { length: maxRows } = this.minutes;
    const features = new Float32Array(this.features.length);
    const minutes = new Float32Array(maxRows);
    const untilMs = performance.now() + WARM_UP_MS;
    for (let round = 0; round < WARM_UP_ROUNDS; round++) {
      for (let rows = 1; rows <= maxRows && performance.now() < untilMs; rows++) {
        await this.run(features, rows, minutes);
      }
    }
  }

  /** Gives back the memory of the graph. */
  async release(): Promise<void> {
    this.#session.dispose();
  }

  #runOf(rows: number): Run {
    const known = this.#runs[rows];
    if (known !== undefined) return known;
    const run = {
      feeds: { [INPUT]: matrix(this.features, rows, this.columns) },
      fetches: { [OUTPUT]: matrix(this.minutes, rows, 1) },
    };
    this.#runs[rows] = run;
    return run;
  }
}

function matrix(data: Float32Array, rows: number, columns: number): Matrix {
  return { type: 'float32', location: 'cpu', dims: [rows, columns], data: data.subarray(0, rows * columns) };
}

function isMatrix(value: Binding.ValueMetadata | undefined, name: string): value is Binding.ValueMetadata {
  return value?.name === name && value.isTensor && value.type === FLOAT32 && value.shape.length === 2;
}

function named(values: readonly Binding.ValueMetadata[]): string {
  return values.map(({ name }) => name).join(', ');
}
