/** A text in sections, apart from how it is written: the model card is one, as Markdown and within the page. */
import { type Content, html } from './html.js';
import type { Table } from './table.js';
import { tableHtml } from './table-html.js';

/** Of a text, below a heading of the second level. */
export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** Plain text throughout. */
export type Block =
  | { readonly paragraph: string }
  | { readonly list: readonly string[] }
  | { readonly table: Table; readonly caption: string };

/** @param title of the first level */
export function markdown(title: string, lead: readonly Block[], sections: readonly Section[]): string {
  const parts = [
    `# ${escaped(title)}`,
    ...lead.map(markdownBlock),
    ...sections.flatMap((section) => [`## ${escaped(section.title)}`, ...section.blocks.map(markdownBlock)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function markdownBlock(block: Block): string {
  if ('paragraph' in block) return escaped(block.paragraph);
  if ('list' in block) return block.list.map((item) => `- ${escaped(item)}`).join('\n');
  const { columns, rows } = block.table;
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  const rule = `|${columns.map(({ numeric }) => (numeric ? '---:' : '---')).join('|')}|`;
  return [`${escaped(block.caption)}:`, '', line(columns.map(({ name }) => name)), rule, ...rows.map(line)].join('\n');
}

/** What Markdown would take for its own, HTML included, is told to be text; a line stays one. */
function escaped(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_[\]|#~]/g, (character) => `\\${character}`);
}

/** The blocks of a section or a lead as markup; their heading is the caller's. */
export function blocksHtml(blocks: readonly Block[]): Content {
  return blocks.map((block) => {
    if ('paragraph' in block) return html`<p>${block.paragraph}</p>`;
    if ('list' in block) return html`<ul>${block.list.map((item) => html`<li>${item}</li>`)}</ul>`;
    return tableHtml(block.table, block.caption);
  });
}
