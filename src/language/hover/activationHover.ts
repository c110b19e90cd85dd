/** The hover of an activation: formula, plot, use, effect on gradients, parameters. */
import { plotSvg } from '../../common/plotSvg';
import { activation, defaultsOf, find } from '../../spec/catalogue';
import { type ActivationPlot, plotsOf } from '../../spec/catalogue/curves';
import type { Formulas } from '../../spec/catalogue/gallery';
import { numpyLine } from '../../spec/catalogue/numpy';
import { symbolsOf } from '../../spec/catalogue/symbols';
import { textOf } from '../../spec/catalogue/texts';
import { fill, type Labels, labels } from '../../spec/catalogue/texts/labels';
import type { ActivationEntry, CatalogueEntry, Language, ParameterValues } from '../../spec/catalogue/types';
import { derivativeError, type Formula, readFormula } from '../../spec/formula';
import type { PlanData } from '../../spec/planNetwork';
import type { ParameterValue } from '../../spec/spec';
import { showValue } from '../text/showValue';
import { chapterPlot, isDrawable } from './chapterPlot';
import { onOneLine } from './formulaLine';
import { libraryCall } from './libraryCall';
import { code, picture, plain } from './markdown';
import { type HoverTheme, painter, paletteOf, plotSize } from './palette';

export interface HoverOptions extends HoverTheme {
  readonly language: Language;
  /** Pictures of formulas, made by the build. Default: formulas as text. */
  readonly formulas?: Formulas;
  /** Facts of the data, for the shapes of layers. Default: the facts in the file itself. */
  readonly facts?: PlanData;
  /** Width of a plot in px. Default: what fits into a hover. */
  readonly plotWidth?: number;
  /** The optimizer's learning rate, for the curve of a schedule. Default: 0.01. */
  readonly learningRate?: number;
  /** Only name, formula, plot and a sentence. */
  readonly brief?: boolean;
}

/**
 * Markdown, under 100,000 characters; needs a trusted command `nnspec.showActivationGallery`. Empty for an
 * unknown name.
 */
