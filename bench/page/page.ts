/** A report as one HTML page that needs nothing else: tables, curves, and what was measured on what. */
import type { HeldTo } from '../held-to.js';
import { formatMachine, formatVersions } from '../machine.js';
import type { Report, ScenarioReport } from '../report.js';
import { HEADER, heldToRows, pointRows } from '../table.js';
import { chartsOf } from './curves.js';
import { escapeHtml } from './escape.js';
import { lineChart } from './line-chart.js';

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .875rem; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid #8884; text-align: right; white-space: nowrap; }
th:nth-child(-n+2), td:nth-child(-n+2), td:last-child { text-align: left; }
figure { margin: 1.5rem 0; max-width: 46rem; }
figcaption { font-weight: 600; }
svg { width: 100%; height: auto; }
svg text { font: 12px system-ui, sans-serif; fill: currentColor; }
svg .grid { stroke: #8884; }
`;

/** The text of the HTML file. */
export function reportPage(report: Report): string {
  const { at, machine, versions, modelUri, onnxRowUs, scenarios, heldTo } = report;
  const row =
    onnxRowUs === null ? '' : `<p>One row of ONNX Runtime at batch 32: ${onnxRowUs.toFixed(2)} µs of CPU.</p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bench of ${escapeHtml(modelUri)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Bench of ${escapeHtml(modelUri)}</h1>
<p>${escapeHtml(at)}. ${escapeHtml(formatMachine(machine))}.</p>
<p>${escapeHtml(formatVersions(versions))}.</p>
<h2>Held to</h2>
${heldToTable(heldTo)}
${row}
${scenarios.map(section).join('\n')}
</main>
</body>
</html>
`;
}

function heldToTable(lines: readonly HeldTo[]): string {
  return table(heldToRows(lines));
}

function section(scenario: ScenarioReport): string {
  const { name, about, points, notes } = scenario;
  return [
    `<h2>${escapeHtml(name)}</h2>`,
    `<p>${escapeHtml(about)}.</p>`,
    ...chartsOf(scenario).map(lineChart),
    points.length === 0 ? '' : table([HEADER, ...pointRows(points)]),
    ...notes.map((note) => `<p>${escapeHtml(note)}</p>`),
  ].join('\n');
}

/** @param rows the first is the header */
function table([header = [], ...rows]: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[], tag: string): string =>
    row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('');
  const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n');
  return `<div class="wide"><table><thead><tr>${cells(header, 'th')}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}
