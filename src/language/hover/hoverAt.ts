/** The hover under the cursor of a `.nnspec` file. */

import { counted } from '../../common/counted';
import { formatCount } from '../../common/formatCount';
import { find, findParameterAlias } from '../../spec/catalogue';
import { fill, labels } from '../../spec/catalogue/texts/labels';
import type { Language, ParameterValues } from '../../spec/catalogue/types';
import type { Position, Range } from '../../spec/problem';
import { columnDocs, folderDoc } from '../../spec/schema';
import type { ParameterValue } from '../../spec/spec';
import { type ParsedSpec, parseSpec } from '../reading/parse';
import { splitTag } from '../reading/tags';
import type { NamedThing } from '../schema/expected';
import { choiceOf, sweepOf, valuesOf } from '../sweep/runs';
import { showWritten } from '../text/showValue';
import { type NodeAt, nodeIn, treeOf } from '../unfinished/nodeAt';
import { headOf, nodeAtPath, type Path, type TreeNode } from '../yaml/tree';
import { columnHover, fileHover, folderHover, formatWords } from './dataHover';
import { type DocumentOptions, thingDocument } from './documents';
import { layerAt, type PlannedLayer, shapesOf } from './layerShape';
import { code } from './markdown';
import { keyHover, parameterHover } from './reference';

export interface Hover {
  readonly markdown: string;
  readonly range: Range;
}

/** Undefined where nothing under the cursor has a name. Never throws. */
export function hoverAt(text: string, position: Position, options: DocumentOptions): Hover | undefined {
  return hoverIn(parseSpec(text, { fileName: '' }), position, options);
}

/** As `hoverAt`, for a parsed text. */
export function hoverIn(parsed: ParsedSpec, position: Position, options: DocumentOptions): Hover | undefined {
  const node = nodeIn(parsed, position);
  if (!node) {
    return undefined;
  }
  const found = ofExpectation(parsed, node, position, options) ?? { markdown: describe(parsed, node, options) };
  return found.markdown ? { range: node.range, ...found } : undefined;
}

function describe(parsed: ParsedSpec, node: NodeAt, options: DocumentOptions): string {
  const { thing, parameter, doc, path, kind } = node;
  const { language } = options;
  const written = kind === 'value' ? wordOf(parsed, node.range) : undefined;
  if (thing) {
    return describeThing(parsed, node, thing, options);
  }
  const chosen = kind === 'key' ? chosenBy(parsed, path, options) : '';
  const own =
    (parameter && describeMonitor(parameter.name, written, options)) ??
    (parameter && parameterHover(parameter, language, written)) ??
    describeData(node, written, options) ??
    (doc === 'training.early_stopping.monitor' || doc === 'sweep.best'
      ? describeMonitor('monitor', written, options)
      : undefined) ??
    (doc ? keyHover(doc, language, path[0] === 'expect' ? undefined : written, chosen !== '') : '');
  const below = chosen || (doc === 'sweep' && kind === 'key' ? runsOf(parsed, language) : '');
  return own && below ? `${own}\n\n---\n\n${below}` : own;
}

/** Runs of a sweep that a hover lists. */
const listedRuns = 5;

/** How many runs a sweep has, and the values of the first. */
function runsOf(parsed: ParsedSpec, language: Language): string {
  const sweep = sweepOf(parsed);
  if (!sweep) {
    return '';
  }
  const { one, others } = labels[language].sweepRuns;
  const shown = Array.from({ length: Math.min(sweep.count, listedRuns) }, (_, index) => {
    const values = Object.entries(valuesOf(choiceOf(sweep, index)));
    return `${index}. ${values.map(([path, value]) => code(`${path} = ${showWritten(value)}`)).join(', ')}`;
  });
  const more = sweep.count > listedRuns ? ['…'] : [];
  const heading = `**${fill(counted(sweep.count, one, others), formatCount(sweep.count))}**`;
  return [heading, shown.join('\n'), ...more].join('\n\n');
}

/**
 * A short text about the thing that the value of a key names, such as `adam` for `optimizer`; otherwise
 * empty.
 */
function chosenBy(parsed: ParsedSpec, path: Path, options: DocumentOptions): string {
  const tree = treeOf(parsed);
  const value = tree && nodeAtPath(tree, path);
  if (!value || value.alias || value.kind === 'list') {
    return '';
  }
  const node = nodeIn(parsed, parsed.lines.positionAt(headOf(value)[0]));
  return node?.thing ? describeThing(parsed, node, node.thing, { ...options, brief: true }) : '';
}

function describeThing(parsed: ParsedSpec, node: NodeAt, thing: NamedThing, options: DocumentOptions): string {
  const { path } = node;
  const tree = treeOf(parsed);
  const written = tree && parametersOf(tree, path, node.kind === 'key', thing);
  const markdown = thingDocument(thing, written ?? {}, { ...learningRateOf(parsed), ...options });
  const layer = thing.kind === 'layer' ? layerAt(parsed, path, options.facts) : undefined;
  return markdown && layer ? withShape(markdown, layer, options) : markdown;
}

