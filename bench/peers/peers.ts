/** The peers, in the order in which they are measured and shown. Each has a folder with its program and its lock. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EncodedOrder, numberAt, type Peer } from './peer.js';

/** Seen from `dist/bench/peers/`. */
export const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));

const fastify: Peer = {
  name: 'fastify',
  title: 'Fastify',
  package: 'fastify',
  isPython: false,
  about: 'onnxruntime-node, one order a run',
  path: '/predict',
  bodyOf: ({ order }) => order,
  minutesOf,
  launch: () => ({ command: process.execPath, args: [fileURLToPath(new URL('fastify/server.js', import.meta.url))] }),
};

const fastapi: Peer = {
  name: 'fastapi',
  title: 'FastAPI',
  package: 'fastapi',
  isPython: true,
  about: 'onnxruntime, one row a run; uvicorn',
  path: '/predict',
  bodyOf: rowBody,
  minutesOf,
  launch: () => ({ command: program('fastapi', 'python'), args: [source('fastapi', 'serve.py')] }),
};

const mlserver: Peer = {
  name: 'mlserver',
  title: 'MLServer',
  package: 'mlserver',
  isPython: true,
  about: 'batches of 32 / 2 ms; Open Inference Protocol',
  path: '/v2/models/estimator/infer',
  bodyOf: ({ features }) =>
    JSON.stringify({
      inputs: [{ name: 'features', datatype: 'FP32', shape: [1, features.length], data: features }],
    }),
  minutesOf: (answer) => numberAt(answer, 'outputs', 0, 'data', 0),
  launch: ({ ports: [http, grpc, metrics] }) => ({
    command: program('mlserver', 'mlserver'),
    args: ['start', source('mlserver')],
    settings: {
      MLSERVER_HTTP_PORT: String(http),
      MLSERVER_GRPC_PORT: String(grpc),
      MLSERVER_METRICS_PORT: String(metrics),
    },
  }),
};

const bentoml: Peer = {
  name: 'bentoml',
  title: 'BentoML',
  package: 'bentoml',
  isPython: true,
  about: 'adaptive batches of up to 32',
  path: '/predict',
  bodyOf: ({ features }) => JSON.stringify({ features: [features] }),
  minutesOf: (answer) => numberAt(answer, 0),
  launch: ({ ports: [http], folder }) => ({
    command: program('bentoml', 'bentoml'),
    args: [
      'serve',
      'service.py:Estimator',
      '--working-dir',
      source('bentoml'),
      '--host',
      '127.0.0.1',
      '--port',
      String(http),
    ],
    settings: { BENTOML_HOME: join(folder, 'bentoml'), BENTOML_DO_NOT_TRACK: 'True' },
  }),
};

const litserve: Peer = {
  name: 'litserve',
  title: 'LitServe',
  package: 'litserve',
  isPython: true,
  about: 'batches of 32 / 2 ms',
  path: '/predict',
  bodyOf: rowBody,
  minutesOf,
  launch: () => ({ command: program('litserve', 'python'), args: [source('litserve', 'serve.py')] }),
};

const rayServe: Peer = {
  name: 'ray-serve',
  title: 'Ray Serve',
  package: 'ray',
  isPython: true,
  about: 'batches of 32 / 2 ms; one replica',
  path: '/predict',
  bodyOf: rowBody,
  minutesOf,
  launch: () => ({
    command: program('ray-serve', 'python'),
    args: [source('ray-serve', 'serve.py')],
    settings: { RAY_USAGE_STATS_ENABLED: '0', RAY_AUTH_MODE: 'disabled' },
  }),
};

/** All of them; `--peers` takes their names. */
export const PEERS: readonly Peer[] = [fastify, fastapi, mlserver, bentoml, litserve, rayServe];

function rowBody({ features }: EncodedOrder): string {
  return JSON.stringify({ features });
}

function minutesOf(answer: unknown): number {
  return numberAt(answer, 'estimated_delivery_minutes');
}

/** A program of a Python peer's environment. */
function program(peer: string, name: string): string {
  return join(PROJECT, '.venv-peers', peer, 'bin', name);
}

/** What is not built lies with the sources. */
function source(peer: string, ...path: readonly string[]): string {
  return join(PROJECT, 'bench', 'peers', peer, ...path);
}

/** The version of a peer, as its lock has it. */
export async function versionOf({ name, package: packageName, isPython }: Peer): Promise<string> {
  if (isPython) {
    const lock = await readFile(source(name, 'requirements.txt'), 'utf8');
    const line = lock.split('\n').find((each) => each.startsWith(`${packageName}==`));
    return /==([\w.]+)/.exec(line ?? '')?.[1] ?? 'unknown';
  }
  const { devDependencies } = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8')) as {
    devDependencies: Readonly<Record<string, string>>;
  };
  return devDependencies[packageName] ?? 'unknown';
}
