/** The gates with their limits, and the version beside the one in production. */
import { COMPARISON_GATE } from '../../comparison.js';
import type { GateRow, Verdict } from '../gate-table.js';
import { type Content, type Html, html } from '../html.js';
import { metricsTable } from '../metrics-table.js';
import { fixed } from '../numbers.js';
import type { ReportData } from '../report-data.js';
import { tableHtml } from '../table-html.js';
import { verdict } from './verdict.js';

const CAPTION = 'The gates of promotion, from params.yaml';

/** The table of gates, with what both targets of promotion say of each. */
export function gatesSection({ gates }: ReportData): Html {
  const against = gates.some(({ name }) => name === COMPARISON_GATE);
  return html`<p>Complete rows are judged; the figure over all rows stands beside it for comparison. Speed is measured over HTTP when the version is promoted.${against ? ' The comparison with production is of all rows: the lower end of the interval of the difference of the mean absolute errors.' : ''}</p>
<div class="frame" role="region" aria-label="${CAPTION}" tabindex="0"><table class="gates"><caption>${CAPTION}</caption>
<thead><tr><th scope="col">gate</th><th scope="col" class="number">complete rows</th><th scope="col" class="number">all rows</th><th scope="col">for staging</th><th scope="col">for production</th></tr></thead>
<tbody>${gates.map(gateHtml)}</tbody></table></div>
`;
}

function gateHtml({ name, relation, value, allRows, staging, production }: GateRow): Html {
  return html`<tr><th scope="row"><code>${name}</code></th><td class="number">${shown(value)}</td><td class="number">${shown(allRows)}</td>
<td>${verdictHtml(relation, staging)}</td><td>${verdictHtml(relation, production)}</td></tr>
`;
}

function shown(value: number | null | undefined): string {
  if (value == null) return '–';
  return Number.isInteger(value) ? String(value) : fixed(value, 4);
}

function verdictHtml(relation: string, found: Verdict | undefined): Content {
  if (found === undefined) return '–';
  return html`${verdict(found.passed)} (${relation} ${found.limit})`;
}

/** What the comparison says, and the metrics of both versions where the other one can be read. */
export function productionSection({ standing, complete, all, version }: ReportData): Html {
  const { comparison, production } = standing;
  const told = html`<p>${comparison.told}</p>`;
  if (production === undefined) return told;
  const orders = production.sameOrders
    ? 'Both were judged on the same test orders. Which of them are complete depends on the features of each.'
    : 'Each was judged on its own test orders, which differ: compare with care. Promotion has both answer the same ones.';
  const sets = [
    { name: `version ${version.version}, complete`, metrics: complete },
    { name: `version ${production.version}, complete`, metrics: production.complete },
    { name: `version ${version.version}, all`, metrics: all },
    { name: `version ${production.version}, all`, metrics: production.all },
  ];
  return html`${told}<p>${orders}</p>${tableHtml(metricsTable(sets), `This version and version ${production.version}, in production when this page was made`)}`;
}
