/**
 * The files of runs and models, through the tracking server: only what lies at `mlflow-artifacts:` is reached so. Where
 * a server gives away the addresses of a bucket or a folder instead, a client needs rights there, which ours has not.
 */
import { join } from 'node:path';
import { RegistryError } from '../errors.js';
import { MLFLOW_TRANSFERS } from '../limits.js';
import type { MlflowHttp } from './http.js';
import type { RunCalls } from './run-calls.js';

const ARTIFACTS = '/api/2.0/mlflow-artifacts/artifacts';

/** A folder of files on the tracking server. */
export class ArtifactFolder {
  readonly #http: MlflowHttp;
  readonly #path: string;

  /** @param path on the artifact server, without a slash at either end */
  constructor(http: MlflowHttp, path: string) {
    this.#http = http;
    this.#path = path;
  }

  /** @param sums file name → SHA-256 of the files in `source` to put here; each is read back. */
  async putAll(source: string, sums: ReadonlyMap<string, string>): Promise<void> {
    await inParallel([...sums], async ([name, sum]) => {
      await this.#http.upload(this.#urlOf(name), join(source, name));
      const found = await this.#http.download(this.#urlOf(name));
      if (found === sum) return;
      throw new RegistryError(
        'write_lost',
        `MLflow at ${this.#http.connection.base} took ${name} and has ${found ?? 'nothing'} of it; expected is ${sum}. ` +
          "Look at the server's disk and log, then try again.",
      );
    });
  }

  /** @returns its SHA-256, or undefined where there is no such file */
  fetch(name: string, target: string): Promise<string | undefined> {
    return this.#http.download(this.#urlOf(name), target);
  }

  below(name: string): ArtifactFolder {
    return new ArtifactFolder(this.#http, `${this.#path}/${name}`);
  }

  #urlOf(name: string): string {
    return `${ARTIFACTS}/${[...this.#path.split('/'), name].map(encodeURIComponent).join('/')}`;
  }
}

/**
 * The folder that a URI of MLflow names: `mlflow-artifacts:/PATH`, `runs:/RUN/PATH` or `models:/m-ID`.
 * @throws RegistryError `registry_unsupported`
 */
export async function folderAt(http: MlflowHttp, runs: RunCalls, uri: string): Promise<ArtifactFolder> {
  const [, runId, below] = /^runs:\/+([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (runId !== undefined) return folderAt(http, runs, `${(await runs.run(runId)).info.artifact_uri}/${below}`);
  const [, modelId] = /^models:\/+(m-[^/]+)$/.exec(uri) ?? [];
  if (modelId !== undefined) return folderAt(http, runs, (await runs.loggedModel(modelId)).info.artifact_uri);
  const [, host = '', path] = /^mlflow-artifacts:(?:\/\/([^/]*))?\/+(.+?)\/*$/.exec(uri) ?? [];
  const isOurs = host === '' || host === new URL(http.connection.base).host;
  if (path !== undefined && isOurs && !path.split('/').some((part) => /^\.{0,2}$/.test(part))) {
    return new ArtifactFolder(http, path);
  }
  throw new RegistryError(
    'registry_unsupported',
    `MLflow at ${http.connection.base} keeps these files at ${withoutSecrets(uri)}; allowed is mlflow-artifacts:/…, ` +
      'which the tracking server itself serves. Start it with --artifacts-destination, and train anew.',
  );
}

/** Runs `action` for every item, a few at a time; ends with the first failure once those at work are done. */
export async function inParallel<T>(items: readonly T[], action: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        await action(item);
      } catch (error) {
        waiting.length = 0;
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: MLFLOW_TRANSFERS }, work));
  if (failures.length > 0) throw failures[0];
}

/** A URI as it may be shown: addresses of buckets may be signed. */
function withoutSecrets(uri: string): string {
  return uri.replace(/\?.*$/, '').replace(/\/\/[^/]*@/, '//');
}
