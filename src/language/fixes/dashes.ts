/** Quick fixes for missing or unwanted dashes. */

import { t } from '@vscode/l10n';
import type { Fix } from '../../spec/problem';
import { lineStartOf } from '../text/lines';
import { type ListNode, type MapNode, placeOf, type TreeNode } from '../yaml/tree';
import { type Edit, fixOf, type SpecText } from './edits';

/** Turns keys such as `dense: 4` and `dropout: 0.1` into the items of a list. */
export function dashesFix(source: SpecText, map: MapNode): Fix[] {
  if (map.flow || map.merged || map.entries.length === 0) {
    return [];
  }
  const edits: Edit[] = [];
  for (const { keySpan, value } of map.entries) {
    edits.push({ span: [keySpan[0], keySpan[0]], newText: '- ' });
    // The lines below the key are indented with it.
    const [, end] = placeOf(value);
    for (
      let at = source.text.indexOf('\n', keySpan[1]);
      at >= 0 && at + 1 < end;
      at = source.text.indexOf('\n', at + 1)
    ) {
      if (!/[\r\n]/.test(source.text[at + 1] ?? '\n')) {
        edits.push({ span: [at + 1, at + 1], newText: '  ' });
      }
    }
  }
  return fixOf(source, t('Begin each with a dash'), edits);
}

/** The keys in a list of maps, if they can be the keys of a single map; undefined for any other node. */
export function keysOfItems(node: TreeNode): string[] | undefined {
  if (node.kind !== 'list' || node.items.length === 0) {
    return undefined;
  }
  const keys = node.items.flatMap((item) =>
    item.kind === 'map' && !item.alias ? item.entries.map(({ key }) => key) : [undefined],
  );
  const isOneMap = keys.every((key) => key !== undefined) && new Set(keys).size === keys.length;
  return isOneMap ? (keys as string[]) : undefined;
}

/**
 * Turns the items `- units: 8` and `- activation: relu` into the keys of one map; `[units: 8, …]` gets
 * braces.
 */
export function undashFix(source: SpecText, list: ListNode): Fix[] {
  const { text } = source;
  const title = list.flow ? t('Change the brackets to braces') : t('Remove the dashes');
  if (list.flow) {
    if (list.items.some((item) => text[placeOf(item)[0]] === '{')) {
      return [];
    }
    const [start, end] = list.span;
    return fixOf(source, title, [
      { span: [start, start + 1], newText: text[start + 1] === ' ' ? '{' : '{ ' },
      { span: [end - 1, end], newText: text[end - 2] === ' ' ? '}' : ' }' },
    ]);
  }
  const edits: Edit[] = [];
  const isBesideKey = columnOfKey(text, placeOf(list.items[0])[0]) === columnOfDash(text, list.items[0]);
  for (const item of list.items) {
    const [start, end] = placeOf(item);
    const dash = text.lastIndexOf('-', start - 1);
    const line = lineStartOf(text, dash);
    if (
      item.kind !== 'map' ||
      item.flow ||
      !/^-[ ]+$/.test(text.slice(dash, start)) ||
      text.slice(line, dash).trim() !== ''
    ) {
      return [];
    }
    if (isBesideKey) {
      // The keys of a map are indented; the items of a list need not be.
      edits.push({ span: [dash, dash + 1], newText: ' ' });
      continue;
    }
    edits.push({ span: [dash, start], newText: '' });
    for (let at = text.indexOf('\n', start) + 1; at > 0 && at < end; at = text.indexOf('\n', at) + 1) {
      const blanks = /^ */.exec(text.slice(at, at + 1000))?.[0].length ?? 0;
      const moved = Math.min(start - dash, blanks);
      if (moved > 0) {
        edits.push({ span: [at, at + moved], newText: '' });
      }
    }
  }
  return fixOf(source, title, edits);
}

/** The column of the dash before an item. */
function columnOfDash(text: string, item: TreeNode): number {
  const dash = text.lastIndexOf('-', placeOf(item)[0] - 1);
  return dash - lineStartOf(text, dash);
}

/** The column of the key that a list below it belongs to; undefined for a list without one. */
function columnOfKey(text: string, listStart: number): number | undefined {
  const above = text.slice(0, lineStartOf(text, listStart)).split('\n');
  const line = above.findLast((each) => /^ *[^\s#]/.test(each));
  return line?.search(/\S/);
}

/** Puts the layers directly under `model` into the key `layers`. */
export function layersFix(source: SpecText, list: ListNode): Fix[] {
  const { text } = source;
  const [start, end] = list.span;
  const title = t('Put them under “{0}”', 'layers');
  if (list.flow) {
    return fixOf(source, title, [
      { span: [start, start], newText: '{ layers: ' },
      { span: [end, end], newText: ' }' },
    ]);
  }
  const [first] = list.items;
  const dash = first ? text.lastIndexOf('-', Math.max(0, placeOf(first)[0] - 1)) : -1;
  const line = lineStartOf(text, dash);
  // A list in the column of its key would be a sibling of the key.
  if (dash <= line || text.slice(line, dash).trim() !== '') {
    return [];
  }
  return fixOf(source, title, [{ span: [dash, dash], newText: `layers:\n${' '.repeat(dash - line)}` }]);
}
