/** The rows behind the figures: the worst of them, and what cleaning made of all. */
import { type Html, html } from '../html.js';
import { count, fixed, label, percent, signed } from '../numbers.js';
import type { ReportData } from '../report-data.js';
import { columns } from '../table.js';
import { tableHtml } from '../table-html.js';

/** A table of the worst test rows, with the values of their features; minutes. */
export function worstSection({ worst, model }: ReportData): Html {
  const table = {
    columns: columns('line#', 'took, min#', 'predicted#', 'error, min#', ...model.params.features),
    rows: worst.map(({ line, actual, predicted, values }) => [
      String(line),
      fixed(actual, 0),
      fixed(predicted, 1),
      signed(predicted - actual, 1),
      ...values.map(cell),
    ]),
  };
  const caption = `The ${worst.length} largest errors, by line of ${label(model.evaluation.data_file)}, with what the model saw`;
  return html`<p>Error is predicted minus actual: below 0, the delivery took longer than predicted.</p>${tableHtml(table, caption)}`;
}

function cell(value: string | number | undefined): string {
  if (value === undefined) return 'missing';
  return typeof value === 'number' ? String(Number(value.toFixed(2))) : label(value);
}

/** How many rows were kept, repaired and rejected, why, and which fields are missing. */
export function cleaningSection({ model: { cleaning } }: ReportData): Html {
  const { rows_in, rows_kept, rows_repaired, rows_rejected, ignored_columns } = cleaning;
  const line = (name: string, rows: number, of: number) => [label(name), count(rows), percent(rows / of)];
  const counts = (found: Readonly<Record<string, number>>, of: number) =>
    Object.entries(found)
      .sort(([, a], [, b]) => b - a)
      .map(([name, rows]) => line(name, rows, of));
  const tables: [caption: string, first: string, rows: string[][]][] = [
    [
      'Rows of the file',
      '',
      [
        line('in the file', rows_in, rows_in),
        line('kept', rows_kept, rows_in),
        line('of these repaired', rows_repaired, rows_in),
        line('rejected', rows_rejected, rows_in),
      ],
    ],
    ['Why rows were rejected', 'reason', counts(cleaning.rejected, rows_in)],
    ['Repairs of rows kept; a row may have several', 'repair', counts(cleaning.repaired, rows_kept)],
    ['Rows kept in which a field is missing', 'field', counts(cleaning.missing, rows_kept)],
  ];
  const ignored =
    ignored_columns.length === 0
      ? undefined
      : html`<p>Columns without use here: ${ignored_columns.map((name) => label(name)).join(', ')}.</p>`;
  return html`<div class="columns">${tables
    .filter(([, , rows]) => rows.length > 0)
    .map(([caption, first, rows]) =>
      tableHtml({ columns: columns(first, 'rows#', 'share#'), rows }, caption),
    )}</div>${ignored}`;
}
