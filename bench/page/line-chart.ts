/**
 * A line chart as SVG within the page: no script, nothing from elsewhere. Lines differ by dash and mark as well as by
 * colour, and say in words what they are; the numbers stand in a table beside it.
 */
import { escapeHtml } from './escape.js';

/** A line: its name, and its points from left to right. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What is drawn, as data. */
export interface Chart {
  readonly title: string;
  /** With the unit. */
  readonly x: string;
  /** With the unit. */
  readonly y: string;
  readonly series: readonly Series[];
  /** Logarithmic, for what spans powers of ten. */
  readonly logX?: boolean;
  readonly logY?: boolean;
  /** What stands at the marks of the x axis. Default: three digits, thousands with a k. */
  readonly formatX?: (value: number) => string;
}

const WIDTH = 720;
const HEIGHT = 360;
const EDGE = { left: 76, right: 170, top: 16, bottom: 52 };
/** Told apart with any colour sight, on light ground and dark. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#8a6d00', '#56b4e9', '#7f7f7f', '#b22222'];
const DASHES = ['', '6 3', '2 3', '8 3 2 3'];

/**
 * The `figure` with its title; nothing where no series has points to draw. A logarithmic axis has no place for a value
 * that is not above 0, such as the latency of nothing: its point is left out. Any other axis begins at 0.
 */
export function lineChart({ title, x, y, series, logX = false, logY = false, formatX = short }: Chart): string {
  const drawn = series
    .map(({ name, points }) => ({ name, points: points.filter(([x, y]) => (x > 0 || !logX) && (y > 0 || !logY)) }))
    .filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return '';
  const across = scaleOf(
    drawn.flatMap(({ points }) => points.map(([value]) => value)),
    logX,
  );
  const up = scaleOf(
    drawn.flatMap(({ points }) => points.map(([, value]) => value)),
    logY,
  );
  const atX = (value: number): number => EDGE.left + across.share(value) * (WIDTH - EDGE.left - EDGE.right);
  const atY = (value: number): number => HEIGHT - EDGE.bottom - up.share(value) * (HEIGHT - EDGE.top - EDGE.bottom);
  const grid = [
    ...across.ticks.map((value) => {
      const at = atX(value).toFixed(1);
      return `<line class="grid" x1="${at}" x2="${at}" y1="${EDGE.top}" y2="${HEIGHT - EDGE.bottom}"/><text x="${at}" y="${HEIGHT - EDGE.bottom + 18}" text-anchor="middle">${escapeHtml(formatX(value))}</text>`;
    }),
    ...up.ticks.map((value) => {
      const at = atY(value).toFixed(1);
      return `<line class="grid" x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${at}" y2="${at}"/><text x="${EDGE.left - 8}" y="${at}" dy="4" text-anchor="end">${short(value)}</text>`;
    }),
  ];
  const lines = drawn.map((line, index) => drawnLine(line, index, atX, atY));
  const names = drawn.map(({ name }) => name).join(', ');
  return `<figure><figcaption>${escapeHtml(title)}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(`${title}: ${y} over ${x}, for ${names}. The numbers are in the table.`)}">
${grid.join('\n')}
<text x="${(EDGE.left + WIDTH - EDGE.right) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${escapeHtml(x)}</text>
<text transform="translate(16 ${(HEIGHT - EDGE.bottom + EDGE.top) / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(y)}</text>
${lines.join('\n')}
</svg></figure>`;
}

function drawnLine(
  { name, points }: Series,
  index: number,
  atX: (value: number) => number,
  atY: (value: number) => number,
): string {
  const colour = COLOURS[index % COLOURS.length] ?? '';
  const places = points.map(([x, y]) => `${atX(x).toFixed(1)},${atY(y).toFixed(1)}`);
  const marks = places.map((place) => {
    const [x, y] = place.split(',');
    return `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`;
  });
  const key = EDGE.top + 10 + index * 20;
  const keyX = WIDTH - EDGE.right + 14;
  const stroke = `stroke="${colour}" stroke-width="2" stroke-dasharray="${DASHES[index % DASHES.length]}"`;
  return `<polyline fill="none" ${stroke} points="${places.join(' ')}"/>${marks.join('')}<line ${stroke} x1="${keyX}" x2="${keyX + 26}" y1="${key}" y2="${key}"/><text x="${keyX + 32}" y="${key}" dy="4">${escapeHtml(name)}</text>`;
}

interface Scale {
  /** Where a value lies, 0 to 1. */
  share(value: number): number;
  readonly ticks: readonly number[];
}

function scaleOf(values: readonly number[], isLog: boolean): Scale {
  if (isLog) {
    const least = Math.max(Number.MIN_VALUE, Math.min(...values));
    const [from, to] = [Math.floor(Math.log10(least)), Math.max(1, Math.ceil(Math.log10(Math.max(...values))))];
    const span = Math.max(1, to - from);
    return {
      share: (value) => (Math.log10(Math.max(value, 10 ** from)) - from) / span,
      ticks: Array.from({ length: span + 1 }, (_, at) => 10 ** (from + at)),
    };
  }
  const step = roundStep(Math.max(...values) / 5);
  const most = Math.max(step, Math.ceil(Math.max(...values) / step) * step);
  return {
    share: (value) => value / most,
    ticks: Array.from({ length: Math.round(most / step) + 1 }, (_, at) => at * step),
  };
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step > 0 ? step : 1));
  return power * ([1, 2, 5].find((factor) => factor * power >= step) ?? 10);
}

function short(value: number): string {
  if (value >= 1_000) return `${(value / 1_000).toLocaleString('en-US')}k`;
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
