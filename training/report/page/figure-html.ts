/** A plot in the page: drawn for a screen and for a phone, told in words to those who see neither, and as a table. */
import type { Figure } from '../figure.js';
import { Html, html } from '../html.js';
import { tableHtml } from '../table-html.js';
import { WIDTHS } from '../theme.js';

/** Gives a plot as an `svg` element, as `drawSvg` does. */
export type Draw = (spec: ReturnType<Figure['plot']>) => Promise<string>;

/** @param beside stands in the last place */
export async function figuresHtml(figures: readonly Figure[], draw: Draw, beside?: Html): Promise<Html> {
  const drawn: Html[] = [];
  for (const figure of figures) drawn.push(await figureHtml(figure, draw));
  return html`<div class="plots">${drawn}${beside}</div>
`;
}

async function figureHtml({ id, title, finding, plot, table }: Figure, draw: Draw): Promise<Html> {
  const [wide, narrow] = [await draw(plot(WIDTHS.wide)), await draw(plot(WIDTHS.narrow))].map(drawing);
  const name = `${title}. ${finding}`;
  return html`<figure id="${id}"><h3>${title}</h3>
<div class="plot wide" role="img" aria-label="${name}">${wide}</div>
<div class="plot narrow" role="img" aria-label="${name}">${narrow}</div>
<figcaption><p>${finding}</p></figcaption>
<details><summary>The numbers of this plot</summary>${tableHtml(table, title)}</details></figure>
`;
}

/** What the library draws is markup already, with every text in it escaped. It is named by what stands around it. */
function drawing(svg: string): Html {
  return new Html(svg.replace(/^<svg /, '<svg aria-hidden="true" '));
}
