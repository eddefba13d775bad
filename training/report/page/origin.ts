/** How the version was made: what one needs to make it again. */
import { flatten } from '../../run-description.js';
import { type Html, html } from '../html.js';
import { count } from '../numbers.js';
import type { ReportData } from '../report-data.js';
import { columns } from '../table.js';
import { tableHtml } from '../table-html.js';

/** Run, commit, checksums and parameters. */
export function originSection({ version, model }: ReportData): Html {
  const { evaluation, params, commit, name } = model;
  const { parity } = evaluation;
  const facts: [name: string, value: string, isHash?: true][] = [
    ['Version', `${name} ${version.version}`],
    ['Registered', version.createdAt],
    ['Run', version.runId, true],
    ['Commit', commit, true],
    ['Data', evaluation.data_file],
    ['SHA-256 of the data', evaluation.data_sha256, true],
    ['SHA-256 of the graph', evaluation.model_sha256, true],
    [
      'Parity',
      `What the workers answer differs from Python by at most ${parity.largest_difference.toExponential(1)} min on the test rows; ` +
        `${count(parity.rows_near_threshold)} rows lie so near to a threshold of the meta-model that either side is right.`,
    ],
  ];
  const rows = flatten(params).map(([key, value]) => [key, String(value)]);
  return html`<dl>${facts.map(
    ([
      term,
      value,
      isHash,
    ]) => html`<dt>${term}</dt><dd>${isHash ? html`<span class="hash">${value}</span>` : value}</dd>
`,
  )}</dl>
${tableHtml({ columns: columns('parameter', 'value'), rows }, 'Parameters, as in params.yaml')}`;
}
