/** Items for a value, by the type that the schema gives it. */
import { t } from '@vscode/l10n';
import { assertNever } from '../../common/assertNever';
import { targetKindOf } from '../../spec/lossRules';
import { exampleShape } from '../../spec/planLayer';
import {
  type ListSchema,
  type MapSchema,
  regularizerSchema,
  type SizeSchema,
  type ValueSchema,
} from '../../spec/schema';
import { findSource } from '../../spec/sources';
import { keyEntryOf, parameterEntryOf } from '../schema/entries';
import { expectedItem } from '../schema/expected';
import { parameterSchema } from '../schema/things';
import { showValue } from '../text/showValue';
import { dataNamed, nameOf, targetsNamed, wordsOf } from '../unfinished/dataNames';
import { classKeys, columnItems, columnKeys } from './columns';
import { columnsOf, lastLayer, layersOf, lossOf, nodeOf, type Scene } from './context';
import { mapKeysOf } from './dataKeys';
import { examplesOf } from './examples';
import { fileItems } from './files';
import { targetColumn } from './fittingNames';
import { formOf, previewOf } from './forms';
import { type CompletionItem, type Documented, literal, stop } from './item';
import { isChapter, keyItems, mapForm, parameterKeys, regularizerKeys } from './keys';
import { expectationItems, monitorItems } from './tags';
import { thingItems } from './things';

export async function valueItems(scene: Scene): Promise<CompletionItem[]> {
  const { expected } = scene.step;
  if (expected.type === 'schema') {
    return expected.schema ? schemaItems(scene, expected.schema) : [];
  }
  const { kind, entry } = expected;
  const keys = parameterKeys(kind, entry);
  const primary = entry.parameters.find((parameter) => parameter.primary);
  const schema = primary && parameterSchema(primary);
  if (isBlockStart(scene)) {
    const functions = schema?.type === 'thing' ? await thingItems(scene, schema.of, 'line') : [];
    return [...functions, ...keyItems(scene, keys, undefined)];
  }
  const form = formOf(kind, entry);
  const braces = form?.value.startsWith('{') ? form.value : `{ $1 \\}`;
  const map: CompletionItem[] =
    keys.length > 0 && !scene.place.quoted
      ? [
          {
            ...formItem(scene, braces, form ? previewOf(braces) : '{ }'),
            documented: { thing: { kind, name: entry.name } },
          },
        ]
      : [];
  if (!primary || !schema) {
    return map;
  }
  const of = { kind, name: entry.name };
  const owned = { ...scene, step: { ...scene.step, context: { parameter: { of, name: primary.name } } } };
  return [...(await schemaItems(owned, schema)), ...map];
}

/** Keys or dashes may begin here. */
function isBlockStart({ place }: Scene): boolean {
  return place.ownLine && !place.flow && !place.quoted;
}

async function schemaItems(scene: Scene, schema: ValueSchema): Promise<CompletionItem[]> {
  switch (schema.type) {
    case 'text':
      return textItems(scene);
    case 'name':
      return nameItems(scene);
    case 'boolean':
      return choiceItems(scene, ['true', 'false']);
    case 'choice':
      return choiceItems(scene, schema.choices);
    case 'number':
    case 'integer':
      return numberItems(scene);
    case 'size':
      return sizeItems(scene, schema);
    case 'thing':
      return thingItems(scene, schema.of, isBlockStart(scene) ? 'line' : 'value');
    case 'layer':
      return thingItems(scene, 'layer', 'line');
    case 'expectation':
      return expectationItems(scene);
    case 'weights':
      if (isBlockStart(scene)) {
        return classKeys(scene);
      }
      return [...choiceItems(scene, ['balanced']), ...(scene.place.quoted ? [] : [await weightForm(scene)])];
    case 'regularizer':
      if (isBlockStart(scene)) {
        return keyItems(scene, regularizerKeys(), undefined);
      }
      return [
        formItem(scene, `{ l2: ${stop(1, 0.001)} \\}`, '{ l2 }'),
        formItem(scene, mapForm(regularizerSchema), '{ l1, l2 }'),
      ];
    case 'list':
      return listItems(scene, schema);
    case 'dictionary':
      return isBlockStart(scene) ? columnKeys(scene) : [{ ...formItem(scene, '{ $1 \\}', '{ }'), retrigger: true }];
    case 'map':
      return mapItems(scene, schema);
    case 'cell':
    case 'formula':
      return [];
    default:
      return assertNever(schema);
  }
}

function mapItems(scene: Scene, schema: MapSchema): CompletionItem[] {
  const { place } = scene;
  if (isBlockStart(scene)) {
    return keyItems(scene, mapKeysOf(schema, undefined, ''), undefined);
  }
  if (place.quoted) {
    return [];
  }
  if (!place.flow && isChapter(schema)) {
    return below(scene, keyItems(deeperBy(scene, 2), mapKeysOf(schema, undefined, ''), undefined));
  }
  if (scene.step.context.doc === 'data.split') {
    return [
      [0.8, 0.2],
      [0.7, 0.15, 0.15],
    ].map((shares, index) => {
      const parts = ['train', 'validation', 'test'];
      const pairs = shares.map((share, at) => `${parts[at]}: ${stop(at + 1, share)}`);
      const label = `{ ${shares.map((share, at) => `${parts[at]}: ${share}`).join(', ')} }`;
      return { ...formItem(scene, `{ ${pairs.join(', ')} \\}`, label), sortText: String(index) };
    });
  }
  return [{ ...formItem(scene, mapForm(schema), '{ }'), suffix: ` ${schema.keys.map(({ name }) => name).join(', ')}` }];
}

