/**
 * How the plots look. Colours are variables of the page's style sheet, so that the same plot is right on light ground,
 * on dark and on paper; they are those of Okabe and Ito (2008), told apart with any colour sight.
 */

/** By what they stand for. */
export const COLOUR = {
  /** What is measured. */
  data: 'var(--data)',
  /** What it is held against: a limit, or what would be ideal. */
  mark: 'var(--mark)',
  /** How much there is of it. */
  quiet: 'var(--quiet)',
  ink: 'var(--ink)',
  soft: 'var(--soft)',
  grid: 'var(--line)',
} as const;

/** Widths in which every plot is drawn, pixels: one for screens and one for phones. */
export const WIDTHS = { wide: 520, narrow: 320 } as const;
/** Pixels of a plot with so many values below each other. */
export function heightOf(values: number): number {
  return 28 * values;
}

/** Pixels that the longest of the labels of an axis takes, about: the library, without a canvas, reckons with far more. */
export function widthOf(labels: readonly string[]): number {
  return Math.ceil(6.6 * Math.max(...labels.map((label) => label.length))) + 10;
}

/**
 * A plot that is told its place, rather than fitted around its labels by a guess of their widths.
 * @param left pixels of the labels
 * @param right pixels of what stands beyond the end
 */
export function placed(width: number, left: number, right: number) {
  const padding = { left, right, top: 6, bottom: 42 };
  return { width: width - left - right, autosize: { type: 'none' }, padding } as const;
}

/** What axis and title take of the width at the left. */
export const LEFT = 64;

const FONT = 'system-ui, sans-serif';
const labels = { labelColor: COLOUR.soft, labelFont: FONT, labelFontSize: 12 };
const titles = { titleColor: COLOUR.soft, titleFont: FONT, titleFontSize: 12, titleFontWeight: 'normal' } as const;

/** The `config` of every plot; sizes are pixels. */
export const THEME = {
  // The page names each plot; the parts of it are told by the table below it.
  aria: false,
  background: 'transparent',
  font: FONT,
  padding: { left: 2, right: 8, top: 6, bottom: 2 },
  view: { stroke: null },
  axis: {
    ...labels,
    ...titles,
    domainColor: COLOUR.soft,
    tickColor: COLOUR.soft,
    gridColor: COLOUR.grid,
    labelLimit: 0,
  },
  axisX: { grid: false, labelFlush: false },
  axisY: { domain: false, ticks: false, labelPadding: 6 },
  legend: { ...labels, ...titles, orient: 'top', symbolType: 'square', symbolStrokeWidth: 0 },
  bar: { fill: COLOUR.data },
  line: { stroke: COLOUR.data, strokeWidth: 2 },
  rule: { stroke: COLOUR.data, strokeWidth: 2 },
  point: { filled: true, fill: COLOUR.data, opacity: 1, size: 60 },
  text: { fill: COLOUR.soft, font: FONT, fontSize: 12 },
} as const;
