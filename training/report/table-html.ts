/** Tables in the page. Each may be wider than a phone, and then moves within its own frame. */
import { type Content, type Html, html } from './html.js';
import type { Table } from './table.js';

/** Columns that do not fit on paper in the size of text. */
const MANY = 8;

/** @param caption says what it is, to those who come upon it without what stands around it */
export function tableHtml({ columns, rows }: Table, caption: string): Html {
  const kind = (at: number): Content => (columns[at]?.numeric ? html` class="number"` : undefined);
  return html`<div class="frame" role="region" aria-label="${caption}" tabindex="0"><table${columns.length > MANY ? html` class="many"` : undefined}>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ name }, at) => html`<th scope="col"${kind(at)}>${parted(name)}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([head = '', ...cells]) =>
      html`<tr><th scope="row"${kind(0)}>${head}</th>${cells.map((cell, at) => html`<td${kind(at + 1)}>${cell}</td>`)}</tr>
`,
  )}</tbody>
</table></div>
`;
}

/** Names of features are long: they may be parted where their words are. */
function parted(name: string): Content {
  return name.split('_').map((word, at) => (at === 0 ? word : html`_<wbr>${word}`));
}
