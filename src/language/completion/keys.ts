/** Completion of the keys of a map, required ones first, each with the beginning of its value. */
import { t } from '@vscode/l10n';
import type { ParameterEntry } from '../../spec/catalogue/types';
import { type KeyEntry, type MapSchema, regularizerSchema, type ThingKind, type ValueSchema } from '../../spec/schema';
import { findThing, parameterSchema, type ThingEntry } from '../schema/things';
import { showValue } from '../text/showValue';
import { entryOf, type TreeNode } from '../yaml/tree';
import { examplesOf } from './examples';
import { isRequired } from './forms';
import { type CompletionItem, type Documented, stop } from './item';
import type { CompletionRequest } from './request';

/** A key of the schema or a parameter of a thing. */
export interface Key {
  readonly name: string;
  readonly value: ValueSchema;
  readonly required: boolean;
  /** Shown instead of `required`. */
  readonly note?: string;
  /** The default: in words, or as a file writes it. */
  readonly standard?: string;
  readonly documented: Documented;
}

/** `deeper`: extra columns of indentation, for a key that belongs inside the thing that it stands beside. */
export function keyItems(
  request: CompletionRequest,
  keys: readonly Key[],
  map: TreeNode | undefined,
  deeper = 0,
): CompletionItem[] {
  const { place } = request;
  const word = wordOf(request);
  const present = keys.filter(({ name }) => name !== word && entryOf(map, name));
  const open = keys.filter((key) => !present.includes(key));
  const sorted = [...open.filter(({ required }) => required), ...open.filter(({ required }) => !required)];
  return sorted.map((key, index) => ({
    label: key.name,
    kind: 'key',
    ...detailOf(key),
    insertText: ' '.repeat(deeper) + (place.colon ? key.name : keyText(request, key, deeper)),
    sortText: `${key.required ? 'a' : 'b'}${String(index).padStart(3, '0')}`,
    span: place.span,
    documented: key.documented,
    retrigger: !place.colon && opensList(key.value),
  }));
}

export function schemaKeys({ keys }: MapSchema): Key[] {
  return keys
    .map((key): KeyEntry => key)
    .filter(({ unsupported }) => !unsupported)
    .map(({ name, value, required = false, default: standard, doc }) => ({
      name,
      value,
      required,
      ...(standard === undefined ? {} : { standard: String(standard) }),
      documented: { doc },
    }));
}

export function parameterKeys(kind: ThingKind, entry: ThingEntry): Key[] {
  const of = { kind, name: entry.name };
  const own = entry.parameters
    .filter(({ unsupported }) => !unsupported)
    .map((parameter) => ({
      name: parameter.name,
      value: parameterSchema(parameter),
      required: isRequired(parameter),
      ...standardOf(parameter),
      documented: { parameter: { of, name: parameter.name } },
    }));
  const name: Key = { name: 'name', value: { type: 'name' }, required: false, documented: { doc: 'layer.name' } };
  return kind === 'layer' ? [...own, name] : own;
}

export const regularizerKeys = (): Key[] => schemaKeys(regularizerSchema);

function standardOf({ standard, default: value }: ParameterEntry): { standard?: string } {
  if (standard !== undefined) {
    return { standard };
  }
  return value === undefined || value === null ? {} : { standard: showValue(value) };
}

/** The key that is being typed: it is in the tree too. */
function wordOf({ place }: CompletionRequest): string | undefined {
  return place.kind === 'key' ? place.word : undefined;
}

function detailOf({ required, standard, note }: Key): { detail?: string } {
  if (required) {
    return { detail: note ?? t('required') };
  }
  return standard === undefined ? {} : { detail: t('default {0}', standard) };
}

function opensList(schema: ValueSchema): boolean {
  switch (schema.type) {
    case 'thing':
    case 'choice':
    case 'text':
    case 'weights':
      return true;
    case 'list':
      return schema.of.type !== 'cell' && schema.of.type !== 'integer' && schema.of.type !== 'list';
    case 'map':
      return isChapter(schema);
    case 'dictionary':
    case 'paths':
      return true;
    default:
      return false;
  }
}

