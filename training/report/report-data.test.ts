/** What the report says, as data: bins, calibration, slices and worst rows, on figures that can be checked by hand. */
import t from 'tap';
import type { Slice } from '../slices.js';
import { binWidth, histogram, jointHistogram } from './bins.js';
import { calibration } from './calibration.js';
import { dimensionOf, errorOfMedian, extremesOf, interval } from './dimensions.js';
import { markdown } from './document.js';
import { sliceFigure } from './figures/slices.js';
import { html } from './html.js';
import { fixed, signed } from './numbers.js';
import { withinOf, worstRowsOf } from './report-data.js';

t.test(
  'a bin holds its lower end and not its upper, below 0 too, and those between are there when empty',
  async (t) => {
    t.strictSame(histogram([-0.5, -1, 0, 0.99, 1, 3], 1), [
      { from: -1, to: 0, count: 2 },
      { from: 0, to: 1, count: 2 },
      { from: 1, to: 2, count: 1 },
      { from: 2, to: 3, count: 0 },
      { from: 3, to: 4, count: 1 },
    ]);
    t.strictSame(histogram([], 1), []);
  },
);

t.test('bins are as narrow as can be without being too many', async (t) => {
  t.equal(binWidth(-10, 10, 0.5, 60), 0.5);
  t.equal(binWidth(-20, 20, 0.5, 60), 1);
  t.equal(binWidth(0, 1_000_000, 1, 60), 20_000);
  t.equal(binWidth(7, 7, 1, 60), 1, 'also of one value');
  t.throws(() => binWidth(0, Number.POSITIVE_INFINITY, 1, 60), RangeError);
});

t.test('pairs are counted in squares, the empty ones left out', async (t) => {
  t.strictSame(jointHistogram([10, 11, 12, 10], [10.5, 11.9, 12, 13], 2), [
    { x: 10, y: 10, count: 2 },
    { x: 10, y: 12, count: 1 },
    { x: 12, y: 12, count: 1 },
  ]);
});

t.test('calibration tells what was predicted and what happened, of about as many rows each', async (t) => {
  const bins = calibration([30, 10, 20, 40], [33, 11, 19, 41], 2);
  t.match(bins, [
    { from: 10, to: 20, rows: 2, mean_predicted: 15, mean_actual: 15, bias: 0 },
    { from: 30, to: 40, rows: 2, mean_predicted: 35, mean_actual: 37, bias: -2 },
  ]);
  t.equal(bins[1]?.bias_standard_error, 1, 'residuals -3 and -1: variance 2, of two');
});

t.test('rows of the same prediction are never parted', async (t) => {
  const bins = calibration([5, 5, 5, 5, 9], [4, 5, 6, 5, 9], 5);
  t.strictSame(
    bins.map(({ from, to, rows, bias }) => [from, to, rows, bias]),
    [
      [5, 5, 4, 0],
      [9, 9, 1, 0],
    ],
  );
  t.equal(bins[1]?.bias_standard_error, null, 'one row has no error of its mean');
});

function slice(value: string, rows: number, mae = 1): Slice {
  return { value, rows, mae, mae_standard_error: 0.1, mean_residual: 0, largest_error: 2 };
}

t.test('ordered dimensions keep their order, others go by their counts, and what is missing comes last', async (t) => {
  const valuesOf = (name: string, ...slices: Slice[]) => dimensionOf(name, slices).slices.map(({ value }) => value);
  t.strictSame(valuesOf('hour', slice('missing', 9), slice('10', 1), slice('09', 5)), ['09', '10', 'missing']);
  t.strictSame(valuesOf('city', slice('missing', 9), slice('a', 1), slice('b', 5)), ['b', 'a', 'missing']);
});