async function listItems(scene: Scene, schema: ListSchema): Promise<CompletionItem[]> {
  const { place } = scene;
  if (place.quoted) {
    return schema.single ? schemaItems(scene, schema.of) : [];
  }
  // A line below its key: the dash is written along.
  if (isBlockStart(scene)) {
    return dashed(await itemsOf(scene, schema.of));
  }
  if (!place.flow && (schema.of.type === 'layer' || schema.of.type === 'expectation')) {
    return below(scene, dashed(await itemsOf(deeperBy(scene, 2), schema.of)));
  }
  const one = schema.single ? await schemaItems(scene, schema.of) : [];
  const shape = schema.of.type === 'integer' ? await shapeItems(scene) : [];
  if (shape.length > 0) {
    return shape;
  }
  return [
    ...one,
    { ...formItem(scene, '[$1]', '[ ]'), sortText: 'z', retrigger: one.length > 0 || isNamed(schema.of) },
  ];
}

function isNamed({ type }: ValueSchema): boolean {
  return type === 'thing' || type === 'name' || type === 'layer';
}

/** The items of a list whose next dash is still to be written. */
export async function newItems(scene: Scene): Promise<CompletionItem[]> {
  const item = expectedItem(scene.step.expected);
  return item.type === 'schema' && item.schema ? dashed(await itemsOf(scene, item.schema)) : [];
}

/** A list's item stands two columns behind its dash. */
function itemsOf(scene: Scene, schema: ValueSchema): Promise<CompletionItem[]> {
  return schemaItems(deeperBy(scene, 2), schema);
}

function deeperBy(scene: Scene, columns: number): Scene {
  return { ...scene, place: { ...scene.place, column: scene.place.column + columns } };
}

