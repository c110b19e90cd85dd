/** Completion of values, by the type in the schema. */
import { t } from '@vscode/l10n';
import { assertNever } from '../../common/assertNever';
import { targetKindOf } from '../../spec/lossRules';
import {
  arrayDocs,
  columnDocs,
  fileDocs,
  folderDoc,
  type ListSchema,
  type MapSchema,
  rangeSchema,
  regularizerSchema,
  type SizeSchema,
  type ValueSchema,
} from '../../spec/schema';
import { exampleShape } from '../../spec/shape';
import { findSource } from '../../spec/sources';
import type { TextFormat } from '../../spec/spec';
import { keyEntryOf, parameterEntryOf } from '../schema/entries';
import { expectedItem } from '../schema/expected';
import { parameterSchema } from '../schema/things';
import { choiceText, isNumeric } from '../text/describe';
import { showValue } from '../text/showValue';
import { dataNamed, nameOf, targetsNamed, wordsOf } from '../unfinished/dataNames';
import { arrayItems, classItems, classKeys, columnItems, columnKeys, markItems } from './columns';
import { mapKeysOf } from './dataKeys';
import { examplesOf } from './examples';
import { fileItems } from './files';
import { targetColumn } from './fittingNames';
import { formOf, previewOf } from './forms';
import { type CompletionItem, type Documented, literal, stop } from './item';
import { isChapter, keyItems, mapForm, parameterKeys, regularizerKeys } from './keys';
import { pathItems } from './paths';
import { type CompletionRequest, columnsOf, lastLayer, layersOf, lossOf, nodeOf, tableOf } from './request';
import { expectationItems, monitorItems } from './tags';
import { thingItems } from './things';

export async function valueItems(request: CompletionRequest): Promise<CompletionItem[]> {
  const { expected } = request.step;
  if (expected.type === 'schema') {
    return expected.schema ? schemaItems(request, expected.schema) : [];
  }
  const { kind, entry } = expected;
  const keys = parameterKeys(kind, entry);
  const primary = entry.parameters.find((parameter) => parameter.primary);
  const schema = primary && parameterSchema(primary);
  if (isBlockStart(request)) {
    const functions = schema?.type === 'thing' ? await thingItems(request, schema.of, 'line') : [];
    return [...functions, ...keyItems(request, keys, undefined)];
  }
  const form = formOf(kind, entry);
  const braces = form?.value.startsWith('{') ? form.value : `{ $1 \\}`;
  const map: CompletionItem[] =
    keys.length > 0 && !request.place.quoted
      ? [
          {
            ...formItem(request, braces, form ? previewOf(braces) : '{ }'),
            documented: { thing: { kind, name: entry.name } },
          },
        ]
      : [];
  if (!primary || !schema) {
    return map;
  }
  const of = { kind, name: entry.name };
  const owned = { ...request, step: { ...request.step, context: { parameter: { of, name: primary.name } } } };
  return [...(await schemaItems(owned, schema)), ...map];
}

/** Whether keys or dashes may begin here. */
function isBlockStart({ place }: CompletionRequest): boolean {
  return place.ownLine && !place.flow && !place.quoted;
}

async function schemaItems(request: CompletionRequest, schema: ValueSchema): Promise<CompletionItem[]> {
  switch (schema.type) {
    case 'text':
      return textItems(request);
    case 'name':
      return nameItems(request);
    case 'boolean':
      return withFound(request, choiceItems(request, ['true', 'false']));
    case 'choice':
      return withFound(request, choiceItems(request, schema.choices));
    case 'number':
    case 'integer':
      return numberItems(request);
    case 'size':
      return sizeItems(request, schema);
    case 'thing':
      return thingItems(request, schema.of, isBlockStart(request) ? 'line' : 'value');
    case 'layer':
      return thingItems(request, 'layer', 'line');
    case 'expectation':
      return expectationItems(request);
    case 'weights':
      if (isBlockStart(request)) {
        return classKeys(request);
      }
      return [...choiceItems(request, ['balanced']), ...(request.place.quoted ? [] : [await weightForm(request)])];
    case 'regularizer':
      if (isBlockStart(request)) {
        return keyItems(request, regularizerKeys(), undefined);
      }
      return [
        formItem(request, `{ l2: ${stop(1, 0.001)} \\}`, '{ l2 }'),
        formItem(request, mapForm(regularizerSchema), '{ l1, l2 }'),
      ];
    case 'numbers':
      return [formItem(request, '[$1]', '[ ]')];
    case 'list':
      return listItems(request, schema);
    case 'dictionary':
      return isBlockStart(request)
        ? columnKeys(request)
        : [{ ...formItem(request, '{ $1 \\}', '{ }'), retrigger: true }];
    case 'map':
      return mapItems(request, schema);
    case 'paths':
      return isBlockStart(request) ? pathItems(request) : below(request, pathItems(deeperBy(request, 2)));
    case 'swept':
      return sweptItems(request, schema.of);
    case 'cell':
    case 'formula':
    case 'free':
      return [];
    default:
      return assertNever(schema);
  }
}

