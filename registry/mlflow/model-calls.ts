/** MLflow's calls for registered models, their versions and aliases. */
import { RegistryError } from '../errors.js';
import { SEARCH_MAX_PAGES, SEARCH_PAGE } from '../limits.js';
import type { Aliases } from '../model-registry.js';
import { ask, checked, create, type Entry, find, read, write } from './ask.js';
import type { MlflowHttp } from './http.js';
import * as schemas from './schemas.js';

/** What MLflow is told of a new version. */
export interface NewVersion {
  readonly name: string;
  /** `models:/m-…`, or `runs:/…` where there are no logged models. */
  readonly source: string;
  readonly run_id: string;
  readonly model_id?: string;
  readonly tags: readonly Entry[];
}

/** The calls, as methods. All may throw RegistryError `registry_unreachable`, `registry_refused`, `registry_failed`. */
export class ModelCalls {
  readonly #http: MlflowHttp;

  constructor(http: MlflowHttp) {
    this.#http = http;
  }

  /** Makes the registered model unless it is there. */
  async ensureModel(name: string): Promise<void> {
    const call = write('registered-models/create', { name });
    const answer = await this.#http.call(call);
    if (!answer.ok && answer.code === 'RESOURCE_ALREADY_EXISTS') return;
    checked(this.#http, schemas.RegisteredModel, call, answer);
  }

  async createVersion(version: NewVersion): Promise<schemas.Version> {
    return (await ask(this.#http, schemas.Version, create('model-versions/create', version))).model_version;
  }

  async version(name: string, version: number): Promise<schemas.Version | undefined> {
    const call = read('model-versions/get', { name, version: String(version) });
    return (await find(this.#http, schemas.Version, call))?.model_version;
  }

  async versionByAlias(name: string, alias: string): Promise<schemas.Version | undefined> {
    const call = read('registered-models/alias', { name, alias });
    const answer = await this.#http.call(call);
    // A name that is not allowed would be answered the same way; ours are checked before they come here.
    const isMissing =
      !answer.ok && (answer.code === 'RESOURCE_DOES_NOT_EXIST' || answer.code === 'INVALID_PARAMETER_VALUE');
    return isMissing ? undefined : checked(this.#http, schemas.Version, call, answer).model_version;
  }

  /** In no order, without their aliases; of a model that is not there, none. */
  async versions(name: string): Promise<readonly schemas.Version[]> {
    const found: schemas.Version[] = [];
    let token: string | undefined;
    for (let page = 0; page < SEARCH_MAX_PAGES; page++) {
      const query = { filter: `name='${name}'`, max_results: String(SEARCH_PAGE) };
      const call = read('model-versions/search', token === undefined ? query : { ...query, page_token: token });
      const answer = await ask(this.#http, schemas.Versions, call);
      found.push(...(answer.model_versions ?? []));
      token = answer.next_page_token;
      if (token === undefined || token === '') return found;
    }
    throw new RegistryError('registry_failed', `The model ${name} has more versions than MLflow ends to list.`);
  }

  /** Undefined where there is no such model. */
  async aliases(name: string): Promise<Aliases | undefined> {
    const found = await find(this.#http, schemas.RegisteredModel, read('registered-models/get', { name }));
    const aliases = found?.registered_model.aliases ?? [];
    return found && new Map(aliases.map(({ alias, version }) => [alias, Number(version)]));
  }

  /** @returns whether there is such a version */
  async setAlias(name: string, alias: string, version: number): Promise<boolean> {
    const call = { ...write('registered-models/alias', { name, alias, version: String(version) }), contended: true };
    return (await find(this.#http, schemas.Nothing, call)) !== undefined;
  }

  /** @returns whether there is such a model; the alias need not be there */
  async deleteAlias(name: string, alias: string): Promise<boolean> {
    const call = write('registered-models/alias', { name, alias }, 'DELETE');
    return (await find(this.#http, schemas.Nothing, call)) !== undefined;
  }

  /** @returns whether there is such a version */
  async setVersionTag(name: string, version: number, { key, value }: Entry): Promise<boolean> {
    const call = write('model-versions/set-tag', { name, version: String(version), key, value });
    return (await find(this.#http, schemas.Nothing, call)) !== undefined;
  }

  /** Where its files are: a URI of one scheme or another. */
  async downloadUri(name: string, version: number): Promise<string> {
    const call = read('model-versions/get-download-uri', { name, version: String(version) });
    return (await ask(this.#http, schemas.DownloadUri, call)).artifact_uri;
  }
}
