/** One ONNX graph, loaded into this thread: features [rows, columns] float32 → minutes [rows, 1] float32. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
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

interface Binding {
  readonly feeds: InferenceSession.FeedsType;
  readonly fetches: InferenceSession.FetchesType;
}

/** A loaded graph with the memory for its largest batch; runs one batch at a time. */
export class ModelSession {
  readonly columns: number;
  readonly #session: InferenceSession;
  /** ONNX Runtime refuses tensors over shared memory, so rows are copied in and minutes out. */
  readonly #features: Float32Array;
  readonly #minutes: Float32Array;
  /** Tensors over the two arrays above, made once for each number of rows. */
  readonly #bindings: (Binding | undefined)[] = [];

  private constructor(session: InferenceSession, columns: number, maxRows: number) {
    this.#session = session;
    this.columns = columns;
    this.#features = new Float32Array(maxRows * columns);
    this.#minutes = new Float32Array(maxRows);
  }

  /**
   * @param columns features of a row, as the encoder makes them
   * @param maxRows the largest batch
   * @throws Error where the graph does not load or is not of the shape above.
   */
  static async load(onnx: Uint8Array, columns: number, maxRows: number): Promise<ModelSession> {
    const session = await InferenceSession.create(onnx, SESSION_OPTIONS);
    const input = session.inputMetadata.find(({ name }) => name === INPUT);
    const output = session.outputMetadata.find(({ name }) => name === OUTPUT);
    if (session.inputNames.length !== 1 || !input?.isTensor || input.type !== 'float32' || input.shape.length !== 2) {
      throw new Error(
        `The graph has inputs ${session.inputNames.join(', ')}; wanted is '${INPUT}', float32 [rows, n].`,
      );
    }
    if (!output?.isTensor || output.type !== 'float32' || output.shape[1] !== 1) {
      throw new Error(
        `The graph has outputs ${session.outputNames.join(', ')}; wanted is '${OUTPUT}', float32 [rows, 1].`,
      );
    }
    if (input.shape[1] !== columns) {
      throw new Error(`The graph takes ${input.shape[1]} features a row; features.json makes ${columns}.`);
    }
    return new ModelSession(session, columns, maxRows);
  }

  /**
   * Predicts `rows` rows. One call at a time: the arrays are used again.
   * @param features [rows, columns], may be longer
   * @param minutes [rows], written; may be longer
   */
  async run(features: Float32Array, rows: number, minutes: Float32Array): Promise<void> {
    this.#features.set(features.subarray(0, rows * this.columns));
    const { feeds, fetches } = this.#binding(rows);
    await this.#session.run(feeds, fetches);
    minutes.set(this.#minutes.subarray(0, rows));
  }

  /**
   * Runs every size of batch, so that the first real ones find memory, code and tensors at hand; of a slow model only as
   * many as there is time for.
   */
  async warmUp(): Promise<void> {
    const { length: maxRows } = this.#minutes;
    const features = new Float32Array(this.#features.length);
    const minutes = new Float32Array(maxRows);
    const untilMs = performance.now() + WARM_UP_MS;
    for (let round = 0; round < WARM_UP_ROUNDS; round++) {
      for (let rows = 1; rows <= maxRows && performance.now() < untilMs; rows++) {
        await this.run(features, rows, minutes);
      }
    }
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  #binding(rows: number): Binding {
    const known = this.#bindings[rows];
    if (known !== undefined) return known;
    const features = new Tensor('float32', this.#features.subarray(0, rows * this.columns), [rows, this.columns]);
    const minutes = new Tensor('float32', this.#minutes.subarray(0, rows), [rows, 1]);
    const binding = { feeds: { [INPUT]: features }, fetches: { [OUTPUT]: minutes } };
    this.#bindings[rows] = binding;
    return binding;
  }
}