/** Brackets for the values of a path, and braces for a range where there are numbers. */
function sweptItems(request: CompletionRequest, of: ValueSchema): CompletionItem[] {
  const list = { ...formItem(request, '[$1]', '[ ]'), retrigger: true };
  return isNumeric(of) ? [list, { ...formItem(request, mapForm(rangeSchema), '{ from, to }'), sortText: 'z' }] : [list];
}

function mapItems(request: CompletionRequest, schema: MapSchema): CompletionItem[] {
  const { place } = request;
  if (isBlockStart(request)) {
    return keyItems(request, mapKeysOf(schema, undefined, ''), undefined);
  }
  if (schema.words) {
    const maps = schema.keys.map(({ name }, index) => ({
      ...formItem(request, `{ ${name}: $1 \\}`, `{ ${name} }`),
      sortText: `z${index}`,
      retrigger: true,
    }));
    return [...choiceItems(request, schema.words), ...(place.quoted ? [] : maps)];
  }
  if (place.quoted) {
    return [];
  }
  if (!place.flow && isChapter(schema)) {
    return below(request, keyItems(deeperBy(request, 2), mapKeysOf(schema, undefined, ''), undefined));
  }
  if (request.step.context.doc === 'data.split') {
    return [
      [0.8, 0.2],
      [0.7, 0.15, 0.15],
    ].map((shares, index) => {
      const parts = ['train', 'validation', 'test'];
      const pairs = shares.map((share, at) => `${parts[at]}: ${stop(at + 1, share)}`);
      const label = `{ ${shares.map((share, at) => `${parts[at]}: ${share}`).join(', ')} }`;
      return { ...formItem(request, `{ ${pairs.join(', ')} \\}`, label), sortText: String(index) };
    });
  }
  return [
    { ...formItem(request, mapForm(schema), '{ }'), suffix: ` ${schema.keys.map(({ name }) => name).join(', ')}` },
  ];
}

async function listItems(request: CompletionRequest, schema: ListSchema): Promise<CompletionItem[]> {
  const { place } = request;
  if (place.quoted) {
    return schema.single ? schemaItems(request, schema.of) : [];
  }
  // On a line below the key, the dash is inserted too.
  if (isBlockStart(request)) {
    return dashed(await itemsOf(request, schema.of));
  }
  if (!place.flow && (schema.of.type === 'layer' || schema.of.type === 'expectation')) {
    return below(request, dashed(await itemsOf(deeperBy(request, 2), schema.of)));
  }
  const one = schema.single ? await schemaItems(request, schema.of) : [];
  const shape = schema.of.type === 'integer' ? await shapeItems(request) : [];
  if (shape.length > 0) {
    return shape;
  }
  return [
    ...one,
    { ...formItem(request, '[$1]', '[ ]'), sortText: 'z', retrigger: one.length > 0 || isNamed(schema.of) },
  ];
}

function isNamed({ type }: ValueSchema): boolean {
  return type === 'thing' || type === 'name' || type === 'layer';
}

/** Items with a dash, for a line in a list’s column that lacks one. */
export async function newItems(request: CompletionRequest): Promise<CompletionItem[]> {
  const item = expectedItem(request.step.expected);
  return item.type === 'schema' && item.schema ? dashed(await itemsOf(request, item.schema)) : [];
}

/** The items of a list begin two columns after its dash. */
function itemsOf(request: CompletionRequest, schema: ValueSchema): Promise<CompletionItem[]> {
  return schemaItems(deeperBy(request, 2), schema);
}

function deeperBy(request: CompletionRequest, columns: number): CompletionRequest {
  return { ...request, place: { ...request.place, column: request.place.column + columns } };
}

/** Puts items on the next line, if completion was requested right after a key's colon. */
function below({ place, text }: CompletionRequest, items: readonly CompletionItem[]): CompletionItem[] {
  const [end] = place.span;
  let start = end;
  while (text[start - 1] === ' ') {
    start--;
  }
  const indent = ' '.repeat(Math.max(0, place.column - place.indent) + 2);
  return items.map((item) => ({
    ...item,
    insertText: `\n${indent}${item.insertText}`,
    ...(start < end ? { removed: [start, end] as const } : {}),
    filterText: item.filterText ?? item.label,
  }));
}

