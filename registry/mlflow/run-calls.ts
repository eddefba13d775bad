/** MLflow's calls for experiments, runs and the models logged by them. */
import { RegistryError } from '../errors.js';
import { ask, checked, create, type Entry, find, read, write } from './ask.js';
import type { MlflowHttp } from './http.js';
import * as schemas from './schemas.js';

/** A metric as MLflow's batches take it. */
export interface Metric {
  readonly key: string;
  readonly value: number;
  /** Milliseconds, whole. */
  readonly timestamp: number;
  /** Whole. */
  readonly step: number;
  /** The logged model that it is a metric of as well. */
  readonly model_id?: string;
}

/** What is logged of a run at once; `BATCH_MAX_ITEMS` and its neighbours in `registry/limits.ts` bound it. */
export interface Batch {
  readonly params: readonly Entry[];
  readonly metrics: readonly Metric[];
  readonly tags: readonly Entry[];
}

/** What MLflow is told of a new run. */
export interface NewRun {
  readonly experiment_id: string;
  readonly run_name: string;
  /** Milliseconds since 1970. */
  readonly start_time: number;
  readonly tags: readonly Entry[];
}

/** What MLflow is told of the model that a run logs. */
export interface NewLoggedModel {
  readonly experiment_id: string;
  readonly name: string;
  readonly source_run_id: string;
  readonly params: readonly Entry[];
  readonly tags: readonly Entry[];
}

/** The calls, as methods. All may throw RegistryError `registry_unreachable`, `registry_refused`, `registry_failed`. */
export class RunCalls {
  readonly #http: MlflowHttp;

  constructor(http: MlflowHttp) {
    this.#http = http;
  }

  /** The experiment's id; it is made if there is none of the name. */
  async experimentId(name: string): Promise<string> {
    const lookUp = read('experiments/get-by-name', { experiment_name: name });
    const found = await find(this.#http, schemas.Experiment, lookUp);
    if (found === undefined) return this.#createExperiment(name);
    if (found.experiment.lifecycle_stage !== 'deleted') return found.experiment.experiment_id;
    throw new RegistryError(
      'registry_failed',
      `The experiment '${name}' of MLflow was deleted: restore it, or set MLFLOW_EXPERIMENT_NAME to another.`,
    );
  }

  async #createExperiment(name: string): Promise<string> {
    const call = write('experiments/create', { name });
    const answer = await this.#http.call(call);
    // Another process was quicker, or our own first attempt.
    if (!answer.ok && answer.code === 'RESOURCE_ALREADY_EXISTS') return this.experimentId(name);
    return checked(this.#http, schemas.NewExperiment, call, answer).experiment_id;
  }

  async createRun(run: NewRun): Promise<schemas.Run> {
    return (await ask(this.#http, schemas.Run, create('runs/create', run))).run;
  }

  async run(runId: string): Promise<schemas.Run> {
    return (await ask(this.#http, schemas.Run, read('runs/get', { run_id: runId }))).run;
  }

  /** What is there already stays once. */
  async logBatch(runId: string, batch: Batch): Promise<void> {
    await ask(this.#http, schemas.Nothing, write('runs/log-batch', { run_id: runId, ...batch }));
  }

  async endRun(runId: string, status: 'FINISHED' | 'FAILED', endTimeMs: number): Promise<void> {
    const call = write('runs/update', { run_id: runId, status, end_time: endTimeMs });
    await ask(this.#http, schemas.Nothing, call);
  }

  /** Undefined where the server knows no logged models, as MLflow before 3 and some that speak its language. */
  async createLoggedModel(model: NewLoggedModel): Promise<schemas.LoggedModel | undefined> {
    const call = { ...create('logged-models', model), optional: true };
    const answer = await this.#http.call(call);
    if (!answer.ok && answer.code === 'ENDPOINT_NOT_FOUND') return undefined;
    return checked(this.#http, schemas.LoggedModel, call, answer).model;
  }

  async addOutput(runId: string, modelId: string): Promise<void> {
    const call = create('runs/outputs', { run_id: runId, models: [{ model_id: modelId, step: 0 }] });
    await ask(this.#http, schemas.Nothing, call);
  }

  async loggedModel(modelId: string): Promise<schemas.LoggedModel> {
    return (await ask(this.#http, schemas.LoggedModel, read(pathOf(modelId)))).model;
  }

  async endLoggedModel(modelId: string, status: 'LOGGED_MODEL_READY' | 'LOGGED_MODEL_UPLOAD_FAILED'): Promise<void> {
    const call = write(pathOf(modelId), { model_id: modelId, status }, 'PATCH');
    await ask(this.#http, schemas.LoggedModel, call);
  }
}

function pathOf(modelId: string): string {
  return `logged-models/${encodeURIComponent(modelId)}`;
}
