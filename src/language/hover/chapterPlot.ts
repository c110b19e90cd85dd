/**
 * The picture of a loss, schedule or initialiser: a curve computed from its formula with the given values; of
 * an optimizer, its path on a landscape.
 */
import { type Plot, plotSvg } from '../../common/plotSvg';
import { densityOf, massesOf } from '../../spec/catalogue/densities';
import { curvature, frame, landscapeRate, minimum, type Path, pathOf, start } from '../../spec/catalogue/landscape';
import { lossCurve } from '../../spec/catalogue/lossCurves';
import { fill, fillCount, labels } from '../../spec/catalogue/texts/labels';
import type { CatalogueEntry, Language, ParameterEntry, ParameterValues } from '../../spec/catalogue/types';
import { makeSchedule, shareOnPlateau } from '../../spec/schedules';
import type { ParameterValue } from '../../spec/spec';
import { picture, plain } from './markdown';
import { type HoverTheme, painter, plotSize } from './palette';

/** Intervals of a curve. */
const intervals = 100;
/** Steps of the run for which a schedule is drawn, unless its own period is longer. */
const exampleSteps = 1000;
/** Larger values are not drawn. */
const largest = 1e8;
/** Fan-in and fan-out for which an initialiser is drawn. */
const exampleFan = 64;
/** Larger losses are cut off: they would flatten the rest of the curve. */
const highest = 5;

/** Values of √(2 L) on the contour lines, equally spaced. */
const rings = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((k) => k * 0.56);
/** On longer paths single steps are too short to be seen. */
const maxDots = 250;
/** Points farther from the origin are not drawn. */
const beyond = 50;

interface ChapterOptions extends HoverTheme {
  readonly language: Language;
  readonly plotWidth?: number;
  /** The learning rate of the optimizer or schedule. */
  readonly learningRate?: number;
  /**
   * True if the file gives the learning rate. Default: a rate that shows the effect of the optimizer's rule.
   */
  readonly ownRate?: boolean;
}

interface Drawing {
  readonly plot: Plot;
  readonly caption: string;
  /** Names of the curve and its derivative; undefined for a single curve. */
  readonly legend?: { readonly f: string; readonly df: string };
}

/** Markdown; empty where there is nothing to draw: other kinds, a missing parameter, a value out of range. */
export function chapterPlot(entry: CatalogueEntry, values: ParameterValues, options: ChapterOptions): string {
  if (!isDrawable(entry, values)) {
    return '';
  }
  const drawing = drawingOf(entry, values, options);
  if (!drawing) {
    return '';
  }
  const { plot, caption, legend } = drawing;
  const { width, height } = plotSize(options);
  const svg = plotSvg(plot, { width, height, paint: painter(options), ticks: true, ...(legend && { legend }) });
  return `${picture(svg, `${entry.name}: ${caption}`, width, height)}\n\n*${plain(caption)}*`;
}

/** Whether all values are in range: an unfinished file may lack a value or hold any number. */
export function isDrawable({ parameters }: CatalogueEntry, values: ParameterValues): boolean {
  return parameters.every((parameter) => isInRange(parameter, values[parameter.name]));
}

function isInRange(parameter: ParameterEntry, value: ParameterValue | undefined): boolean {
  if (value === undefined) {
    return parameter.optional === true;
  }
  if (typeof value !== 'number') {
    return true;
  }
  const { type, minimum = -largest, maximum = largest, exclusiveMinimum, exclusiveMaximum } = parameter;
  if (type === 'integer' && !Number.isInteger(value)) {
    return false;
  }
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) {
    return false;
  }
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) {
    return false;
  }
  return value >= minimum && value <= Math.min(maximum, largest);
}

function drawingOf({ kind, name }: CatalogueEntry, p: ParameterValues, options: ChapterOptions): Drawing | undefined {
  if (kind === 'loss') {
    return lossDrawing(name, p, options);
  }
  if (kind === 'schedule') {
    return scheduleDrawing(name, p, options);
  }
  if (kind === 'optimizer') {
    return pathDrawing(name, p, options);
  }
  return kind === 'initializer' ? densityDrawing(name, p, options) : undefined;
}

