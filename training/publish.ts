/** Puts a version's files together, with those by which MLflow knows it, and registers them as the newest candidate. */
import { rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { tellingOutputFaults } from '../data/output-error.js';
import { makeFolder, writeWhole } from '../data/whole-file.js';
import { CANDIDATE } from '../registry/alias-moves.js';
import { mlflowFiles } from '../registry/mlmodel.js';
import type { ModelRegistry, ModelVersion, TrainingRun } from '../registry/model-registry.js';
import { writeSums } from '../registry/version-files.js';

/** What a new version is made of. */
export interface NewCandidate {
  /** The run that made it; the version has its tags. */
  readonly run: TrainingRun;
  /** Names of the model's columns, in order. */
  readonly columns: readonly string[];
  /** Versions of what made the model. */
  readonly python: string;
  readonly onnx: string;
  /** Puts the version's own files into the folder, `model.onnx` among them. */
  readonly fill: (folder: string) => Promise<void>;
}

/**
 * @param folder a place to put it together in; cleared before and after
 * @throws RegistryError, and what `fill` throws
 */
export async function publish(
  registry: ModelRegistry,
  name: string,
  folder: string,
  { run, columns, python, onnx, fill }: NewCandidate,
): Promise<ModelVersion> {
  await tellingOutputFaults(folder, () => rm(folder, { recursive: true, force: true }));
  await tellingOutputFaults(folder, () => makeFolder(folder));
  try {
    await fill(folder);
    const modelBytes = (await stat(join(folder, 'model.onnx'))).size;
    // Last before the version itself, since the run is ended with it.
    const ids = await registry.logRun(name, run);
    const versions = { python, onnx, onnxruntime: onnxRuntimeVersion() };
    const mlflow = mlflowFiles({ ...ids, ...versions, createdAt: new Date(), columns, modelBytes });
    for (const [file, content] of Object.entries(mlflow)) await writeWhole(join(folder, file), content);
    await tellingOutputFaults(folder, () => writeSums(folder));
    const version = await registry.createModelVersion(name, folder, { ...ids, tags: run.tags });
    await registry.setAlias(name, CANDIDATE, version.version);
    return version;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The release that judged the model, which MLflow then serves it with. */
function onnxRuntimeVersion(): string {
  const manifest: { version: string } = createRequire(import.meta.url)('onnxruntime-node/package.json');
  return manifest.version;
}
