/** Moves an activation between a parameter of its layer and a layer of its own. */

import { t } from '@vscode/l10n';
import { findLayerKind } from '../../spec/layers';
import { inline, insertion, removal } from '../fixes/edits';
import type { LayerEntry } from '../navigation/layerEntries';
import type { ParsedSpec } from '../reading/parse';
import { lineStartOf } from '../text/lines';
import { type Entry, endOf, entryOf, type MapNode, nodeAtPath, placeOf, type TreeNode } from '../yaml/tree';
import type { PlacedLayer, Refactoring } from './types';

/** Splits `dense: { units: 8, activation: tanh }` into two layers. */
export function splitActivation(parsed: ParsedSpec, { type, value, item, path }: LayerEntry): Refactoring[] {
  const { text, lines, tree } = parsed;
  if (!findLayerKind(type)?.weights || value?.kind !== 'map' || value.alias || item.alias) {
    return [];
  }
  if (isShared(parsed, item)) {
    return [];
  }
  const entry = entryOf(value, 'activation');
  const written = entry && inline(parsed, entry.value);
  const gone = entry && removal(value, entry, parsed);
  const around = tree && nodeAtPath(tree, path.slice(0, -1));
  const list = around?.kind === 'map' ? entryOf(around, 'layers')?.value : around;
  if (!entry || written === undefined || written === 'linear' || !gone || list?.kind !== 'list') {
    return [];
  }
  const [start, end] = placeOf(item);
  const layer = list.flow
    ? `, { activation: ${written} }`
    : newItem(text, start, `activation: ${written}${commentAfter(text, value, entry)}`);
  if (layer === undefined) {
    return [];
  }
  const at = list.flow ? end : lineEnd(text, Math.max(end, endOf(entry)));
  const edits =
    list.flow || at !== gone.span[1] - 1
      ? [
          { range: lines.range(gone.span), newText: '' },
          { range: lines.range([at, at]), newText: layer },
        ]
      : // The entry is the last line of the item, so the new layer replaces it.
        [{ range: lines.range(gone.span), newText: `${layer.slice(1)}\n` }];
  return [{ kind: 'extract', title: t('Make the activation a layer of its own'), edits }];
}

/** Merges `dense: 8` and `activation: tanh` after it into one layer. */
export function mergeActivation(parsed: ParsedSpec, { layer, siblings }: PlacedLayer): Refactoring[] {
  const { text, lines } = parsed;
  const index = siblings.indexOf(layer);
  const before = siblings[index - 1];
  const kind = findLayerKind(before?.type);
  if (!findLayerKind(layer.type)?.isActivation || !kind?.weights) {
    return [];
  }
  if (layer.nameNode || layer.item.alias || before.item.alias || !layer.value || !before.value || before.value.alias) {
    return [];
  }
  if (isShared(parsed, before.item) || isShared(parsed, layer.item)) {
    return [];
  }
  const written = inline(parsed, layer.value);
  const own = before.value;
  if (written === undefined || (own.kind === 'map' && entryOf(own, 'activation'))) {
    return [];
  }
  if (layer.value.kind === 'map' && entryOf(layer.value, 'activation')) {
    return [];
  }
  const line = `activation: ${written}`;
  const primary = kind.parameters.find((parameter) => parameter.primary)?.name;
  const edit =
    own.kind === 'map'
      ? insertion(own, line, parsed)
      : own.kind === 'scalar'
        ? { span: own.span, newText: `{ ${primary}: ${text.slice(...own.span)}, ${line} }` }
        : undefined;
  const [start, end] = placeOf(layer.item);
  const from = placeOf(before.item)[1];
  const gap = text.slice(from, start);
  // A comment between the two would be lost.
  if (!edit || gap.includes('#') || edit.span[1] > start) {
    return [];
  }
  const edits = [
    { range: lines.range(edit.span), newText: edit.newText },
    { range: lines.range([Math.max(from, edit.span[1]), end]), newText: '' },
  ];
  return [{ kind: 'inline', title: t('Make the activation a parameter of the layer before it'), edits }];
}

/** Whether the layer or a part of it has an anchor: a change would also affect its aliases. */
function isShared({ text, marks }: ParsedSpec, item: TreeNode): boolean {
  const [from, end] = placeOf(item);
  // An anchor of the whole item precedes it.
  const start = lineStartOf(text, from);
  return marks.anchors.some(({ span }) => span[0] >= start && span[1] <= end);
}

/** The item as a new line below an indented one. */
function newItem(text: string, start: number, written: string): string | undefined {
  const line = lineStartOf(text, start);
  const dash = /^( *)- +$/.exec(text.slice(line, start));
  return dash ? `\n${dash[1]}- ${written}` : undefined;
}

/** The comment on the line of an indented entry, which moves with it. */
function commentAfter(text: string, { flow }: MapNode, entry: Entry): string {
  return flow ? '' : (/^[ \t]+#[^\r\n]*/.exec(text.slice(endOf(entry)))?.[0].trimEnd() ?? '');
}

function lineEnd(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline < 0 ? text.length : newline;
}