/** The facts of a data file at its path, or of a column at its name. */
function describeData(
  { doc, path, kind }: NodeAt,
  written: string | undefined,
  options: DocumentOptions,
): string | undefined {
  const { table, language, target = [] } = options;
  if (!table) {
    return undefined;
  }
  if (doc === 'data.file' && written !== undefined) {
    return fileHover(unquoted(written), table, target, language);
  }
  if (doc === folderDoc && written !== undefined) {
    return folderHover(unquoted(written), table, language);
  }
  if (doc === 'data.format' && kind === 'key' && table.format) {
    const { format } = labels[language].reference;
    return [keyHover(doc, language), `**${format}** ${formatWords(table.format, labels[language])}`]
      .filter(Boolean)
      .join('\n\n');
  }
  const name = columnName(doc, path, kind, written);
  const column = table.columns.find((each) => each.name === name);
  return column && columnHover(column, table.rows, language);
}

/** The column named by a value, such as an item of `inputs`, or by a key of `types`. */
function columnName(doc: string | undefined, path: Path, kind: string, written?: string): string | undefined {
  if (doc === 'data.types' && kind === 'key' && path.length === 3) {
    return String(path[2]);
  }
  return doc !== undefined && columnDocs.includes(doc) && written !== undefined ? unquoted(written) : undefined;
}

function describeMonitor(key: string, written: string | undefined, options: DocumentOptions): string | undefined {
  const name = key === 'monitor' && written !== undefined ? splitTag(unquoted(written)).measure : undefined;
  return name && find('metric', name) ? thingDocument({ kind: 'metric', name }, {}, options) : undefined;
}

/** The hover of a tag in an expectation: its metric. */
function ofExpectation(
  parsed: ParsedSpec,
  node: NodeAt,
  position: Position,
  options: DocumentOptions,
): Hover | undefined {
  if (node.doc !== 'expect' || node.kind !== 'value') {
    return undefined;
  }
  const { lines, text } = parsed;
  const at = lines.offsetAt(position);
  const [from, to] = [lines.offsetAt(node.range.start), lines.offsetAt(node.range.end)];
  const tag = /^["']?(\w+)/.exec(text.slice(from, to));
  if (!tag) {
    return undefined;
  }
  const start = from + tag[0].length - tag[1].length;
  const end = from + tag[0].length;
  const name = splitTag(tag[1]).measure;
  if (at < start || at > end || !find('metric', name)) {
    return undefined;
  }
  return { markdown: thingDocument({ kind: 'metric', name }, {}, options), range: lines.range([start, end]) };
}

function wordOf({ text, lines }: ParsedSpec, { start, end }: Range): string {
  return text.slice(lines.offsetAt(start), lines.offsetAt(end));
}

function unquoted(written: string): string {
  return written.replace(/^(["'])(.*)\1$/s, '$2');
}

/** The optimizer's learning rate; nothing for a file with errors. */
function learningRateOf({ spec }: ParsedSpec): { readonly learningRate?: number } {
  const rate = spec?.training.optimizer.parameters.learning_rate;
  return typeof rate === 'number' ? { learningRate: rate } : {};
}

/** Adds the layer's shapes below the heading. */
function withShape(markdown: string, { layer, parameters }: PlannedLayer, { language }: DocumentOptions): string {
  const { one, others } = labels[language].layerParameters;
  const learned = fill(counted(parameters, one, others), formatCount(parameters));
  const [heading, ...rest] = markdown.split('\n\n');
  return [heading, `${code(shapesOf(layer))} · ${learned}`, ...rest].join('\n\n');
}

/**
 * The parameters of the thing whose name is at the path: `{ leaky_relu: 0.2 }` or `{ elu: { alpha: 2 } }`.
 */
function parametersOf(tree: TreeNode, path: Path, isKey: boolean, { kind, name }: NamedThing): ParameterValues {
  const entry = kind === 'source' ? undefined : find(kind, name);
  const node = isKey ? nodeAtPath(tree, path) : undefined;
  if (!entry || !node) {
    return {};
  }
  if (node.kind !== 'map') {
    const primary = entry.parameters.find((parameter) => parameter.primary);
    const value = writtenValue(node);
    return primary && value !== undefined ? { [primary.name]: value } : {};
  }
  const values: Record<string, ParameterValue> = {};
  for (const { key, value } of node.entries) {
    const own =
      entry.parameters.find((parameter) => parameter.name === key)?.name ?? findParameterAlias(entry, key)?.name;
    const written = writtenValue(value);
    if (own && written !== undefined) {
      values[own] = written;
    }
  }
  return values;
}

/** The value of a scalar or of a list of numbers; undefined for any other node. */
function writtenValue(node: TreeNode): ParameterValue | undefined {
  if (node.kind === 'scalar') {
    return scalarOf(node);
  }
  const items = node.kind === 'list' ? node.items.map((item) => item.kind === 'scalar' && item.value) : [];
  return items.length > 0 && items.every((item) => typeof item === 'number') ? items : undefined;
}

function scalarOf(node: Extract<TreeNode, { kind: 'scalar' }>): ParameterValue {
  const { value } = node;
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : null;
}
