/**
 * What a running server says of its shadow, as gates of promotion: the candidate has answered real orders beside what is
 * in production, and was not far from it.
 */
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { ShadowThresholds } from '../config/params.js';
import type { ModelVersion } from '../registry/model-registry.js';
import { PipelineError } from './errors.js';
import { atLeast, atMost, type Gate } from './gates.js';
import { SERVER_TIMEOUT_MS } from './limits.js';

/** Of `GET /model-info`, as far as it is read here. */
const ModelInfo = Type.Object({
  registered_model: Type.String(),
  shadow: Type.Union([
    Type.Null(),
    Type.Object({
      version: Type.Union([Type.Integer(), Type.Null()]),
      live_version: Type.Union([Type.Integer(), Type.Null()]),
      rows: Type.Integer({ minimum: 0 }),
      failed: Type.Integer({ minimum: 0 }),
      shed: Type.Integer({ minimum: 0 }),
      mean_absolute_difference: Type.Union([Type.Number(), Type.Null()]),
      largest_difference: Type.Union([Type.Number(), Type.Null()]),
    }),
  ]),
});
const modelInfo = Compile(ModelInfo);

/** How a version did as the shadow of another; kept with the version that is promoted. */
export interface ShadowSummary {
  /** The version whose answers callers got. */
  readonly live_version: number;
  readonly rows: number;
  readonly failed: number;
  readonly shed: number;
  /** Minutes; null without rows. */
  readonly mean_absolute_difference: number | null;
  readonly largest_difference: number | null;
}

/**
 * @param server its address
 * @param candidate whose shadow it must be
 * @param production the version in production, whose shadow it must be
 * @throws PipelineError `shadow_unusable`, saying what the server does instead
 */
export async function readShadow(
  server: string,
  candidate: ModelVersion,
  production: number | undefined,
): Promise<ShadowSummary> {
  const { registered_model: model, shadow } = await readModelInfo(server);
  const unusable = (found: string): PipelineError =>
    new PipelineError(
      'shadow_unusable',
      `${server}/model-info ${found}; wanted is version ${candidate.version} of ${candidate.name} as the shadow of ` +
        `version ${production ?? '(none)'}, which is in production. ` +
        `Start the server with SHADOW_ALIAS=staging, and give it requests.`,
    );
  if (model !== candidate.name) throw unusable(`serves ${model}`);
  if (shadow === null) throw unusable('has no shadow');
  const { version, live_version, ...figures } = shadow;
  if (version !== candidate.version) throw unusable(`has version ${version ?? '(none)'} as its shadow`);
  if (live_version === null) throw unusable('has compared no answer yet');
  if (live_version !== production) throw unusable(`has compared it with version ${live_version}`);
  return { live_version, ...figures };
}

/** No row at all passes none of them. */
export function shadowGates(thresholds: ShadowThresholds, summary: ShadowSummary): Gate[] {
  const { rows, failed, mean_absolute_difference } = summary;
  const asked = rows + failed;
  return [
    atLeast('shadow_min_rows', thresholds.min_rows, rows),
    atMost('shadow_max_mean_absolute_difference', thresholds.max_mean_absolute_difference, mean_absolute_difference),
    atMost('shadow_max_failed_share', thresholds.max_failed_share, asked === 0 ? null : failed / asked),
  ];
}

async function readModelInfo(server: string): Promise<Type.Static<typeof ModelInfo>> {
  const fault = (found: string): PipelineError =>
    new PipelineError(
      'shadow_unusable',
      `${server}/model-info ${found}. Name the address of a running server: --server http://HOST:PORT.`,
    );
  let response: Response;
  try {
    response = await fetch(`${server}/model-info`, { signal: AbortSignal.timeout(SERVER_TIMEOUT_MS) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw fault(`cannot be reached (${cause instanceof Error ? cause.message : String(cause)})`);
  }
  const text = await response.text();
  if (!response.ok) throw fault(`answered ${response.status}`);
  const info = parsed(text);
  if (!modelInfo.Check(info)) throw fault('is not what this program serves');
  return info;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not JSON: another program's page.
  }
}