function dashed(items: readonly CompletionItem[]): CompletionItem[] {
  return items.map((item) => ({
    ...item,
    insertText: `- ${item.insertText}`,
    filterText: item.filterText ?? item.label,
  }));
}

function textItems(request: CompletionRequest): Promise<CompletionItem[]> | CompletionItem[] {
  const { context } = request.step;
  if (context.doc !== undefined && (fileDocs.includes(context.doc) || context.doc === folderDoc)) {
    return fileItems(request);
  }
  if (context.doc !== undefined && arrayDocs.includes(context.doc)) {
    return arrayItems(request);
  }
  return context.doc === 'training.early_stopping.monitor' ||
    context.doc === 'sweep.best' ||
    context.parameter?.name === 'monitor'
    ? monitorItems(request)
    : [];
}

async function nameItems(request: CompletionRequest): Promise<CompletionItem[]> {
  const { context } = request.step;
  if (context.doc !== undefined && columnDocs.includes(context.doc)) {
    return columnItems(request);
  }
  if (context.doc === 'data.na_values') {
    return markItems(request);
  }
  if (context.doc === 'data.positive') {
    return classItems(request);
  }
  return context.doc === 'layer.name' ? layerNames(request) : [];
}

/** A usual name for the layer at this place, and its default name. */
function layerNames(request: CompletionRequest): CompletionItem[] {
  const layers = layersOf(request);
  const [, , index, type] = request.place.path;
  if (typeof index !== 'number' || typeof type !== 'string') {
    return [];
  }
  const count = layers.slice(0, index + 1).filter((layer) => nameOf(layer) === type).length;
  const place = index === lastLayer(request) ? 'output' : `hidden_${index + 1}`;
  const taken = layers.flatMap((layer, other) => {
    const parameters = layer.kind === 'map' && other !== index ? layer.entries[0]?.value : undefined;
    return parameters?.kind === 'map' ? wordsOf(parameters.entries.find(({ key }) => key === 'name')?.value) : [];
  });
  return [place, `${type}_${count}`]
    .filter((name) => !taken.includes(name))
    .map((name, rank) => ({ ...plainItem(request, name, rank, { doc: 'layer.name' }), kind: 'name' }));
}

function choiceItems(request: CompletionRequest, choices: readonly string[]): CompletionItem[] {
  const standard = standardOf(request);
  const { quoted } = request.place;
  return choices.map((choice, index) => ({
    ...plainItem(request, quoted ? choice.replace('\t', '\\t') : choiceText(choice), index, documentedBy(request)),
    ...(choice === standard ? { detail: t('default') } : {}),
  }));
}

/** Puts the value first that was found out from the data file. */
async function withFound(request: CompletionRequest, items: CompletionItem[]): Promise<CompletionItem[]> {
  const { doc } = request.step.context;
  const format = doc?.startsWith('data.format.') ? (await tableOf(request))?.format : undefined;
  const found = format?.[doc?.slice('data.format.'.length) as keyof TextFormat];
  const label = found === undefined ? undefined : choiceText(String(found));
  return items.map((item) =>
    item.label === label ? { ...item, detail: t('as the file is written'), sortText: '', preselect: true } : item,
  );
}

/** The default, the number of units that the data require, and usual values. */
async function numberItems(request: CompletionRequest): Promise<CompletionItem[]> {
  const key = String(request.place.path.findLast((step) => typeof step === 'string') ?? '');
  const name = request.step.context.parameter?.name ?? key;
  const standard = standardOf(request);
  const wanted = name === 'units' ? await outputUnits(request) : [];
  const numbers = [...examplesOf(name).map(String), ...(standard === undefined ? [] : [standard])];
  const sorted = [...new Set(numbers)].filter((number) => !wanted.some(({ label }) => label === number));
  sorted.sort((a, b) => Number(a) - Number(b));
  return [
    ...wanted,
    ...sorted.map((number, index) => ({
      ...plainItem(request, number, index + 1, documentedBy(request)),
      ...(number === standard ? { detail: t('default') } : {}),
    })),
  ];
}

