/** What a run needs: orders, the real server and the bare reference, started and warm, and all taken away afterwards. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readEnvironment } from '../config/environment.js';
import { MODEL_NAME } from '../config/model-name.js';
import { runPaced } from './load/paced.js';
import type { Subject } from './measurement.js';
import { startBare } from './references/start-bare.js';
import { BARE, SERVER } from './scenario.js';
import { startServerProcess } from './server-process.js';

const SAMPLE_MAKER = fileURLToPath(new URL('../data/make-sample.js', import.meta.url));
/** Some of them cannot be sent; what is left is still more than a processor's cache holds. */
const SAMPLE = ['--rows', '7000', '--seed', '42'];

/** Code that is compiled and memory that is at hand, as in a server that has run for a while. */
const WARM_UP = { connections: 64, warmUpSeconds: 0 };

/** What is there while a run measures. Every server is warm. */
export interface Stage {
  readonly server: Subject;
  readonly bare: Subject;
  /** A server for each version asked for beside. */
  readonly beside: readonly Subject[];
  /** Environment variables that the server was started with. */
  readonly settings: Readonly<Record<string, string>>;
  /** One order, as JSON, a line. */
  readonly ordersFile: string;
  /** What the server serves. */
  readonly model: ServedVersion;
  /** The graph of the version that is served; undefined where its file is not on this machine. */
  readonly modelFile: string | undefined;
  /** By server, the graph of its version; without those whose file is not on this machine. */
  readonly modelFiles: ReadonlyMap<string, string>;
  /** For files of this run. */
  readonly folder: string;
}

/** What `GET /model-info` answers, as far as a run reads it. */
export interface ServedVersion {
  readonly version: number;
  /** Null where the version was asked for by its number. */
  readonly alias: string | null;
}

interface StageOptions {
  readonly modelUri: string;
  /** Versions to be served beside it. */
  readonly beside?: readonly number[];
  readonly ordersFile: string | undefined;
  readonly warmUpSeconds: number;
}

interface Started {
  readonly subject: Subject;
  /** Environment variables that it was started with. */
  readonly settings: Readonly<Record<string, string>>;
  readonly model: ServedVersion;
  readonly modelFile: string | undefined;
}

/**
 * Runs `use` on the stage.
 * @throws ServerDidNotStart, ProgramDidNotStart
 */
export async function onStage<T>(options: StageOptions, use: (stage: Stage) => Promise<T>): Promise<T> {
  const { modelUri, beside = [], ordersFile, warmUpSeconds: seconds } = options;
  const folder = await mkdtemp(join(tmpdir(), 'food-eta-bench-'));
  const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const orders = ordersFile ?? (await sampleOrders(join(folder, 'orders.ndjson')));
    const start = async (name: string, uri: string): Promise<Started> => {
      const settings = { MODEL_URI: uri, CACHE_DIR: join(folder, name), SHADOW_ALIAS: '', LOG_LEVEL: 'info' };
      const { url, pid, stop } = await startServerProcess(settings);
      stops.unshift(stop);
      const model = (await (await fetch(`${url}/model-info`)).json()) as ServedVersion;
      const modelFile = await findModelFile(model.version, settings.CACHE_DIR);
      return { subject: { name, url, pid }, settings, model, modelFile };
    };
    const first = await start(SERVER, modelUri);
    const others: Started[] = [];
    for (const version of beside) others.push(await start(`version ${version}`, `models:/${MODEL_NAME}/${version}`));
    const bare = await startBare(first.model.version);
    stops.unshift(() => bare.stop());
    const subjects = [first, ...others].map(({ subject }) => subject);
    await Promise.all([...subjects, bare].map(({ url }) => runPaced({ url, ordersFile: orders, ...WARM_UP, seconds })));
    return await use({
      server: first.subject,
      beside: others.map(({ subject }) => subject),
      bare: { name: BARE, url: bare.url, pid: bare.pid },
      settings: first.settings,
      ordersFile: orders,
      model: first.model,
      modelFile: first.modelFile,
      modelFiles: new Map(
        [first, ...others].flatMap(({ subject, modelFile }) =>
          modelFile === undefined ? [] : [[subject.name, modelFile]],
        ),
      ),
      folder,
    });
  } finally {
    for (const stop of stops) await stop();
  }
}

async function sampleOrders(file: string): Promise<string> {
  await promisify(execFile)(process.execPath, [SAMPLE_MAKER, ...SAMPLE, '--out', file]);
  return file;
}

/** In the embedded registry, or where the server has put what it fetched from another one. */
async function findModelFile(version: number, cache: string): Promise<string | undefined> {
  const { MLFLOW_TRACKING_URI, REGISTRY_DIR } = readEnvironment();
  if (MLFLOW_TRACKING_URI === '') {
    return join(REGISTRY_DIR, MODEL_NAME, 'versions', String(version), 'files', 'model.onnx');
  }
  const files = existsSync(cache) ? await readdir(cache, { recursive: true }) : [];
  const found = files.find((file) => file.endsWith('model.onnx'));
  return found === undefined ? undefined : join(cache, found);
}
