/** HTML that is safe by construction: whatever is put into a template is escaped, unless it is HTML already. */

/** Markup, as opposed to text. */
export class Html {
  readonly markup: string;

  /** @param markup that is known to be well-formed and harmless */
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What may be put into a template: text and numbers are escaped, markup is not. */
export type Content = Html | string | number | undefined | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A template of markup: html`<td>${text}</td>`. Lists are joined, undefined is nothing. */
export function html(markup: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(markup.map((part, at) => `${part}${rendered(contents[at])}`).join(''));
}

function rendered(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Html) return content.markup;
  if (isList(content)) return content.map(rendered).join('');
  return String(content).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const isList: (content: Content) => content is readonly Content[] = Array.isArray;
