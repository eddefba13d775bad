/** Calls of MLflow's REST interface, with answers checked against their schemas before anything else sees them. */
import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { RegistryError } from '../errors.js';
import { excerpt } from './call-fault.js';
import type { Answer, Call, MlflowHttp } from './http.js';

const REST = '/api/2.0/mlflow';
const validators = new WeakMap<TSchema, Validator>();

/** A name and its value, as MLflow writes parameters and tags. */
export interface Entry {
  readonly key: string;
  readonly value: string;
}

/** The table as MLflow's calls take it. */
export function entries(table: Readonly<Record<string, string>>): Entry[] {
  return Object.entries(table).map(([key, value]) => ({ key, value }));
}

/** A call that changes nothing, under `/api/2.0/mlflow`. */
export function read(path: string, query: Readonly<Record<string, string>> = {}): Call {
  return { method: 'GET', path: `${REST}/${path}`, query, repeatable: true };
}

/** A call that leaves things the same when it is made twice. */
export function write(path: string, body: unknown, method: 'POST' | 'PATCH' | 'DELETE' = 'POST'): Call {
  return { method, path: `${REST}/${path}`, body, repeatable: true };
}

/** A call that makes something anew each time. */
export function create(path: string, body: unknown): Call {
  return { method: 'POST', path: `${REST}/${path}`, body, repeatable: false };
}

/** @throws RegistryError */
export async function ask<T extends TSchema>(http: MlflowHttp, schema: T, call: Call): Promise<Static<T>> {
  return checked(http, schema, call, await http.call(call));
}

/** The answer, or undefined where there is no such thing. */
export async function find<T extends TSchema>(http: MlflowHttp, schema: T, call: Call): Promise<Static<T> | undefined> {
  const answer = await http.call(call);
  if (!answer.ok && answer.code === 'RESOURCE_DOES_NOT_EXIST') return undefined;
  return checked(http, schema, call, answer);
}

/** @throws RegistryError `registry_failed` */
export function checked<T extends TSchema>(http: MlflowHttp, schema: T, call: Call, answer: Answer): Static<T> {
  const what = `MLflow at ${http.connection.base} answered ${call.method} ${call.path}`;
  if (!answer.ok) {
    const said = excerpt(answer.message, http.connection.secrets);
    throw new RegistryError('registry_failed', `${what} with ${answer.status} ${answer.code}: ${said}`);
  }
  const validator = validatorOf(schema);
  if (validator.Check(answer.value)) return answer.value as Static<T>;
  const [fault] = validator.Errors(answer.value);
  const where = fault === undefined ? '' : ` at '${fault.instancePath || '/'}': ${fault.message}`;
  throw new RegistryError(
    'registry_failed',
    `${what} with other JSON than MLflow 3 gives${where}. Is MLFLOW_TRACKING_URI the address of a tracking server?`,
  );
}

function validatorOf(schema: TSchema): Validator {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const made = Compile(schema);
  validators.set(schema, made);
  return made;
}