t.test('of thousands of values a plot shows few and a table many, and the text says so', async (t) => {
  const slices = Array.from({ length: 5_000 }, (_, at) => slice(`city ${at}`, 5_000 - at, at / 100));
  const dimension = dimensionOf('city', slices);
  t.equal(dimension.shown.length, 10);
  t.equal(dimension.shown[0]?.value, 'city 0');
  const all = { rows: 5_000, mae: 3.5 } as Parameters<typeof sliceFigure>[1]['all'];
  const { finding, table } = sliceFigure(dimension, { all });
  t.equal(table.rows.length, 100);
  t.match(finding, /The plot shows the 10 most frequent values, the table 90 more\. Over all it is 3\.50 min/);
  t.strictSame(
    table.rows[0],
    ['city 0', '5,000', '0.00', '0.00 to 0.20', '0.00', '2.0'],
    'with its count, and no error below 0',
  );
});

t.test('the best and the worst are named among values with rows enough to speak of', async (t) => {
  const dimension = dimensionOf('city', [
    slice('lucky', 29, 0.1),
    slice('a', 30, 2),
    slice('b', 900, 3),
    slice('c', 31, 2.5),
  ]);
  t.match(extremesOf(dimension), { least: { value: 'a' }, greatest: { value: 'b' } });
  t.equal(extremesOf(dimensionOf('city', [slice('a', 900), slice('b', 29)])), undefined);
});

t.test('an interval reaches 1.96 standard errors to either side, and nowhere where there is none', async (t) => {
  t.strictSame(interval(3, 0.5), { low: 3 - 0.98, high: 3 + 0.98 });
  t.strictSame(interval(3, null), { low: 3, high: 3 });
});

t.test('shares within so many minutes count either side, the limit itself too', async (t) => {
  t.strictSame(withinOf(Float64Array.of(-2, -1, 0.5, 3), [1, 2]), [
    { minutes: 1, share: 0.5 },
    { minutes: 2, share: 0.75 },
  ]);
  t.equal(errorOfMedian(Float64Array.of(10, 20, 60)), 50 / 3);
});

t.test('a worst row shows what the model saw of its order, found by its line', async (t) => {
  const worst = { line: 7, actual: 40, predicted: 20, order: {} };
  const found = worstRowsOf({
    diagnostics: { worst_rows: [worst] } as unknown as Parameters<typeof worstRowsOf>[0]['diagnostics'],
    params: { features: ['rider_age', 'city_type'] } as unknown as Parameters<typeof worstRowsOf>[0]['params'],
    test: {
      orders: [{ City: 'Urban' }, { City: 'Metropolitian', Delivery_person_Age: 31 }],
      lines: Float64Array.of(3, 7),
    } as unknown as Parameters<typeof worstRowsOf>[0]['test'],
  });
  t.strictSame(found, [{ line: 7, actual: 40, predicted: 20, values: [31, 'Metropolitian'] }]);
});

t.test('numbers have a true minus sign, none before a zero, and say when they are none', async (t) => {
  t.strictSame(
    [fixed(-1.25, 1), fixed(-0.001, 1), fixed(Number.NaN, 1), fixed(null, 1)],
    ['−1.3', '0.0', 'unknown', 'unknown'],
  );
  t.strictSame([signed(0.5, 1), signed(0.01, 1), signed(-2, 0)], ['+0.5', '0.0', '−2']);
});

t.test('whatever is put into markup is text', async (t) => {
  t.equal(html`<td title="${'"'}">${`<script>&'`}</td>`.markup, '<td title="&quot;">&lt;script&gt;&amp;&#39;</td>');
  t.equal(html`<p>${[html`<b>${'<'}</b>`, undefined, 2]}</p>`.markup, '<p><b>&lt;</b>2</p>');
});

t.test('in Markdown too, where a cell stays one cell', async (t) => {
  const table = { columns: [{ name: 'city' }], rows: [['a|b\n<img src=x>&']] };
  const text = markdown(
    'Card',
    [{ paragraph: '# no *heading*' }],
    [{ title: 'Data', blocks: [{ table, caption: 'By' }] }],
  );
  t.equal(text, '# Card\n\n\\# no \\*heading\\*\n\n## Data\n\nBy:\n\n| city |\n|---|\n| a\\|b &lt;img src=x>&amp; |\n');
});