export function activationHover(name: string, parameters: ParameterValues, options: HoverOptions): string {
  const entry = activation(name);
  if (!entry) {
    return entryHover('activation', name, {}, options);
  }
  if (name === 'custom') {
    return customHover(entry, parameters, options);
  }
  const words = labels[options.language];
  const values = { ...defaultsOf(entry), ...known(entry, parameters) };
  const link = `command:nnspec.showActivationGallery?${encodeURIComponent(JSON.stringify([name]))}`;
  return [
    heading(entry, words),
    formulaPictures(entry, options),
    plots(entry, values, options),
    ...story(entry, values, parameters, options),
    options.brief ? '' : `[${words.gallery}](${link} "${words.galleryTip}")`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

/**
 * A custom formula, its derivative, the error of the derivative, and their plot; no plot for an invalid
 * formula.
 */
function customHover(entry: ActivationEntry, { formula: text }: ParameterValues, options: HoverOptions): string {
  const formula = typeof text === 'string' ? readFormula(text) : undefined;
  if (typeof text !== 'string' || !formula || 'problem' in formula) {
    return entryHover('activation', entry.name, {}, options);
  }
  const words = labels[options.language];
  const values = { formula: text };
  const { derivative } = formula;
  const error = derivativeError(formula);
  return [
    heading(entry, words),
    `${code(`f(x) = ${text}`)}  \n${code(`f′(x) = ${derivative.length > longestDerivative ? '…' : derivative}`)}`,
    fill(words.checked, error.toExponential(0)),
    isFinitePlot(formula) ? plots(entry, values, options) : '',
    ...story(entry, values, values, options),
  ]
    .filter(Boolean)
    .join('\n\n');
}

const longestDerivative = 400;

/** A curve with a hole is not drawn: the diagnostic names its place. */
function isFinitePlot({ f, df }: Formula): boolean {
  for (let i = -50; i <= 50; i++) {
    if (!Number.isFinite(f(i / 10)) || !Number.isFinite(df(i / 10))) {
      return false;
    }
  }
  return true;
}

/**
 * The hover of a layer, loss, optimizer, …: the same parts, with a picture if there is a curve. Empty for an
 * unknown name.
 */
export function entryHover(
  kind: CatalogueEntry['kind'],
  name: string,
  parameters: ParameterValues,
  options: HoverOptions,
): string {
  const entry = find(kind, name);
  if (!entry) {
    return '';
  }
  const words = labels[options.language];
  const values = { ...defaultsOf(entry), ...known(entry, parameters) };
  return [
    heading(entry, words),
    formulaPictures(entry, options),
    chapterPlot(entry, values, { ...options, ownRate: parameters.learning_rate !== undefined }),
    ...story(entry, values, parameters, options),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function heading(entry: CatalogueEntry, words: Labels): string {
  const state = entry.unsupported ? ` · *${words.unsupported}*` : '';
  return `**${plain(entry.name)}** · ${words.kinds[entry.kind]}${state}`;
}

function formulaPictures(entry: CatalogueEntry, options: HoverOptions): string {
  const found = options.formulas?.[`${entry.kind}/${entry.name}`];
  if (!found) {
    const derivative = entry.derivative ? `  \n${labels[options.language].derivative}: ${code(entry.derivative)}` : '';
    return code(entry.formula) + derivative;
  }
  const ink = paletteOf(options).text;
  const parts = [
    { image: found.formula, text: entry.formula },
    { image: found.derivative, text: entry.derivative ?? '' },
    // As text, an update rule is already part of the formula.
    { image: found.update, text: '' },
  ].flatMap(({ image, text }) => (image ? [{ image, text }] : []));
  const level = onOneLine(parts.map(({ image }) => image));
  return parts
    .map(({ text }, i) => {
      const { svg, width, height } = level[i];
      return picture(svg.replaceAll('currentColor', ink), text, width, height);
    })
    .join('\u2003\u2003');
}

function plots(entry: ActivationEntry, values: ParameterValues, options: HoverOptions): string {
  if (!isDrawable(entry, values)) {
    return '';
  }
  const { width, height } = plotSize(options);
  return plotsOf(entry, values)
    .map((item) => {
      const svg = plotSvg(item.plot, {
        width,
        height,
        paint: painter(options),
        legend: { f: 'f', df: 'f′' },
        ticks: true,
      });
      const caption = item.view === 'function' ? '' : `\n\n*${plotCaption(item, options.language)}*`;
      return picture(svg, plotDescription(entry, item, options.language), width, height) + caption;
    })
    .join('\n\n');
}

/**
 * Caption of a plot of a vector function. Shown below: above, it would push the plot out of a hover on a
 * small screen.
 */
export function plotCaption({ view }: ActivationPlot, language: Language): string {
  return labels[language].captions[view];
}

/** Describes a plot in a sentence, for people who cannot see it. */
export function plotDescription(entry: ActivationEntry, { view, plot }: ActivationPlot, language: Language): string {
  const words = labels[language];
  const ends = (role: 'f' | 'df'): readonly string[] => {
    const points = plot.lines.filter((line) => line.role === role).flatMap(({ polylines }) => polylines.flat());
    return [points[1], points[points.length - 1]].map((y) => short(y ?? 0));
  };
  return fill(words.descriptions[view], entry.name, ...ends('f'), ...ends('df'));
}

function story(
  entry: CatalogueEntry,
  values: ParameterValues,
  given: ParameterValues,
  { language, brief }: HoverOptions,
): readonly string[] {
  const words = labels[language];
  const text = textOf(entry.kind, entry.name, language);
  const summary = plain(text?.summary ?? '');
  if (brief) {
    return [summary];
  }
  const section = (title: string, body: string | undefined): string => (body ? `**${title}** ${plain(body)}` : '');
  const library = (title: string, call: string | undefined): string =>
    `**${title}** ${call ? code(call) : words.absent}`;
  const numpy = numpyLine(entry, values);
  const libraries = [
    ...(numpy ? [library('NumPy', numpy)] : []),
    library('PyTorch', libraryCall('pytorch', entry, values)),
    library('Keras', libraryCall('keras', entry, values)),
  ].join('  \n');
  return [
    summary,
    symbolList(entry, words),
    entry.range ? `**${words.range}** ${code(entry.range)}` : '',
    section(words.use, text?.use),
    section(words.gradient, text?.gradient),
    parameterList(entry, given, words, text?.parameters),
    section(words.differs, text?.differs),
    section(words.history, text?.history),
    entry.pytorch || entry.keras ? libraries : '',
  ];
}

/** The meaning of each letter of the formula. */
function symbolList(entry: CatalogueEntry, words: Labels): string {
  const meanings = symbolsOf(entry).map((meaning) => {
    const stood = 'parameter' in meaning ? code(meaning.parameter) : plain(words.quantities[meaning.quantity]);
    return `${code(meaning.symbol)} ${stood}`;
  });
  return meanings.length > 0 ? `**${words.symbols}** ${meanings.join(' · ')}` : '';
}

function parameterList(
  entry: CatalogueEntry,
  given: ParameterValues,
  words: Labels,
  meanings: Readonly<Record<string, string>> | undefined,
): string {
  if (entry.parameters.length === 0) {
    return '';
  }
  const lines = entry.parameters.map((parameter) => {
    const { name } = parameter;
    const standard =
      parameter.default === undefined
        ? parameter.optional
          ? words.optional
          : words.required
        : `${words.default} ${code(parameter.standard ?? showValue(parameter.default))}`;
    const value = given[name];
    const here =
      value === undefined || value === parameter.default || !isPlainValue(value) ? '' : ` = ${code(showValue(value))}`;
    const state = parameter.unsupported ? `, ${words.unsupported}` : '';
    return `- ${code(name)}${here} (${standard}${state}): ${plain(meanings?.[name] ?? '')}`;
  });
  return `**${words.parameters}**\n${lines.join('\n')}`;
}

/** Whether the value is not a string, or is a plain name: the diagnostics report others. */
function isPlainValue(value: ParameterValue): boolean {
  return typeof value !== 'string' || /^\w+$/.test(value);
}

function areNumbers(value: readonly unknown[]): boolean {
  return value.every((each) => (Array.isArray(each) ? areNumbers(each) : typeof each === 'number'));
}

/** The values in the file that the entry has as parameters, with a type that can be drawn or shown. */
function known(entry: CatalogueEntry, parameters: ParameterValues): ParameterValues {
  const kept: Record<string, ParameterValue> = {};
  for (const { name, type, choices } of entry.parameters) {
    const value = parameters[name];
    const numeric = type === 'number' || type === 'integer';
    if (numeric && typeof value === 'number' && Number.isFinite(value)) {
      kept[name] = value;
    }
    if (type === 'choice' && typeof value === 'string' && choices?.includes(value)) {
      kept[name] = value;
    }
    if (type === 'boolean' && typeof value === 'boolean') {
      kept[name] = value;
    }
    if (type === 'numbers' && Array.isArray(value) && areNumbers(value)) {
      kept[name] = value;
    }
    const listed = type === 'integers' || type === 'size' || type === 'shape';
    if (listed && Array.isArray(value) && value.every(Number.isInteger)) {
      kept[name] = value;
    }
    if (type === 'size' && (Number.isInteger(value) || choices?.includes(String(value)))) {
      kept[name] = value;
    }
    const worded = type === 'text' || type === 'activation';
    if (worded && typeof value === 'string' && isPlainValue(value)) {
      kept[name] = value;
    }
  }
  return kept;
}

function short(y: number): string {
  return String(Number(y.toPrecision(3)));
}
