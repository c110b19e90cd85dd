/**
 * The curves of an activation in hovers and in the gallery: f and f′ over -5..5, computed by its own kernels.
 */
import type { Plot, PlotLine } from '../../common/plotSvg';
import type { ActivationEntry, ElementwiseActivation, ParameterValues, VectorActivation } from './types';

/** The kinds of pictures; the pages write the captions. */
export type View = 'function' | 'vector' | 'component' | 'pairs' | 'gate';

export interface ActivationPlot {
  readonly view: View;
  readonly plot: Plot;
}

const low = -5;
const high = 5;
const samples = 101;
/** A larger change of a slope between two samples is a jump: smooth functions change less. */
const jump = 0.3;
/** Values of elementwise functions beyond this are cut off: e^5 would flatten everything else. */
const farthest = 5;

const grid: readonly number[] = Array.from({ length: samples }, (_, i) => (i - 50) / 10);

export function plotsOf(entry: ActivationEntry, p: ParameterValues): readonly ActivationPlot[] {
  if (entry.shape === 'elementwise') {
    return [{ view: 'function', plot: plotOf(elementwiseLines(entry, p), { reach: farthest }) }];
  }
  const halves = entry.outputSize !== undefined;
  return [
    { view: halves ? 'gate' : 'component', plot: plotOf(componentLines(entry, p, halves)) },
    // A gate has one output for each pair (a, b): the curve ends at the last a, -0.1.
    { view: halves ? 'pairs' : 'vector', plot: plotOf([vectorLine(entry, p)], { xHigh: halves ? 0 : high }) },
  ];
}

function elementwiseLines(entry: ElementwiseActivation, p: ParameterValues): readonly PlotLine[] {
  const kinks = entry.kinks?.(p) ?? [];
  return [
    { role: 'f', polylines: sample((x) => entry.f(x, p), kinks) },
    { role: 'df', polylines: sample((x) => entry.df(x, p), kinks) },
  ];
}

/** Samples a function over the grid. The line is interrupted at a jump, so that no slope is drawn there. */
function sample(f: (x: number) => number, kinks: readonly number[]): readonly (readonly number[])[] {
  const gap = 1e-9;
  const inside = kinks.filter((kink) => kink > low && kink < high).sort((a, b) => a - b);
  const polylines: number[][] = [[]];
  const push = (x: number, y: number): number => polylines[polylines.length - 1].push(rounded(x), rounded(y));
  let next = 0;
  for (const x of grid) {
    while (next < inside.length && inside[next] <= x) {
      const before = f(inside[next] - gap);
      const after = f(inside[next] + gap);
      push(inside[next], before);
      if (Math.abs(after - before) > 1e-6) {
        polylines.push([]);
      }
      push(inside[next], after);
      next++;
    }
    if (!inside.includes(x)) {
      push(x, f(x));
    }
  }
  return polylines;
}

/**
 * Component 1 of three against its own input, the others at 0, with its partial derivative. For a gate: the
 * output against the gating half b, with a = 1, since with a = 0 it would be 0 everywhere.
 */
function componentLines(entry: VectorActivation, p: ParameterValues, halves: boolean): readonly PlotLine[] {
  const n = halves ? 2 : 3;
  const moving = halves ? 1 : 0;
  const x = new Float64Array(n);
  if (halves) {
    x[0] = 1;
  }
  const y = new Float64Array(n);
  const dy = Float64Array.of(1, 0, 0);
  const dx = new Float64Array(n);
  const f: number[] = [];
  const df: number[][] = [[]];
  for (const value of grid) {
    x[moving] = value;
    entry.forward(x, y, n, p);
    entry.backward(x, y, dy, dx, n, p);
    f.push(value, rounded(y[0]));
    const slopes = df[df.length - 1];
    if (slopes.length > 0 && Math.abs(dx[moving] - slopes[slopes.length - 1]) > jump) {
      df.push([]);
    }
    df[df.length - 1].push(value, rounded(dx[moving]));
  }
  return [
    { role: 'f', polylines: [f] },
    { role: 'df', polylines: df },
  ];
}

/**
 * The function of the whole vector -5, -4.9, … at once; a gate needs an even number of features and pairs a
 * with b.
 */
function vectorLine(entry: VectorActivation, p: ParameterValues): PlotLine {
  const n = entry.outputSize ? samples - 1 : samples;
  const x = grid.slice(0, n);
  const size = entry.outputSize?.(n) ?? n;
  const y = new Float64Array(size);
  entry.forward(x, y, n, p);
  return { role: 'f', polylines: [Array.from(y).flatMap((value, i) => [x[i], rounded(value)])] };
}

/** `reach` limits the vertical range of the picture. */
function plotOf(lines: readonly PlotLine[], { xHigh = high, reach = Number.POSITIVE_INFINITY } = {}): Plot {
  let bottom = 0;
  let top = 0;
  for (const { polylines } of lines) {
    for (const polyline of polylines) {
      for (let i = 1; i < polyline.length; i += 2) {
        bottom = Math.min(bottom, Math.max(polyline[i], -reach));
        top = Math.max(top, Math.min(polyline[i], reach));
      }
    }
  }
  const room = 0.06 * (top - bottom || 1);
  return { xLow: low, xHigh, yLow: bottom - room, yHigh: top + room, lines };
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
