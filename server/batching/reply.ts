/** What passes between those who ask for predictions and the batcher. */

/** Why a row has no minutes: those codes of `server/errors.ts` that a batcher gives. */
export type FailureCode = 'overloaded' | 'prediction_failed' | 'prediction_timeout' | 'model_unavailable';

/**
 * Where the answers of one request go, which may have many rows: each row that was taken in gets exactly one of the two
 * calls. The row of a request that has one is 0.
 */
export interface Reply {
  /** False once nobody waits for the answers: rows that no worker has yet are then dropped, without a call. */
  readonly wanted: boolean;
  deliver(row: number, minutes: number): void;
  fail(row: number, code: FailureCode, reason: string): void;
}

/** The rows of one request that has many. */
export interface RowSource {
  readonly rows: number;
  /** Writes row `row` into `out[offset .. offset + columns)`; called once for each at most, in their order, when its turn comes. */
  encode(row: number, out: Float32Array, offset: number): void;
}
