/** The top of the page: what it is about, and how good it is, at a glance. */
import type { GateRow } from '../gate-table.js';
import { type Content, type Html, html } from '../html.js';
import { SAMPLE_WARNING } from '../model-card.js';
import { count, fixed, label, signed } from '../numbers.js';
import type { ReportData } from '../report-data.js';
import { verdict } from './verdict.js';

/** Name, data, the warning of invented orders, and whether it holds to the gates of accuracy. */
export function headline({ version, model, isSample, gates }: ReportData): Html {
  const { evaluation, cleaning } = model;
  const time = version.createdAt.slice(0, 16).replace('T', ' ');
  return html`<h1>${model.name}, version ${version.version}</h1>
<p class="soft">Estimates the minutes that a food delivery takes. Made of ${count(cleaning.rows_kept)} orders of ${label(evaluation.data_file)}, ${count(evaluation.all.rows)} of them kept for testing; registered <time datetime="${version.createdAt}">${time} UTC</time>.</p>
${isSample ? html`<p class="warning" role="note">${SAMPLE_WARNING}</p>` : undefined}
<p>${accuracyVerdict(gates)}</p>
`;
}

function accuracyVerdict(gates: readonly GateRow[]): Content {
  const decided = gates.filter(({ staging }) => staging?.passed !== undefined);
  const failed = decided.filter(({ staging }) => staging?.passed === false).map(({ name }) => name);
  if (failed.length === 0) {
    return html`<span class="pass">✓ Holds to all ${decided.length} gates of accuracy</span> for staging. Those of speed are measured when it is promoted.`;
  }
  return html`<span class="fail">✗ Breaks ${failed.length} of ${decided.length} gates of accuracy</span> for staging: ${failed.join(', ')}.`;
}

/** What a tile shows of the metrics of complete rows, and the gate that it is held to. */
interface Tile {
  readonly name: string;
  readonly unit: string;
  readonly gate?: string;
  readonly decimals: number;
  readonly key: 'r2' | 'mae' | 'extreme_errors' | 'p95_absolute_error';
}

/** The four figures that matter most, of the complete test rows, with their gates and those in production. */
export function tiles(data: ReportData): Html {
  const { extreme_error_threshold: threshold, rows } = data.complete;
  const shown: Tile[] = [
    { name: 'R2', unit: '', gate: 'min_test_r2', decimals: 4, key: 'r2' },
    { name: 'Mean absolute error', unit: 'min', gate: 'max_test_mae', decimals: 3, key: 'mae' },
    {
      name: `Errors over ${threshold} min`,
      unit: 'orders',
      gate: 'max_extreme_errors',
      decimals: 0,
      key: 'extreme_errors',
    },
    { name: '95 % of the errors are below', unit: 'min', decimals: 2, key: 'p95_absolute_error' },
  ];
  return html`<p class="soft">On the ${count(rows)} complete test rows, in which no input is missing: what the gates judge. Telling the median of all test orders each time would be wrong by ${fixed(data.medianMae, 2)} min in the mean.</p>
<ul class="tiles">${shown.map((tile) => tileHtml(tile, data))}</ul>
`;
}

function tileHtml({ name, unit, gate, decimals, key }: Tile, { complete, gates, standing }: ReportData): Html {
  const row = gates.find((each) => each.name === gate);
  const { production } = standing;
  const difference = production && complete[key] - production.complete[key];
  return html`<li class="tile"><div class="name">${name}</div>
<div class="value">${fixed(complete[key], decimals)} <span class="unit">${unit}</span></div>
${row?.staging && html`<p>${verdict(row.staging.passed)} gate: ${row.relation} ${row.staging.limit}</p>`}
${
  production &&
  html`<p class="soft">version ${production.version}, in production: ${fixed(production.complete[key], decimals)} (${signed(difference ?? 0, decimals)})${production.sameOrders ? '' : ', on other orders'}</p>`
}</li>
`;
}