function pathDrawing(name: string, p: ParameterValues, { language, ownRate }: ChapterOptions): Drawing {
  const learningRate = ownRate ? (p.learning_rate as number) : landscapeRate(name, p);
  const path = pathOf({ name, parameters: { ...p, learning_rate: learningRate } });
  const words = labels[language];
  const [x, y] = path.points.slice(-2).map((value) => Number(value.toFixed(2)));
  return {
    plot: {
      ...frame,
      lines: [{ role: 'f', polylines: [visible(path, 0.02)] }],
      landscape: {
        contours: rings.map((k) => ({ rx: k / Math.sqrt(curvature.x), ry: k / Math.sqrt(curvature.y) })),
        minimum: [minimum.x, minimum.y],
        start: [start.x, start.y],
        steps: path.steps <= maxDots ? visible(path, 0.06) : [],
      },
    },
    caption: path.diverged
      ? fill(words.divergingPath, learningRate, path.steps)
      : fill(words.path, learningRate, path.steps, x, y, Number(path.distance.toFixed(3))),
  };
}

/** The points of a path that are at least `gap` apart, up to the first far outside the picture. */
function visible({ points }: Path, gap: number): readonly number[] {
  const kept: number[] = [];
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i], points[i + 1]];
    const moved = Math.max(Math.abs(x - kept[kept.length - 2]), Math.abs(y - kept[kept.length - 1]));
    if (moved < gap && i < points.length - 2) {
      continue;
    }
    kept.push(rounded(x), rounded(y));
    if (Math.abs(x) > beyond || Math.abs(y) > beyond) {
      break;
    }
  }
  return kept;
}

function lossDrawing(name: string, p: ParameterValues, { language }: ChapterOptions): Drawing | undefined {
  const curve = lossCurve(name, p);
  if (!curve) {
    return undefined;
  }
  const { low, high, kinks } = curve;
  const [f, df] = [curve.f, curve.df].map((of) => polylines(of, low, high, kinks));
  const ys = [...f, ...df].flatMap((polyline) => polyline.filter((_, i) => i % 2 === 1));
  const bottom = Math.max(-highest, Math.min(0, ...ys));
  const top = Math.min(highest, Math.max(0, ...ys));
  // A focal loss with a huge gamma is 0 everywhere.
  const room = 0.06 * (top - bottom || 1);
  return {
    plot: {
      xLow: Math.min(low, 0),
      xHigh: high,
      yLow: bottom - room,
      yHigh: top + room,
      lines: [
        { role: 'f', polylines: f },
        { role: 'df', polylines: df },
      ],
    },
    caption: labels[language].lossViews[curve.view],
    legend: { f: 'L', df: 'L′' },
  };
}

function scheduleDrawing(name: string, p: ParameterValues, options: ChapterOptions): Drawing | undefined {
  if (name === 'reduce_on_plateau') {
    return plateauDrawing(p, options);
  }
  const learningRate = options.learningRate ?? 0.01;
  const steps = spanOf(p);
  const { rate } = makeSchedule({ name, parameters: p }, { learningRate, steps });
  const rates = Array.from({ length: intervals * 2 + 1 }, (_, i) => {
    const k = Math.min(Math.round((i * steps) / (intervals * 2)), steps - 1);
    return [k, rate(k)] as const;
  });
  const top = Math.max(...rates.map(([, y]) => y));
  if (!(top > 0 && Number.isFinite(top))) {
    return undefined;
  }
  const polyline = rates.flatMap(([k, y]) => [k, rounded(y / top)]);
  return {
    plot: { xLow: 0, xHigh: steps * 1.04, yLow: 0, yHigh: 1.06, lines: [{ role: 'f', polylines: [polyline] }] },
    caption: fillCount(labels[options.language].scheduleCurve, steps, Number(top.toPrecision(4))),
  };
}

/**
 * Where a plateau occurs depends on the run; the one drawn never ends: nothing improves after the first
 * epoch.
 */