/** Moves items to the line below, for completion that was asked for right behind a key's colon. */
function below({ place, text }: Scene, items: readonly CompletionItem[]): CompletionItem[] {
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

function textItems(scene: Scene): Promise<CompletionItem[]> | CompletionItem[] {
  const { context } = scene.step;
  if (context.doc === 'data.file') {
    return fileItems(scene);
  }
  return context.doc === 'training.early_stopping.monitor' || context.parameter?.name === 'monitor'
    ? monitorItems(scene)
    : [];
}

async function nameItems(scene: Scene): Promise<CompletionItem[]> {
  const { context } = scene.step;
  if (context.doc === 'data.inputs' || context.doc === 'data.target') {
    return columnItems(scene);
  }
  return context.doc === 'layer.name' ? layerNames(scene) : [];
}

/** The name that the layer has already, and what people call layers in its place. */
function layerNames(scene: Scene): CompletionItem[] {
  const layers = layersOf(scene);
  const [, , index, type] = scene.place.path;
  if (typeof index !== 'number' || typeof type !== 'string') {
    return [];
  }
  const count = layers.slice(0, index + 1).filter((layer) => nameOf(layer) === type).length;
  const place = index === lastLayer(scene) ? 'output' : `hidden_${index + 1}`;
  const taken = layers.flatMap((layer, other) => {
    const parameters = layer.kind === 'map' && other !== index ? layer.entries[0]?.value : undefined;
    return parameters?.kind === 'map' ? wordsOf(parameters.entries.find(({ key }) => key === 'name')?.value) : [];
  });
  return [place, `${type}_${count}`]
    .filter((name) => !taken.includes(name))
    .map((name, rank) => ({ ...plainItem(scene, name, rank, { doc: 'layer.name' }), kind: 'name' }));
}

function choiceItems(scene: Scene, choices: readonly string[]): CompletionItem[] {
  const standard = standardOf(scene);
  return choices.map((choice, index) => ({
    ...plainItem(scene, choice, index, documentedBy(scene)),
    ...(choice === standard ? { detail: t('default') } : {}),
  }));
}

/** The value that applies anyway, the count that the data ask for, and values that people write. */
async function numberItems(scene: Scene): Promise<CompletionItem[]> {
  const key = String(scene.place.path.findLast((step) => typeof step === 'string') ?? '');
  const name = scene.step.context.parameter?.name ?? key;
  const standard = standardOf(scene);
  const wanted = name === 'units' ? await outputUnits(scene) : [];
  const numbers = [...examplesOf(name).map(String), ...(standard === undefined ? [] : [standard])];
  const sorted = [...new Set(numbers)].filter((number) => !wanted.some(({ label }) => label === number));
  sorted.sort((a, b) => Number(a) - Number(b));
  return [
    ...wanted,
    ...sorted.map((number, index) => ({
      ...plainItem(scene, number, index + 1, documentedBy(scene)),
      ...(number === standard ? { detail: t('default') } : {}),
    })),
  ];
}

/** The units of the last layer: one for each class or target. */
async function outputUnits(scene: Scene): Promise<CompletionItem[]> {
  const [, , index] = scene.place.path;
  if (index !== lastLayer(scene) || typeof index !== 'number') {
    return [];
  }
  const targets = targetsNamed(scene.tree);
  const classes = await classCount(scene);
  const loss = lossOf(scene);
  const isClasses =
    loss === undefined || loss === 'mean_squared_error' ? (classes ?? 0) > 2 : targetKindOf(loss) === 'classes';
  const [count, detail] =
    isClasses && classes !== undefined
      ? [classes, t('one for each class of {0}', targets.join(', '))]
      : [targets.length, t('one for each target')];
  if (count === 0) {
    return [];
  }
  return [{ ...plainItem(scene, String(count), 0, documentedBy(scene)), detail, preselect: true }];
}

/**
 * Classes of the target column, or of what a generator draws; undefined where the target is a measured value.
 */
async function classCount(scene: Scene): Promise<number | undefined> {
  const column = await targetColumn(scene);
  if (column) {
    return column.type === 'category' || targetKindOf(lossOf(scene) ?? '') === 'classes' ? column.distinct : undefined;
  }
  const { source: name = '' } = dataNamed(scene.tree);
  const source = findSource(name);
  if (source?.kind !== 'generator' || !source.classes) {
    return undefined;
  }
  const written = nodeOf(scene, ['data', 'source', name, 'classes']);
  const standard = source.parameters.find((parameter) => parameter.name === 'classes')?.default ?? 2;
  return Number(written?.kind === 'scalar' && typeof written.value === 'number' ? written.value : standard);
}

function sizeItems(scene: Scene, { words, axes }: SizeSchema): Promise<CompletionItem[]> | CompletionItem[] {
  const name = scene.step.context.parameter?.name ?? '';
  const standard = standardOf(scene);
  const numbers = [...words, ...examplesOf(name).map(String)].map((word, index) => ({
    ...plainItem(scene, word, index, documentedBy(scene)),
    ...(word === standard ? { detail: t('default') } : {}),
  }));
  if (axes === 1 || scene.place.quoted) {
    return numbers;
  }
  const [first = 1] = examplesOf(name);
  return [
    ...numbers,
    { ...formItem(scene, `[${stop(1, first)}, ${stop(2, first)}]`, `[${first}, ${first}]`), sortText: 'y' },
  ];
}

/** A shape whose lengths multiply to the count of inputs. */
async function shapeItems(scene: Scene): Promise<CompletionItem[]> {
  if (scene.step.context.doc !== 'data.shape') {
    return [];
  }
  const written = wordsOf(nodeOf(scene, ['data', 'inputs'])).length;
  const count = written > 0 ? written : (await columnsOf(scene)).length - targetsNamed(scene.tree).length;
  if (count <= 0) {
    return [];
  }
  return ([2, 1] as const).map((axes, index) => {
    const shape = exampleShape(count, axes);
    return { ...formItem(scene, shape, shape), sortText: String(index), detail: axes === 2 ? '[C, H, W]' : '[C, L]' };
  });
}

/** Every class with a weight of 1. */
async function weightForm(scene: Scene): Promise<CompletionItem> {
  const classes = (await classKeys(scene)).slice(0, 10).map(({ insertText }) => insertText.replace(/: $/, ''));
  const pairs = classes.map((name, index) => `${name}: ${stop(index + 1, 1)}`);
  return formItem(
    scene,
    pairs.length > 0 ? `{ ${pairs.join(', ')} \\}` : '{ $1 \\}',
    pairs.length > 0 ? `{ ${classes.join(', ')} }` : '{ }',
  );
}

function plainItem(scene: Scene, text: string, index: number, documented: Documented): CompletionItem {
  return {
    label: text,
    kind: 'value',
    insertText: literal(text),
    sortText: String(index).padStart(3, '0'),
    span: scene.place.span,
    documented,
  };
}

function formItem(scene: Scene, insertText: string, label: string): CompletionItem {
  return {
    label,
    kind: 'form',
    insertText,
    sortText: 'y',
    // A form stays in the list whatever is typed.
    filterText: scene.place.prefix === '' ? label : scene.place.prefix + label,
    span: scene.place.span,
    documented: documentedBy(scene),
  };
}

function documentedBy({ step }: Scene): Documented {
  const { parameter, doc } = step.context;
  return parameter ? { parameter } : doc ? { doc } : {};
}

/** The default of an omitted value, as the file would write it. */
function standardOf({ step }: Scene): string | undefined {
  const { parameter, doc } = step.context;
  if (parameter) {
    const entry = parameterEntryOf(parameter);
    const value = entry?.default;
    return value === undefined || value === null ? undefined : showValue(value);
  }
  const value = doc === undefined ? undefined : keyEntryOf(doc)?.default;
  return value === undefined ? undefined : String(value);
}
