/**
 * The last stage: a page about the version that was just registered, with its model card. The page speaks of what is in
 * production at this moment and so is no part of the version, which never changes; it can be made again at any time.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Environment } from '../config/environment.js';
import { writeWhole } from '../data/whole-file.js';
import type { ModelRegistry, ModelVersion } from '../registry/model-registry.js';
import { openRegistry, registryOptions } from '../registry/open-registry.js';
import { readJudgedVersion } from './judged-version.js';
import { readRegistered } from './registered.js';
import { figuresOf } from './report/figures.js';
import { MODEL_CARD_FILE, modelCard } from './report/model-card.js';
import { reportPage } from './report/page.js';
import { standingOf } from './report/production.js';
import { reportData } from './report/report-data.js';
import { readTrainedModel } from './report/trained-model.js';
import type { PipelineContext, Stage } from './stage.js';

const PAGE_FILE = 'index.html';
/** Its folder among the artifacts of the run. */
const IN_RUN = 'report';

/** The stage. It throws RegistryError, PipelineError, OutputError, and what the models of the versions throw. */
export const report: Stage = {
  name: 'report',
  purpose: 'a page about the new version, and its model card',
  async run(context: PipelineContext): Promise<void> {
    const { environment, files } = context;
    const { name, version } = await readRegistered(files);
    const registry = await openRegistry(registryOptions(environment));
    const page = await writeReport(registry, await registry.getModelVersion(name, version), context);
    context.say(`see ${page}`);
  },
};

/** The path of the page about a version. */
export function reportFile({ REPORTS_DIR }: Pick<Environment, 'REPORTS_DIR'>, version: number): string {
  return join(REPORTS_DIR, String(version), PAGE_FILE);
}

/**
 * Writes the report of a version, and keeps it with the version's run.
 * @returns the path of the page
 * @throws RegistryError, PipelineError, OutputError
 */
async function writeReport(
  registry: ModelRegistry,
  version: ModelVersion,
  { environment, params }: Pick<PipelineContext, 'environment' | 'params'>,
): Promise<string> {
  const { promotion_policy: policy } = params;
  const judged = await readJudgedVersion(registry, version);
  const model = await readTrainedModel(judged.folder, version.name, version.tags['git_commit'] ?? 'unknown');
  const standing = await standingOf(registry, judged, policy.production.comparison, environment.WORKERS);
  const data = reportData(version, model, standing, policy);
  // Loaded here, since all that runs stages would wait for it otherwise.
  const { drawSvg } = await import('./report/draw.js');
  const page = reportFile(environment, version.version);
  await writeWhole(page, await reportPage(data, figuresOf(data), modelCard(model), drawSvg));
  const card = join(dirname(page), MODEL_CARD_FILE);
  await writeWhole(card, await readFile(join(judged.folder, MODEL_CARD_FILE)));
  await registry.addToRun(version, IN_RUN, [page, card]);
  return page;
}
