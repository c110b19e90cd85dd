/** Draws a chart once more, as SVG. */
import { BasicPlatform, Chart } from 'chart.js';
import type { Palette } from '../theme';
import { type Axes, chartConfiguration, type Dot, type Kind, paintAxes, setAxes } from './chartOptions';
import { SvgContext } from './svgContext';
import type { DrawnChart } from './verticalLine';

/** `drawn` is called after the data were drawn, with the second chart. */
export function chartAsSvg(
  shown: Chart<Kind, Dot[]>,
  axes: Axes,
  palette: Palette,
  {
    width,
    height,
    drawn,
  }: { readonly width: number; readonly height: number; readonly drawn: (chart: DrawnChart) => void },
): SVGSVGElement {
  const context = new SvgContext(width, height);
  let made: DrawnChart | undefined;
  const configuration = chartConfiguration({ title: String, label: String, drawn: () => made && drawn(made) });
  const { options } = configuration;
  const chart = new Chart<Kind, Dot[]>(context.canvas as unknown as HTMLCanvasElement, {
    ...configuration,
    // One that needs no element of the page.
    platform: BasicPlatform,
    options: { ...options, responsive: false, devicePixelRatio: 1, events: [], plugins: { zoom: false } as object },
  });
  // Lines with options for their segments are drawn by calls, others by a path that only a canvas can read.
  chart.data.datasets = shown.data.datasets.map((set) => ({ ...set, segment: {} }));
  paintAxes(chart, palette);
  setAxes(chart, axes);
  context.root.replaceChildren();
  made = chart;
  chart.update('none');
  const { root } = context;
  const picture = root.cloneNode(true) as SVGSVGElement;
  chart.destroy();
  return picture;
}
