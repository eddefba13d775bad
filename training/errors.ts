/** What stops the pipeline: a fault of the input, of the order of the stages, or of what a stage has found. */

/** What stopped it, for programs; the message says it to people, with what to do. */
export type PipelineErrorCode =
  | 'data_unreadable'
  | 'data_invalid'
  | 'pipeline_busy'
  | 'stage_input_missing'
  | 'stage_input_stale'
  | 'fit_failed'
  | 'parity_failed'
  | 'latency_unmeasured'
  | 'gate_failed'
  /** Another version came into production while the candidate was compared with the one before it. */
  | 'production_moved'
  /** No server says how the candidate does as the shadow of what is in production. */
  | 'shadow_unusable'
  /** A model from elsewhere is not of the shape that is served. */
  | 'model_unfit';

/** What stops the pipeline or a promotion, and was foreseen: told as one sentence. */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
  constructor(
    readonly code: PipelineErrorCode,
    message: string,
  ) {
    super(message);
  }
}
