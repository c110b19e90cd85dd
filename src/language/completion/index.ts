/**
 * Completion: everything that may be written at the cursor, from the table of keys in `spec/schema.ts` and
 * from the catalogue. `readUnfinished` makes it work in broken and empty files.
 */
import type { Position } from '../../spec/problem';
import { rangeSchema } from '../../spec/schema';
import { expectedAt, kindOf } from '../schema/expected';
import { Lines } from '../text/lines';
import { readUnfinished } from '../unfinished';
import { isEmpty, nodeAtPath, placeOf, type TreeNode } from '../yaml/tree';
import { classKeys, columnKeys } from './columns';
import { mapKeysOf } from './dataKeys';
import type { CompletionItem } from './item';
import { keyItems, parameterKeys, regularizerKeys, schemaKeys, thingWithoutValue } from './keys';
import { pathItems } from './paths';
import type { CompletionHost, CompletionRequest } from './request';
import { thingItems } from './things';
import { newItems, valueItems } from './values';
import { startItems } from './wholeFiles';

export type { CompletionItem, Documented, ItemKind } from './item';
export type { CompletionHost, FolderEntry } from './request';

/** The items, unordered: `sortText` gives the order. Rejects only with an error of `host`. */
export async function completionsAt(
  text: string,
  at: Position | number,
  host: CompletionHost,
): Promise<CompletionItem[]> {
  const offset = typeof at === 'number' ? at : new Lines(text).offsetAt(at);
  const { place, tree, anchors } = readUnfinished(text, offset, { skim: true });
  if (!place) {
    return [];
  }
  if (place.kind === 'value' && !place.ownLine && standsBelow(tree && nodeAtPath(tree, place.path), offset, text)) {
    return [];
  }
  const request: CompletionRequest = { text, place, tree, host, step: expectedAt(place.path) };
  const items = await itemsAt(request, anchors);
  // Adds the space that a colon or dash still lacks.
  const spaced = (text: string) => (text.startsWith('\n') ? text : ` ${text}`);
  return place.gap ? items.map((item) => ({ ...item, insertText: spaced(item.insertText) })) : items;
}

/** Whether the value is already on a line below the cursor: a second one would break the file. */
function standsBelow(node: TreeNode | undefined, offset: number, text: string): boolean {
  if (!node || isEmpty(node)) {
    return false;
  }
  const [start] = placeOf(node);
  return start > offset && text.slice(offset, start).includes('\n');
}

async function itemsAt(request: CompletionRequest, anchors: readonly string[]): Promise<CompletionItem[]> {
  const { place, step, tree } = request;
  switch (place.kind) {
    case 'alias':
      return anchorItems(request, anchors);
    case 'item':
      return newItems(request);
    case 'key':
      return mapKeys(request);
    case 'value': {
      const items = await valueItems(request);
      const isEmpty = place.path.length === 0 && !(tree?.kind === 'map');
      return isEmpty && step.expected.type === 'schema' ? [...startItems(request), ...items] : items;
    }
  }
}

async function mapKeys(request: CompletionRequest): Promise<CompletionItem[]> {
  const { place, step, tree } = request;
  const map = tree && nodeAtPath(tree, place.path);
  const { expected } = step;
  if (expected.type === 'parameters') {
    const { kind, entry } = expected;
    const keys = keyItems(request, parameterKeys(kind, entry), map);
    // The function of an activation layer may be written as a key.
    const function_ = entry.parameters.find(({ primary, type }) => primary && type === 'activation');
    return function_ ? [...(await thingItems(request, 'activation', 'key')), ...keys] : keys;
  }
  const { schema } = expected;
  switch (schema?.type) {
    case 'map':
      return keyItems(request, mapKeysOf(schema, map, place.word), map);
    case 'regularizer':
      return keyItems(request, regularizerKeys(), map);
    case 'dictionary':
      return columnKeys(request);
    case 'paths':
      return pathItems(request);
    case 'swept':
      return keyItems(request, schemaKeys(rangeSchema), map);
    case 'weights':
      return classKeys(request);
    default:
  }
  const kind = kindOf(schema);
  if (!kind) {
    return [];
  }
  const around = thingWithoutValue(map, kind, place.word);
  if (around) {
    return keyItems(request, parameterKeys(kind, around), undefined, 2);
  }
  const others = map?.kind === 'map' ? map.entries.filter(({ key }) => key !== place.word) : [];
  return others.length === 0 ? thingItems(request, kind, 'key') : [];
}

function anchorItems({ place }: CompletionRequest, anchors: readonly string[]): CompletionItem[] {
  return [...new Set(anchors)].map((name, index) => ({
    label: name,
    kind: 'anchor',
    insertText: name,
    sortText: String(index).padStart(3, '0'),
    span: place.span,
    documented: {},
  }));
}