/** Whether the map is written over several lines, as data, model and training are. */
export function isChapter({ keys }: MapSchema): boolean {
  return keys.some(({ value }: KeyEntry) => value.type === 'list' || value.type === 'map');
}

function keyText(request: CompletionRequest, { name, value, standard }: Key, deeper: number): string {
  const { place } = request;
  const below = `\n${' '.repeat(Math.max(0, place.column - place.indent) + deeper + 2)}`;
  switch (value.type) {
    case 'map':
      if (isChapter(value)) {
        return place.flow ? `${name}: { $0 \\}` : `${name}:${below}${chapterText(value, below)}`;
      }
      return `${name}: ${mapForm(value)}`;
    case 'paths':
      return place.flow ? `${name}: { $0 \\}` : `${name}:${below}$0`;
    case 'dictionary':
    case 'weights':
      return value.type === 'weights' ? `${name}: ` : `${name}: { $0 \\}`;
    case 'regularizer':
      return `${name}: { l2: ${stop(1, 0.001)} \\}`;
    case 'list':
      return listText(name, value, place.flow ? undefined : below);
    case 'boolean':
      // A person writes the key to set another value than the default.
      return `${name}: ${standard === 'true' ? 'false' : 'true'}`;
    case 'number':
    case 'integer': {
      const number = standard ?? examplesOf(name)[0];
      return number === undefined ? `${name}: ` : `${name}: ${stop(1, number)}`;
    }
    case 'size': {
      const size =
        standard !== undefined && standard !== 'none' && !/[a-z]/.test(standard) ? standard : examplesOf(name)[0];
      return size === undefined ? `${name}: ` : `${name}: ${stop(1, size)}`;
    }
    default:
      return `${name}: `;
  }
}

function listText(name: string, { of, single }: ValueSchema & { type: 'list' }, below: string | undefined): string {
  if (below !== undefined && (of.type === 'layer' || of.type === 'expectation')) {
    return `${name}:${below}- $0`;
  }
  if (below !== undefined && of.type === 'list') {
    return `${name}:${below}- [$0]`;
  }
  if (of.type === 'list') {
    return `${name}: [[$0]]`;
  }
  return single && of.type === 'name' ? `${name}: ` : `${name}: [$0]`;
}

/** A chapter begins with its required keys. */
function chapterText({ keys }: MapSchema, below: string): string {
  const needed = keys.map((key): KeyEntry => key).find(({ required }) => required);
  if (needed?.value.type === 'paths') {
    return `${needed.name}:${below}  $0`;
  }
  return needed?.value.type === 'list' ? `${needed.name}:${below}  - $0` : '$0';
}

/** A small map on one line: its first two keys with a default or an example. */
export function mapForm({ keys }: MapSchema): string {
  const shown = keys.map((key): KeyEntry => key).slice(0, 2);
  const pairs = shown.map(({ name, default: value }, index) => {
    const example = typeof value === 'string' || value === 10 ? value : (examplesOf(name)[0] ?? value ?? '');
    return `${name}: ${stop(index + 1, example)}`;
  });
  return `{ ${pairs.join(', ')} \\}`;
}

/** The only thing in an indented map, if it has no value yet: people then write its parameters beside it. */
export function thingWithoutValue(map: TreeNode | undefined, kind: ThingKind, word: string): ThingEntry | undefined {
  if (map?.kind !== 'map' || map.flow) {
    return undefined;
  }
  const [first, ...others] = map.entries.filter(({ key }) => key !== word);
  if (!first || others.length > 0) {
    return undefined;
  }
  const isEmpty = first.value.kind === 'scalar' && first.value.source === '';
  return isEmpty ? findThing(kind, first.key) : undefined;
}
