/** What `GET /status` answers, as schemas: what is served, what became of its versions, and the traffic of the last minutes. */
import Type from 'typebox';
import { Processes } from '../answers.js';

const orNull = <T extends Type.TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description });
const time = (description: string) => Type.String({ format: 'date-time', description });
const versionNumber = Type.Integer({ minimum: 1 });
const perSecond = (description: string) => Type.Number({ minimum: 0, 'x-unit': 'a second', description });

const Percentiles = Type.Object(
  {
    p50: Type.Number({ minimum: 0, 'x-unit': 'milliseconds' }),
    p90: Type.Number({ minimum: 0, 'x-unit': 'milliseconds' }),
    p99: Type.Number({ minimum: 0, 'x-unit': 'milliseconds' }),
  },
  { description: 'Read between the bounds of the buckets that are counted, as Prometheus does it.' },
);
export type Percentiles = Type.Static<typeof Percentiles>;

/** The traffic between two looks at what is counted, about a second. */
export const TrafficPoint = Type.Object({
  at: Type.Integer({ 'x-unit': 'milliseconds since 1970', description: 'When it ended.' }),
  requests_per_second: Type.Object(
    {
      answered: perSecond('Answered with minutes.'),
      invalid: perSecond('Answered with 4xx but 429: the mistake is the caller’s.'),
      failed: perSecond('Answered with 429 or 5xx: the server could not, or not in time.'),
    },
    { description: 'Requests for predictions, whichever way they came in.' },
  ),
  rows_per_second: perSecond('Orders predicted; a request may have many.'),
  latency_ms: orNull(Percentiles, 'Of each row, from its whole request to its minutes; null where there was none.'),
  queue_wait_ms: orNull(Percentiles, 'Of each row, until its batch went to a worker; null where there was none.'),
  batch_rows: orNull(
    Type.Object({
      mean: Type.Number({ minimum: 0 }),
      p90: Type.Number({ minimum: 0, description: 'Nine of ten batches had no more; the bound of a bucket.' }),
    }),
    'Rows of each batch; null where there was none.',
  ),
});
export type TrafficPoint = Type.Static<typeof TrafficPoint>;

/** A version of the model, as people tell it from others. */
export const VersionStatus = Type.Object({
  version: versionNumber,
  run_id: Type.String({ description: 'The training run that made it.' }),
  created_at: time('When it was registered, UTC.'),
  data: orNull(Type.String(), '`sample` for one that was trained on invented orders.'),
});
export type VersionStatus = Type.Static<typeof VersionStatus>;

const role = Type.Enum(['live', 'shadow'], { description: 'What it was to be served as.' });

/** Of `GET /status`. */
export const Status = Type.Object({
  now: time('By the clock of the server, UTC.'),
  instance: Type.String({
    description: 'Names this server since its start; another one behind a balancer has another.',
  }),
  release: Type.String({ description: 'The commit or version of the server.' }),
  processes: Type.Optional(Processes),
  registered_model: Type.String({ description: 'Name of the registered model.' }),
  alias: orNull(Type.String(), 'The alias that is followed; null where a version was asked for by its number.'),
  live: orNull(VersionStatus, 'The version that answers.'),
  reason: orNull(Type.String(), 'Why none does.'),
  previous: orNull(VersionStatus, 'The version before, kept loaded: to go back to it takes no time.'),
  preparing: orNull(versionNumber, 'The version that is being made ready beside the one that answers.'),
  candidate: orNull(VersionStatus, 'Where the alias `candidate` points: the newest that was trained.'),
  shadow: orNull(
    Type.Object({
      alias: Type.String(),
      version: orNull(VersionStatus, 'The version of the alias, once it is loaded.'),
      refused: orNull(Type.String(), 'Why it was not loaded.'),
    }),
    'What a share of the answers is compared with; null where nothing is.',
  ),
  stale: Type.Boolean({ description: 'True while the registry has not confirmed what is served from the cache.' }),
  registry: Type.Object({
    ok: Type.Boolean({ description: 'Whether it said, when last asked, which version to serve.' }),
    checked_at: orNull(time('When that was, UTC.'), 'When it was asked last, UTC; null before the first answer.'),
    reason: orNull(Type.String(), 'Why it did not say.'),
  }),
  refused: orNull(versionNumber, 'The version that the alias points to, where it is not served.'),
  switches: Type.Array(
    Type.Object({
      role,
      from: orNull(versionNumber, 'Null for the first.'),
      to: versionNumber,
      at: time('When requests were first answered by it, UTC.'),
      took_ms: Type.Number({ 'x-unit': 'milliseconds', description: 'From when the alias was found moved.' }),
    }),
    { description: 'The last, the newest first.' },
  ),
  refusals: Type.Array(Type.Object({ role, version: versionNumber, reason: Type.String(), at: time('When, UTC.') }), {
    description: 'The last versions that were not taken up, the newest first.',
  }),
  window_seconds: Type.Integer({ 'x-unit': 'seconds', description: 'How far the traffic goes back.' }),
  traffic: Type.Array(TrafficPoint, { description: 'The newest last.' }),
});
export type Status = Type.Static<typeof Status>;
