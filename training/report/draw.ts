/** Plots by Vega-Lite, drawn to SVG without a browser or a canvas. Loaded only where it is used: it takes a while. */
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { THEME } from './theme.js';

/** A plot in the words of Vega-Lite, without `config`: how it looks is `THEME`. */
export type PlotSpec = TopLevelSpec;

/** @returns an `svg` element; the same for the same plot */
export async function drawSvg(spec: PlotSpec): Promise<string> {
  const view = new View(parse(compile({ ...spec, config: THEME }).spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
