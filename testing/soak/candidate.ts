/** Registers the trained version again as the newest candidate, by what `npm run stage -- register` registers with. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MODEL_NAME } from '../../config/model-name.js';
import { writeWhole } from '../../data/whole-file.js';
import type { ModelRegistry, ModelVersion } from '../../registry/model-registry.js';
import { SUMS_FILE } from '../../registry/version-files.js';
import { publish } from '../../training/publish.js';

/**
 * @param source the files of a version
 * @param work a folder to put the new one together in
 */
export async function registerCandidate(registry: ModelRegistry, source: string, work: string): Promise<ModelVersion> {
  const { features } = JSON.parse(await readFile(join(source, 'params.json'), 'utf8')) as { features: string[] };
  const metrics = { 'complete.mae': 3.1, 'complete.r2': 0.9 };
  const params = { features: features.join(', ') };
  return publish(registry, MODEL_NAME, work, {
    run: { params, metrics, tags: { data: 'sample' }, reports: [join(source, 'metrics.json')], startedAt: new Date() },
    columns: features,
    python: '3.12.0',
    onnx: '1.23.2',
    async fill(folder) {
      for (const name of await readdir(source)) {
        if (name !== SUMS_FILE) await writeWhole(join(folder, name), await readFile(join(source, name)));
      }
    },
  });
}
