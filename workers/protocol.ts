/** The plain data that crosses between the pool's thread and its workers; classes would arrive as bare objects. */
import type { GoldenMatrix } from './golden-check.js';
import type { SlotLayout } from './slot-memory.js';

/** What a worker is started with. */
export interface WorkerStart {
  readonly onnx: SharedArrayBuffer;
  readonly golden: GoldenMatrix;
  readonly layout: SlotLayout;
  readonly memory: SharedArrayBuffer;
  readonly queue: SharedArrayBuffer;
}

/** What a worker says at the end of its initialisation, or last. */
export type WorkerReport =
  | { readonly kind: 'ready'; readonly threadId: number }
  /** It has not taken up the model; it exits. */
  | { readonly kind: 'refused'; readonly threadId: number; readonly reason: string }
  /** It could not predict the batch; it exits. */
  | { readonly kind: 'failed'; readonly slot: number; readonly ticket: number; readonly reason: string };

/** One batch, in the slot, under the ticket it is offered with. */
export interface BatchTask {
  readonly slot: number;
  readonly ticket: number;
  readonly rows: number;
}
