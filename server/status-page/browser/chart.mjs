// @ts-check
/** One chart: lines over the last minutes, what they are at in words, and the switches of that time. */
import { areaPath, HEIGHT, linePath, stretchesOf, WIDTH } from './chart-lines.mjs';
import { drawing, element, fill, say } from './elements.mjs';
import { quantity } from './words.mjs';

/** @typedef {import('../../status/answer.js').TrafficPoint} TrafficPoint */

/**
 * @typedef {object} Line
 * @property {string} name
 * @property {(point: TrafficPoint) => number | undefined} read undefined where there was nothing
 *
 * @typedef {object} ChartKind
 * @property {string} title
 * @property {string} unit
 * @property {string} about a sentence
 * @property {(values: readonly number[]) => import('./axis.mjs').Axis} axis
 * @property {readonly Line[]} lines the first is the one that counts most; at most three
 * @property {boolean} isFilled whether what lies below the first line is a quantity too
 * @property {readonly Line[]} [words] what is told beside them, and not drawn
 *
 * @typedef {object} View
 * @property {readonly TrafficPoint[]} traffic
 * @property {number} from milliseconds since 1970
 * @property {number} to
 * @property {readonly { readonly at: number, readonly label: string }[]} marks
 * @property {TrafficPoint | undefined} shown whose values are told: the one that is pointed to, else the last
 */

export class Chart {
  /** @type {ChartKind} */
  #kind;
  #area = drawing('path', { class: 'area' });
  #marks = drawing('g', { class: 'marks' });
  #cursor = drawing('path', { class: 'cursor' });
  #grid = drawing('path', { class: 'grid' });
  #ticks = element('div', { class: 'ticks', 'aria-hidden': 'true' });
  #labels = element('div', { class: 'labels', 'aria-hidden': 'true' });
  /** @type {readonly SVGPathElement[]} */
  #paths;
  /** @type {readonly HTMLElement[]} */
  #values;
  #svg;
  /** What is put into the page. */
  figure;

  /**
   * @param {ChartKind} kind
   * @param {(share: number | undefined) => void} onPoint told where on it is pointed to, from 0 to 1
   */
  constructor(kind, onPoint) {
    this.#kind = kind;
    this.#paths = kind.lines.map((_, index) => drawing('path', { class: `line line-${index + 1}` }));
    this.#values = this.#told.map(() => element('b', {}, '–'));
    this.#svg = drawing(
      'svg',
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': kind.title },
      ...[this.#grid, this.#area, this.#marks, ...[...this.#paths].reverse(), this.#cursor],
    );
    this.#svg.addEventListener('pointermove', ({ clientX }) => {
      const { left, width } = this.#svg.getBoundingClientRect();
      onPoint((clientX - left) / width);
    });
    this.#svg.addEventListener('pointerleave', () => onPoint(undefined));
    const plot = element('div', { class: 'plot' }, this.#svg, this.#ticks, this.#labels);
    const ends = element('div', { class: 'ends', 'aria-hidden': 'true' }, element('span', {}, '5 min ago'), 'now');
    this.figure = element('figure', { class: 'chart card' }, this.#caption(), plot, ends);
  }

  /** @param {View} view */
  show({ traffic, from, to, marks, shown }) {
    const { lines, axis: axisOf, isFilled } = this.#kind;
    const readings = lines.map(({ read }) => traffic.map((point) => ({ at: point.at, value: read(point) })));
    const values = readings.flat().flatMap(({ value }) => value ?? []);
    const axis = axisOf(values);
    /** @param {number} at */
    const x = (at) => (WIDTH * (at - from)) / (to - from);
    /** @param {number} value */
    const y = (value) => HEIGHT * (1 - axis.share(value));
    for (const [index, path] of this.#paths.entries()) {
      const stretches = stretchesOf(readings[index] ?? [], x, y);
      path.setAttribute('d', linePath(stretches));
      if (index === 0 && isFilled) this.#area.setAttribute('d', areaPath(stretches));
    }
    this.#grid.setAttribute('d', axis.ticks.map((tick) => `M0 ${y(tick).toFixed(1)}H${WIDTH}`).join(''));
    fill(this.#ticks, ...axis.ticks.map((tick) => placed(quantity(tick), 'top', 1 - axis.share(tick))));
    this.#cursor.setAttribute('d', shown === undefined || shown === traffic.at(-1) ? '' : upright(x(shown.at)));
    this.#marks.replaceChildren(...marks.map(({ at }) => drawing('path', { d: upright(x(at)) })));
    fill(this.#labels, ...marks.map(({ at, label }) => placed(label, 'left', x(at) / WIDTH)));
    this.#tell(shown, Math.max(0, ...values));
  }

  get #told() {
    return [...this.#kind.lines, ...(this.#kind.words ?? [])];
  }

  /**
   * @param {TrafficPoint | undefined} shown
   * @param {number} largest
   */
  #tell(shown, largest) {
    const told = this.#told.map(({ name, read }, index) => {
      const value = shown && read(shown);
      const text = value === undefined ? '–' : quantity(value);
      const place = this.#values[index];
      if (place !== undefined) say(place, text);
      return `${name} ${text}`;
    });
    const { title, unit } = this.#kind;
    const highest = largest > 0 ? `; the highest in this time is ${quantity(largest)}` : '; nothing in this time';
    this.#svg.setAttribute('aria-label', `${title}, ${unit}: ${told.join(', ')}${highest}.`);
  }

  #caption() {
    const legend = this.#told.map(({ name }, index) => {
      const key = drawing('svg', { class: 'key', viewBox: '0 0 22 6', 'aria-hidden': 'true' });
      key.append(drawing('path', { class: `line line-${index + 1}`, d: 'M1 3H21' }));
      const isDrawn = index < this.#kind.lines.length;
      return element('span', {}, ...(isDrawn ? [key] : []), `${name} `, this.#values[index] ?? '');
    });
    const heading = element(
      'h3',
      { title: this.#kind.about },
      this.#kind.title,
      ' ',
      element('small', {}, this.#kind.unit),
    );
    return element('figcaption', {}, heading, element('p', { class: 'legend' }, ...legend));
  }
}

/**
 * @param {string} text
 * @param {'top' | 'left'} side from which it is placed
 * @param {number} share of the way
 */
function placed(text, side, share) {
  const made = element('span', {}, text);
  made.style[side] = `${(100 * share).toFixed(2)}%`;
  return made;
}

/** @param {number} x */
function upright(x) {
  return `M${x.toFixed(1)} 0V${HEIGHT}`;
}