function plateauDrawing(p: ParameterValues, { language, learningRate = 0.01 }: ChapterOptions): Drawing | undefined {
  const [factor, patience] = [p.factor as number, p.patience as number];
  const epochs = 4 * (patience + 1) + 2;
  const cuts = [1, 2, 3, 4].map((k) => k * (patience + 1) + 1);
  const polyline = [0, ...cuts].flatMap((from, k) => {
    const share = rounded(shareOnPlateau(factor, patience, from));
    return [from, share, cuts[k] ?? epochs, share];
  });
  return {
    plot: { xLow: 0, xHigh: epochs * 1.04, yLow: 0, yHigh: 1.06, lines: [{ role: 'f', polylines: [polyline] }] },
    caption: fill(labels[language].plateauCurve, epochs, Number(learningRate.toPrecision(4))),
  };
}

/** Number of steps to draw: those of the schedule, or several of its periods. */
function spanOf(p: ParameterValues): number {
  const number = (key: string): number => (typeof p[key] === 'number' ? p[key] : 0);
  if (number('steps') > 0) {
    return number('steps');
  }
  const at = Array.isArray(p.at) ? p.at.map(Number) : [];
  const period = number('up') + number('down');
  const spans = [
    4 * number('every'),
    4 * number('first'),
    3 * period,
    2 * number('warmup'),
    ...at.map((k) => k * 1.25),
  ];
  return Math.floor(Math.min(Math.max(exampleSteps, ...spans), largest));
}

function densityDrawing(name: string, p: ParameterValues, { language }: ChapterOptions): Drawing | undefined {
  const masses = massesOf(name, p, exampleFan);
  if (masses) {
    return massDrawing(masses, language);
  }
  const density = densityOf(name, p, exampleFan, exampleFan);
  if (!density || !(density.high - density.low > 1e-3)) {
    return undefined;
  }
  const { low, high } = density;
  const words = labels[language];
  const fans = p.stddev === undefined && p.minimum === undefined;
  return {
    plot: {
      xLow: low,
      xHigh: high,
      yLow: 0,
      yHigh: 1.06,
      lines: [{ role: 'f', polylines: polylines(density.f, low, high, density.kinks) }],
    },
    caption: fans ? fill(words.densityFans, exampleFan) : words.density,
  };
}

/** A vertical line for each value, as high as its probability. */
function massDrawing(masses: readonly (readonly [value: number, chance: number])[], language: Language): Drawing {
  const values = [0, ...masses.map(([value]) => value)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = high - low > 1e-3 ? (high - low) / 4 : 1;
  const words = labels[language];
  return {
    plot: {
      xLow: low - room,
      xHigh: high + room,
      yLow: 0,
      yHigh: 1.06,
      lines: [{ role: 'f', polylines: masses.map(([value, chance]) => [value, 0, value, rounded(chance)]) }],
    },
    caption: masses.length > 1 ? fill(words.massesFans, exampleFan) : words.masses,
  };
}

/** Points of f, in one polyline per continuous part, so that no slope is drawn at a jump. */
function polylines(
  f: (x: number) => number,
  low: number,
  high: number,
  kinks: readonly number[],
): readonly (readonly number[])[] {
  const gap = 1e-9 * (high - low);
  const grid = Array.from({ length: intervals + 1 }, (_, i) => low + ((high - low) * i) / intervals);
  const inside = kinks.filter((kink) => kink > low && kink < high);
  const result: number[][] = [[]];
  for (const x of [...new Set([...grid, ...inside])].sort((a, b) => a - b)) {
    if (!inside.includes(x)) {
      result[result.length - 1].push(rounded(x), rounded(f(x)));
      continue;
    }
    const [before, after] = [f(x - gap), f(x + gap)];
    result[result.length - 1].push(rounded(x), rounded(before));
    if (Math.abs(after - before) > 1e-6) {
      result.push([]);
    }
    result[result.length - 1].push(rounded(x), rounded(after));
  }
  return result;
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
