/** The answers of MLflow's REST interface, as far as they are used. What else they hold is let through. */
import Type from 'typebox';

/** Proto3 leaves out what is empty. */
const Tags = Type.Optional(Type.Array(Type.Object({ key: Type.String(), value: Type.Optional(Type.String()) })));
const Text = Type.Optional(Type.String());

/** Of calls whose success is all they tell. */
export const Nothing = Type.Object({});

/** `experiments/get-by-name`. */
export const Experiment = Type.Object({
  experiment: Type.Object({ experiment_id: Type.String(), lifecycle_stage: Text }),
});
/** `experiments/create`. */
export const NewExperiment = Type.Object({ experiment_id: Type.String() });

const Metric = Type.Object({ key: Type.String(), value: Type.Union([Type.Number(), Type.String()]) });

const RunAnswer = Type.Object({
  info: Type.Object({ run_id: Type.String(), experiment_id: Type.String(), status: Text, artifact_uri: Type.String() }),
  data: Type.Optional(Type.Object({ params: Tags, tags: Tags, metrics: Type.Optional(Type.Array(Metric)) })),
});
/** `runs/create`, `runs/get`. */
export const Run = Type.Object({ run: RunAnswer });
/** A run, without what it is wrapped in. */
export type Run = Type.Static<typeof RunAnswer>;

const LoggedModelAnswer = Type.Object({
  info: Type.Object({ model_id: Type.String(), artifact_uri: Type.String(), status: Text }),
});
/** `logged-models`, one of them. */
export const LoggedModel = Type.Object({ model: LoggedModelAnswer });
/** A logged model, without what it is wrapped in. */
export type LoggedModel = Type.Static<typeof LoggedModelAnswer>;

const VersionAnswer = Type.Object({
  name: Type.String(),
  version: Type.String({ pattern: '^[1-9][0-9]{0,14}$' }),
  creation_timestamp: Type.Number(),
  source: Text,
  run_id: Text,
  status: Text,
  status_message: Text,
  tags: Tags,
  aliases: Type.Optional(Type.Array(Type.String())),
});
/** `model-versions/create`, `model-versions/get`, `registered-models/alias`. */
export const Version = Type.Object({ model_version: VersionAnswer });
/** A version, without what it is wrapped in. `creation_timestamp` is in milliseconds since 1970. */
export type Version = Type.Static<typeof VersionAnswer>;
/** `model-versions/search`: one page. */
export const Versions = Type.Object({
  model_versions: Type.Optional(Type.Array(VersionAnswer)),
  next_page_token: Text,
});

/** `registered-models/get` and `registered-models/create`, for the aliases. */
export const RegisteredModel = Type.Object({
  registered_model: Type.Object({
    aliases: Type.Optional(
      Type.Array(Type.Object({ alias: Type.String(), version: Type.String({ pattern: '^[1-9][0-9]{0,14}$' }) })),
    ),
  }),
});

/** `model-versions/get-download-uri`. */
export const DownloadUri = Type.Object({ artifact_uri: Type.String() });
