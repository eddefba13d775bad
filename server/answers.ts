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

const release = Type.String({ description: 'The commit or version of the server.' });
const time = (description: string) => Type.String({ format: 'date-time', description });

/** Of `GET /health` while a prediction would succeed. */
export const Healthy = Type.Object({
  status: Type.Literal('healthy'),
  model_loaded: Type.Literal(true),
  release,
});
export type Healthy = Type.Static<typeof Healthy>;

/** Of `GET /health` while none would. */
export const Unavailable = Type.Object({
  status: Type.Literal('unavailable'),
  model_loaded: Type.Boolean({ description: 'True while a server that has a model is stopping.' }),
  release,
  reason: Type.String({ description: 'Why a prediction would fail.' }),
});
export type Unavailable = Type.Static<typeof Unavailable>;

/** Of `GET /health/live`. */
export const Liveness = Type.Object({ status: Type.Literal('alive'), release });
export type Liveness = Type.Static<typeof Liveness>;

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
});
export type ModelInfo = Type.Static<typeof ModelInfo>;
