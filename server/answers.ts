/** What the routes answer when all is well, as schemas: the types follow from them, and the API document shows them. */
import Type from 'typebox';
import { FittedFeature } from '../features/encoder-state.js';
import { ORDER_FIELDS } from '../features/order.js';

/** Of `POST /predict`. */
export const Prediction = Type.Object({
  estimated_delivery_minutes: Type.Number({
    'x-unit': 'minutes',
    description: 'Minutes from the order’s acceptance to its delivery, to two decimals.',
  }),
});
export type Prediction = Type.Static<typeof Prediction>;

/** Of `POST /predict/batch`, for one order. */
export const BatchRow = Type.Union([Prediction, Type.Object({ problem: Type.Ref('#/components/schemas/Problem') })]);

/** Of `POST /predict/batch`. */
export const BatchPrediction = Type.Object({
  predictions: Type.Array(Type.Ref('#/components/schemas/BatchRow'), {
    description: 'One for each order, in their order.',
  }),
});

const release = Type.String({ description: 'The commit or version of the server.' });
const time = (description: string) => Type.String({ format: 'date-time', description });

const orNull = <T extends Type.TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description });

/** How many processes there are to be, and how many serve. */
export const Processes = Type.Object(
  {
    wanted: Type.Integer({ minimum: 1, description: '`SERVER_PROCESSES`.' }),
    serving: Type.Integer({ minimum: 0, description: 'Those that answer with a model now.' }),
  },
  { description: 'Of a server with several processes.' },
);
export type Processes = Type.Static<typeof Processes>;

const portOpen = Type.Optional(
  Type.Boolean({ description: 'Of a server with `OPEN_FILE`: whether it has opened `PORT`.' }),
);

/** Of `GET /health` while a prediction would succeed. */
export const Healthy = Type.Object({
  status: Type.Literal('healthy'),
  model_loaded: Type.Literal(true),
  release,
  port_open: portOpen,
  processes: Type.Optional(Processes),
});
export type Healthy = Type.Static<typeof Healthy>;

/** Of `GET /health` while none would. */
export const Unavailable = Type.Object({
  status: Type.Literal('unavailable'),
  model_loaded: Type.Boolean({ description: 'True while a server that has a model is stopping.' }),
  release,
  reason: Type.String({ description: 'Why a prediction would fail.' }),
  port_open: portOpen,
  processes: Type.Optional(Processes),
});
export type Unavailable = Type.Static<typeof Unavailable>;

/** Of `GET /health/live`. */
export const Liveness = Type.Object({ status: Type.Literal('alive'), release });
export type Liveness = Type.Static<typeof Liveness>;

/** Of `POST /hooks/mlflow`. */
export const Accepted = Type.Object({ status: Type.Literal('accepted') });
export type Accepted = Type.Static<typeof Accepted>;

const minutes = (description: string) => orNull(Type.Number({ 'x-unit': 'minutes' }), description);

/** What `GET /model-info` says of the shadow. */
export const ShadowInfo = Type.Object({
  alias: Type.String(),
  version: orNull(Type.Integer({ minimum: 1 }), 'The version that the alias points to and that is loaded.'),
  fraction: Type.Number({ description: 'The share of answers that is compared.' }),
  live_version: orNull(Type.Integer({ minimum: 1 }), 'The version whose answers it was compared with.'),
  rows: Type.Integer({ description: 'Answers that were compared, since the two versions met.' }),
  failed: Type.Integer({ description: 'Rows that the shadow did not predict.' }),
  shed: Type.Integer({ description: 'Rows that were not compared, since one of the two had its hands full.' }),
  mean_difference: minutes('The shadow’s minutes less those that callers got.'),
  mean_absolute_difference: minutes('How far apart they are.'),
  largest_difference: minutes('The one furthest from 0.'),
  histogram: Type.Array(
    Type.Object({ up_to_minutes: Type.Union([Type.Number(), Type.Null()]), rows: Type.Integer() }),
    { description: 'Rows by absolute difference, each with those above the bound before; null is without a bound.' },
  ),
  refused: orNull(Type.String(), 'Why the version of the alias was not loaded.'),
});
export type ShadowInfo = Type.Static<typeof ShadowInfo>;

/** Of `GET /model-info`. */
export const ModelInfo = Type.Object({
  registered_model: Type.String({ description: 'Name of the registered model.' }),
  alias: Type.Union([Type.String(), Type.Null()], {
    description: 'The alias by which the version was asked for; null where it was asked for by its number.',
  }),
  version: Type.Integer({ minimum: 1, description: 'The version that answers.' }),
  run_id: Type.String({ description: 'The training run that made it.' }),
  created_at: time('When it was registered, UTC.'),
  serving_since: time('Since when this server answers with it, UTC.'),
  metrics: Type.Unknown({ description: '`metrics.json` of the version: how good it was on its test orders.' }),
  features: Type.Array(FittedFeature, {
    description: 'The features it computes, in column order; for a category, the words it knows.',
  }),
  inputs: Type.Array(Type.Enum([...ORDER_FIELDS]), {
    description:
      'The fields of an order that its features read. Where one is absent a prediction is still made, but counts as ' +
      'one of an incomplete order.',
  }),
  tags: Type.Record(Type.String(), Type.String(), { description: 'Where it comes from: data, commit, gates.' }),
  stale: Type.Boolean({
    description: 'True while it comes from the cache of this server and the registry has not confirmed it.',
  }),
  registry: Type.Object(
    {
      ok: Type.Boolean({ description: 'Whether it said which version to serve.' }),
      checked_at: time('When it was asked last, UTC.'),
      reason: orNull(Type.String(), 'Why it did not say.'),
    },
    { description: 'How the registry answered the last time it was asked.' },
  ),
  previous: orNull(
    Type.Object({ version: Type.Integer({ minimum: 1 }), run_id: Type.String() }),
    'The version before, which is kept loaded: pointing the alias back to it takes effect at once.',
  ),
  preparing: orNull(Type.Integer({ minimum: 1 }), 'The version that is being made ready beside the one that answers.'),
  refused: orNull(
    Type.Object({ version: Type.Integer({ minimum: 1 }), reason: Type.String(), at: time('When, UTC.') }),
    'The version that the alias points to, where it was not taken up. It is tried again after the alias has moved.',
  ),
  switches: Type.Array(
    Type.Object({
      from: orNull(Type.Integer({ minimum: 1 }), 'Null for the first.'),
      to: Type.Integer({ minimum: 1 }),
      at: time('When requests were first answered by it, UTC.'),
      took_ms: Type.Number({ description: 'Milliseconds from when the alias was found moved until then.' }),
    }),
    { description: 'The last switches, the newest first.' },
  ),
  shadow: orNull(ShadowInfo, 'The version that a share of the answers is compared with; null where none is.'),
});
export type ModelInfo = Type.Static<typeof ModelInfo>;
