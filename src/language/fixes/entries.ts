/** Quick fixes that add, change or remove a key of a map. */
import { t } from '@vscode/l10n';
import type { Fix } from '../../spec/problem';
import type { Span } from '../text/lines';
import { entryOf, headOf, isEmpty, type ListNode, nodeAtPath, type Path, placeOf } from '../yaml/tree';
import { changeFix, fillIn, fixOf, insertion, itemRemoval, removal, type SpecText } from './edits';

/** Adds a key to the map at a path. */
export function keyFix(source: SpecText, path: Path, line: string): Fix[] {
  const map = source.tree && nodeAtPath(source.tree, path);
  const title = t('Add “{0}”', line.split('\n')[0]);
  return map?.kind === 'map' ? fixOf(source, title, [insertion(map, line, source)]) : [];
}

/** Replaces the scalar at a path; it may also stand for the last key of the path. */
export function valueFix(source: SpecText, path: Path, value: string): Fix[] {
  const { tree } = source;
  const node = tree && (nodeAtPath(tree, path) ?? nodeAtPath(tree, path.slice(0, -1)));
  return node?.kind === 'scalar' && !isEmpty(node) ? changeFix(source, node.span, value) : [];
}

/** Sets a key of the map at a path, whether the file has it or not. */
export function setFix(source: SpecText, path: Path, key: string, value: string): Fix[] {
  const map = source.tree && nodeAtPath(source.tree, path);
  const written = map && entryOf(map, key);
  if (!written) {
    return keyFix(source, path, `${key}: ${value}`);
  }
  if (!isEmpty(written.value)) {
    return changeFix(source, placeOf(written.value), value);
  }
  return fixOf(source, t('Change to “{0}”', value), [fillIn(source, written, value)]);
}

/** Removes the entry at a path. */
export function removeFix(source: SpecText, path: Path): Fix[] {
  const map = source.tree && nodeAtPath(source.tree, path.slice(0, -1));
  const key = String(path.at(-1));
  const entry = map && entryOf(map, key);
  if (map?.kind !== 'map' || !entry || !map.entries.includes(entry)) {
    return [];
  }
  return fixOf(source, t('Remove “{0}”', key), [removal(map, entry, source)]);
}

/** Removes the layer whose type or bare name is at this place. */
export function removeLayerAtFix(source: SpecText, [start]: Span): Fix[] {
  const list = source.tree && nodeAtPath(source.tree, ['model', 'layers']);
  if (list?.kind !== 'list') {
    return [];
  }
  const index = list.items.findIndex((item) => headOf(item)[0] === start);
  return index < 0 ? [] : removeItemFix(source, list, index);
}

/** Removes an item from a list; the title shows its first line. */
export function removeItemFix(source: SpecText, list: ListNode, index: number): Fix[] {
  const [start, end] = placeOf(list.items[index]);
  const shown = source.text.slice(start, end).split('\n')[0];
  const title = shown === '' ? t('Remove the empty entry') : t('Remove “{0}”', shown);
  return fixOf(source, title, [itemRemoval(list, index, source)]);
}
