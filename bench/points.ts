/**
 * A point: the same load several times, on each of the servers that are compared, in turn and in changing order, so that
 * a machine that grows slower does so for all of them. It is repeated until its figures settle, or often enough.
 */
import { type Figures, median, medianFigures, relativeSpread } from './figures.js';
import { isGeneratorBound, type LoadResult } from './load/load-result.js';
import { measured, type Subject } from './measurement.js';

/** What was measured of several servers under one load. */
export interface Point {
  /** Of the scenario, such as `256 connections`. */
  readonly name: string;
  /** Requests due in a second, where the load is an open loop. */
  readonly offeredPerSecond?: number;
  /** Whether the last repetitions lay close together; otherwise there were as many as are allowed. */
  readonly settled: boolean;
  /** How far the last of them lay apart, in what the point is about, as a share. */
  readonly spread: number;
  /** The generator may have been the limit: the point does not count. */
  readonly generatorBound: boolean;
  /** By server: medians of the repetitions. */
  readonly figures: Readonly<Record<string, Figures>>;
  /** By server, in the order in which they were measured. */
  readonly repetitions: readonly Readonly<Record<string, Figures>>[];
}

/** How often a point is measured. */
export interface Repeating {
  /** At least, and what is looked at for whether they have settled. */
  readonly window: number;
  /** At most, settled or not. */
  readonly most: number;
  /** Relative spread of the window at which figures count as settled. */
  readonly spread: number;
}

/** What a run does: three repetitions at least, six at most, and settled at 5 %. */
export const THOROUGH: Repeating = { window: 3, most: 6, spread: 0.05 };
/** For a look: two repetitions. */
export const QUICK: Repeating = { window: 2, most: 2, spread: 0.05 };

/** What is measured of whom, and when it is enough. */
export interface PointOptions {
  readonly name: string;
  readonly offeredPerSecond?: number;
  /** Two are compared: the first against the second. Others are only measured. */
  readonly subjects: readonly Subject[];
  /** Puts the load on one of them, for one repetition. */
  readonly load: (subject: Subject) => Promise<LoadResult>;
  readonly repeating: Repeating;
  /** What the point is about: it has settled when this has. */
  readonly settlesBy: (figures: Figures) => number;
  /** Orders that a request to it carries; by default one. */
  readonly ordersEach?: (subject: Subject) => number;
  /** Told of each repetition. */
  readonly say: (line: string) => void;
}

/**
 * Measures the servers again and again until what the point is about has settled, or as often as is allowed.
 * @throws what `load` throws
 */
export async function measurePoint(options: PointOptions): Promise<Point> {
  const { name, offeredPerSecond, subjects, load, repeating, settlesBy, ordersEach, say } = options;
  const repetitions: Record<string, Figures>[] = [];
  let spread = Number.POSITIVE_INFINITY;
  while (repetitions.length < repeating.most && !(spread <= repeating.spread)) {
    const order = repetitions.length % 2 === 0 ? subjects : [...subjects].reverse();
    const repetition: Record<string, Figures> = {};
    for (const subject of order) repetition[subject.name] = await measured(subject, load, ordersEach?.(subject));
    repetitions.push(repetition);
    say(`${name}, repetition ${repetitions.length}`);
    if (repetitions.length < repeating.window) continue;
    const last = repetitions.slice(-repeating.window);
    spread = relativeSpread(last.map((each) => comparedFigure(each, subjects, settlesBy)));
  }
  const figures = Object.fromEntries(subjects.map(({ name }) => [name, medianFigures(of(repetitions, name))]));
  return {
    name,
    ...(offeredPerSecond === undefined ? {} : { offeredPerSecond }),
    settled: spread <= repeating.spread,
    spread,
    generatorBound: Object.values(figures).some(isGeneratorBound),
    figures,
    repetitions,
  };
}

/** Where servers are compared, their ratio, in which a machine's drift cancels out; of one alone, its own figure. */
function comparedFigure(
  repetition: Readonly<Record<string, Figures>>,
  [first, second]: readonly Subject[],
  settlesBy: (figures: Figures) => number,
): number {
  const [measuredFigure, reference] = [first, second].map((subject) => {
    const figures = subject && repetition[subject.name];
    return figures === undefined ? 1 : settlesBy(figures);
  });
  return (measuredFigure ?? Number.NaN) / (reference ?? 1);
}

function of(repetitions: readonly Readonly<Record<string, Figures>>[], name: string): Figures[] {
  return repetitions.flatMap((repetition) => repetition[name] ?? []);
}

/**
 * The median over the repetitions of what `ratio` makes of the two servers' figures in the same repetition.
 * NaN where one of them was not measured.
 */
export function medianRatio(
  { repetitions }: Point,
  [measuredName, referenceName]: readonly [string, string],
  ratio: (measured: Figures, reference: Figures) => number,
): number {
  return median(
    repetitions.flatMap((repetition) => {
      const [one, other] = [repetition[measuredName], repetition[referenceName]];
      return one === undefined || other === undefined ? [] : ratio(one, other);
    }),
  );
}
