/** `POST /predict/batch`: many orders in, the minutes of each or what is wrong with it out, in their order. */
import { arrayReader } from '../bulk/array-reader.js';
import { JSON_FORMAT, LINES_FORMAT } from '../bulk/batch-answer.js';
import { BatchJob } from '../bulk/batch-job.js';
import type { Bulk } from '../bulk/bulk.js';
import { LineReader } from '../bulk/line-reader.js';
import { shorten } from '../describe.js';
import { problem } from '../errors.js';
import type { Route } from '../http.js';
import { MAX_BULK_BYTES } from '../limits.js';
import { mediaTypeOf } from '../media-type.js';
import type { Serving } from '../serving.js';

const READERS = {
  array: { format: JSON_FORMAT, open: arrayReader },
  lines: { format: LINES_FORMAT, open: (body: Buffer) => new LineReader(body) },
};

/** By media type. There is no registered one for lines of JSON: these are in use. */
const KINDS: ReadonlyMap<string, keyof typeof READERS> = new Map([
  ['application/json', 'array'],
  ['application/x-ndjson', 'lines'],
  ['application/ndjson', 'lines'],
  ['application/jsonl', 'lines'],
]);

/** The route; bodies are arrays or lines of JSON, by their media type. */
export function predictBatchRoute(serving: Serving, { bodies, turns, gate }: Bulk): Route {
  return {
    method: 'POST',
    path: '/predict/batch',
    protected: true,
    handle(exchange, head) {
      const { contentType, contentLength } = head;
      const kind = KINDS.get(mediaTypeOf(contentType));
      if (kind === undefined) {
        const given = contentType === '' ? 'none' : shorten(contentType);
        const detail = `The content-type must be application/json or application/x-ndjson; it was ${given}.`;
        exchange.sendProblem(problem('unsupported_media_type', detail));
        return;
      }
      const deadlineMs = gate.admit(exchange, head, serving.model?.batcher);
      if (deadlineMs === undefined) return;
      const { format, open } = READERS[kind];
      bodies.read(exchange, contentLength, MAX_BULK_BYTES, (body, hold) => {
        turns.add(new BatchJob({ exchange, serving, turns, format, hold, deadlineMs, open: () => open(body) }));
      });
    },
  };
}