/** The units of the output layer: one for each class or target. */
async function outputUnits(request: CompletionRequest): Promise<CompletionItem[]> {
  const [, , index] = request.place.path;
  if (index !== lastLayer(request) || typeof index !== 'number') {
    return [];
  }
  const targets = targetsNamed(request.tree);
  const classes = await classCount(request);
  const loss = lossOf(request);
  const isClasses =
    loss === undefined || loss === 'mean_squared_error' ? (classes ?? 0) > 2 : targetKindOf(loss) === 'classes';
  const [count, detail] =
    isClasses && classes !== undefined
      ? [classes, t('one for each class of {0}', targets.join(', '))]
      : [targets.length, t('one for each target')];
  if (count === 0) {
    return [];
  }
  return [{ ...plainItem(request, String(count), 0, documentedBy(request)), detail, preselect: true }];
}

/** Number of classes of the target column, or of a generator; undefined for a measured value. */
async function classCount(request: CompletionRequest): Promise<number | undefined> {
  const column = await targetColumn(request);
  if (column) {
    return column.type === 'category' || targetKindOf(lossOf(request) ?? '') === 'classes'
      ? column.distinct
      : undefined;
  }
  const { source: name = '' } = dataNamed(request.tree);
  const source = findSource(name);
  if (source?.kind !== 'generator' || !source.classes) {
    return undefined;
  }
  const written = nodeOf(request, ['data', 'source', name, 'classes']);
  const standard = source.parameters.find((parameter) => parameter.name === 'classes')?.default ?? 2;
  return Number(written?.kind === 'scalar' && typeof written.value === 'number' ? written.value : standard);
}

function sizeItems(
  request: CompletionRequest,
  { words, axes }: SizeSchema,
): Promise<CompletionItem[]> | CompletionItem[] {
  const name = request.step.context.parameter?.name ?? '';
  const standard = standardOf(request);
  const numbers = [...words, ...examplesOf(name).map(String)].map((word, index) => ({
    ...plainItem(request, word, index, documentedBy(request)),
    ...(word === standard ? { detail: t('default') } : {}),
  }));
  if (axes === 1 || request.place.quoted) {
    return numbers;
  }
  const [first = 1] = examplesOf(name);
  return [
    ...numbers,
    { ...formItem(request, `[${stop(1, first)}, ${stop(2, first)}]`, `[${first}, ${first}]`), sortText: 'y' },
  ];
}

/** Shapes whose product is the number of inputs. */
async function shapeItems(request: CompletionRequest): Promise<CompletionItem[]> {
  if (request.step.context.doc !== 'data.shape') {
    return [];
  }
  const written = wordsOf(nodeOf(request, ['data', 'inputs'])).length;
  const count = written > 0 ? written : (await columnsOf(request)).length - targetsNamed(request.tree).length;
  if (count <= 0) {
    return [];
  }
  return ([2, 1] as const).map((axes, index) => {
    const shape = exampleShape(count, axes);
    return { ...formItem(request, shape, shape), sortText: String(index), detail: axes === 2 ? '[C, H, W]' : '[C, L]' };
  });
}

/** A map of every class with a weight of 1. */
async function weightForm(request: CompletionRequest): Promise<CompletionItem> {
  const classes = (await classKeys(request)).slice(0, 10).map(({ insertText }) => insertText.replace(/: $/, ''));
  const pairs = classes.map((name, index) => `${name}: ${stop(index + 1, 1)}`);
  return formItem(
    request,
    pairs.length > 0 ? `{ ${pairs.join(', ')} \\}` : '{ $1 \\}',
    pairs.length > 0 ? `{ ${classes.join(', ')} }` : '{ }',
  );
}

function plainItem(request: CompletionRequest, text: string, index: number, documented: Documented): CompletionItem {
  return {
    label: text,
    kind: 'value',
    insertText: literal(text),
    sortText: String(index).padStart(3, '0'),
    span: request.place.span,
    documented,
  };
}

function formItem(request: CompletionRequest, insertText: string, label: string): CompletionItem {
  return {
    label,
    kind: 'form',
    insertText,
    sortText: 'y',
    // A form always matches the typed text.
    filterText: request.place.prefix === '' ? label : request.place.prefix + label,
    span: request.place.span,
    documented: documentedBy(request),
  };
}

function documentedBy({ step }: CompletionRequest): Documented {
  const { parameter, doc } = step.context;
  return parameter ? { parameter } : doc ? { doc } : {};
}

/** The default of an omitted value, as the file would write it. */
function standardOf({ step }: CompletionRequest): string | undefined {
  const { parameter, doc } = step.context;
  if (parameter) {
    const entry = parameterEntryOf(parameter);
    const value = entry?.default;
    return value === undefined || value === null ? undefined : showValue(value);
  }
  const value = doc === undefined ? undefined : keyEntryOf(doc)?.default;
  return value === undefined ? undefined : String(value);
}
