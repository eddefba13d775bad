/** What a caller of the server imports. `docs/client.md` shows how. */
export type { BatchResult, Estimate, Health, ModelInfo } from './answers.js';
export { type CallOptions, FoodEtaClient } from './client.js';
export {
  AbortError,
  ClosedError,
  type ErrorCode,
  type FieldFault,
  FoodEtaError,
  OrderNotJsonError,
  type ProblemCode,
  ProblemError,
  TimeoutError,
  UnexpectedAnswerError,
  UnreachableError,
} from './errors.js';
export type { ClientOptions, GatherOptions } from './options.js';
export type { Order } from './orders.js';
