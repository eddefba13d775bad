/**
 * The page: one file that needs nothing else. It has no script, and its policy forbids any, and any request: a word of
 * the data that were taken for markup, in spite of all, could still do nothing.
 */
import { blocksHtml } from './document.js';
import type { Figures } from './figures.js';
import { type Html, html, Html as Markup } from './html.js';
import { type ModelCard, SAMPLE_WARNING } from './model-card.js';
import { type Draw, figuresHtml } from './page/figure-html.js';
import { gatesSection, productionSection } from './page/gates.js';
import { headline, tiles } from './page/headline.js';
import { originSection } from './page/origin.js';
import { cleaningSection, worstSection } from './page/rows.js';
import { STYLE } from './page/style.js';
import type { ReportData } from './report-data.js';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

interface Part {
  readonly id: string;
  readonly title: string;
  readonly content: Html;
}

/** @returns the text of the file */
export async function reportPage(data: ReportData, figures: Figures, card: ModelCard, draw: Draw): Promise<string> {
  const parts: Part[] = [
    { id: 'glance', title: 'At a glance', content: tiles(data) },
    { id: 'gates', title: 'Gates', content: gatesSection(data) },
    { id: 'production', title: 'Against production', content: productionSection(data) },
    {
      id: 'predictions',
      title: 'Predictions and errors',
      content: await figuresHtml(figures.predictions, draw),
    },
    { id: 'slices', title: 'Where it errs', content: html`${SLICES}${await figuresHtml(figures.slices, draw)}` },
    { id: 'features', title: 'What it leans on', content: await figuresHtml(figures.importance, draw, IMPORTANCE) },
    { id: 'worst', title: 'The worst rows', content: worstSection(data) },
    { id: 'cleaning', title: 'Cleaning', content: cleaningSection(data) },
    { id: 'card', title: 'Model card', content: cardHtml(card, data.isSample) },
    { id: 'origin', title: 'How it was made', content: originSection(data) },
  ];
  const title = `${data.model.name} version ${data.version.version}: training report`;
  return `${frame(title, data, parts).markup}\n`;
}

const IMPORTANCE = html`<div class="note"><h3>How to read it</h3>
<p>The values of one feature are shuffled among the test orders, three times over, and the model answers again. What it then errs more by is what it had from that feature.</p>
<p>Features that tell much the same share their importance: each alone looks smaller than both. One near 0 may not be needed: take it out of <code>params.yaml</code>, train, and compare. What the model leans on goes together with long deliveries, and need not cause them.</p></div>`;

const SLICES = html`<p>Over all test rows, complete or not. A bar is the 95 % interval of a mean: where bars overlap by much, the difference may be chance. Beside each name stands the number of its orders.</p>
`;

function frame(title: string, data: ReportData, parts: readonly Part[]): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(STYLE)}</style>
</head>
<body>
<div class="page">
<header>
${headline(data)}<nav aria-label="Sections"><ul>${parts.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main>
${parts.map(
  ({ id, title, content }) => html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${content}</section>
`,
)}</main>
</div>
</body>
</html>`;
}

/** The card in the page; the warning of sample data stands on top of it already. */
function cardHtml({ lead, sections }: ModelCard, isSample: boolean): Html {
  return html`<p class="soft">The same text is in model-card.md beside this page, and travels with the version.</p>
<div class="card">${isSample ? html`<p class="warning">${SAMPLE_WARNING}</p>` : blocksHtml(lead)}
${sections.map(
  ({ title, blocks }) => html`<h3>${title}</h3>
${blocksHtml(blocks)}`,
)}</div>
`;
}
