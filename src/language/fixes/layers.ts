/** Quick fixes for layers, activations and other things, in each of their forms. */

import { t } from '@vscode/l10n';
import { findLayerKind, layerKinds } from '../../spec/layers';
import type { Fix } from '../../spec/problem';
import type { ThingKind } from '../../spec/schema';
import { findThing } from '../schema/things';
import { entryOf, headOf, isEmpty, type ListNode, nodeAtPath, type Path, placeOf, type TreeNode } from '../yaml/tree';
import { type Edit, fillIn, fixOf, inline, insertion, itemRemoval, type SpecText } from './edits';

/** Gives a layer another activation. `path` leads to the layer's type. */
export function activationFix(source: SpecText, path: Path, name: string): Fix[] {
  return activationsFix(source, [path], name);
}

/** Gives layers the same activation, all at once. */
export function activationsFix(source: SpecText, paths: readonly Path[], name: string): Fix[] {
  const title =
    paths.length === 1 ? t('Use the activation {0}', name) : t('Use the activation {0} in all of these layers', name);
  return fixOf(
    source,
    title,
    paths.map((path) => activationEdit(source, path, name)),
  );
}

function activationEdit(source: SpecText, path: Path, name: string): Edit | undefined {
  const value = source.tree && nodeAtPath(source.tree, path);
  if (!findLayerKind(String(path.at(-1)))?.isActivation) {
    return parameterEdit(source, path, 'layer', 'activation', name);
  }
  if (!value || isEmpty(value) || value.kind === 'list') {
    return undefined;
  }
  return { span: placeOf(value), newText: name };
}

/** Sets a parameter of a thing. `path` leads to its name: a scalar, or the key. */
export function parameterFix(
  source: SpecText,
  path: Path,
  kind: ThingKind,
  parameter: string,
  value: string,
  title = t('Write {0}', `${parameter}: ${value}`),
): Fix[] {
  return fixOf(source, title, [parameterEdit(source, path, kind, parameter, value)]);
}

/** Sets the same parameter of several things at once. */
export function parametersFix(
  source: SpecText,
  paths: readonly Path[],
  kind: ThingKind,
  parameter: string,
  value: string,
  title: string,
): Fix[] {
  return fixOf(
    source,
    title,
    paths.map((path) => parameterEdit(source, path, kind, parameter, value)),
  );
}

function parameterEdit(
  source: SpecText,
  path: Path,
  kind: ThingKind,
  parameter: string,
  value: string,
): Edit | undefined {
  const { tree } = source;
  const name = String(path.at(-1));
  const line = `${parameter}: ${value}`;
  const around = tree && nodeAtPath(tree, path.slice(0, -1));
  const node = around && entryOf(around, name);
  if (!node) {
    // A thing as its bare name.
    if (around?.kind !== 'scalar' || around.alias) {
      return undefined;
    }
    return { span: around.span, newText: braced(source, path, `${name}: { ${line} }`) };
  }
  const entry = findThing(kind, name);
  const primary = entry?.parameters.find((each) => each.primary)?.name;
  if (isEmpty(node.value)) {
    return fillIn(source, node, `{ ${line} }`);
  }
  if (node.value.kind === 'map') {
    const written = entryOf(node.value, parameter);
    if (written && isEmpty(written.value)) {
      return undefined;
    }
    return written ? { span: placeOf(written.value), newText: value } : insertion(node.value, line, source);
  }
  if (primary === parameter) {
    return { span: placeOf(node.value), newText: value };
  }
  const own = inline(source, node.value);
  if (!primary || own === undefined) {
    return undefined;
  }
  return { span: placeOf(node.value), newText: `{ ${primary}: ${own}, ${line} }` };
}

/** An item of an indented list needs no braces; the value of a key does. */
function braced({ tree }: SpecText, path: Path, entry: string): string {
  const list = tree && nodeAtPath(tree, path.slice(0, -2));
  return typeof path.at(-2) === 'number' && list?.kind === 'list' && !list.flow ? entry : `{ ${entry} }`;
}

/** Puts a layer before another; the path leads to that one's entry in the list. */
export function layerBeforeFix(source: SpecText, path: Path, layer: string, title: string): Fix[] {
  return layersBeforeFix(source, [path], layer, title);
}

/** Puts a layer before each of several others. */
export function layersBeforeFix(source: SpecText, paths: readonly Path[], layer: string, title: string): Fix[] {
  return fixOf(
    source,
    title,
    paths.map((path) => layerBeforeEdit(source, path, layer)),
  );
}

function layerBeforeEdit(source: SpecText, path: Path, layer: string): Edit | undefined {
  const found = listAround(source, path);
  if (!found) {
    return undefined;
  }
  const { list, index } = found;
  const [start] = placeOf(list.items[index]);
  if (list.flow) {
    return { span: [start, start], newText: `${flowItem(layer)}, ` };
  }
  const dash = dashBefore(source, start);
  if (dash === undefined) {
    return undefined;
  }
  const column = source.lines.positionAt(dash).character;
  return { span: [dash, dash], newText: `- ${layer}\n${' '.repeat(column)}` };
}

/** Adds layers at the end of the network. */
export function layerAtEndFix(source: SpecText, layers: readonly string[], title: string): Fix[] {
  const list = source.tree && nodeAtPath(source.tree, ['model', 'layers']);
  const last = list?.kind === 'list' ? list.items.at(-1) : undefined;
  if (list?.kind !== 'list' || !last) {
    return [];
  }
  const [start, end] = placeOf(last);
  if (list.flow) {
    return fixOf(source, title, [{ span: [end, end], newText: layers.map((each) => `, ${flowItem(each)}`).join('') }]);
  }
  const dash = dashBefore(source, start);
  if (dash === undefined) {
    return [];
  }
  const indent = ' '.repeat(source.lines.positionAt(dash).character);
  const at = source.text.indexOf('\n', end);
  const place = at < 0 ? source.text.length : at;
  return fixOf(source, title, [
    { span: [place, place], newText: layers.map((each) => `\n${indent}- ${each}`).join('') },
  ]);
}

/** Puts `flatten` before a layer; the path leads to its entry in the list. */
export function flattenFix(source: SpecText, path: Path): Fix[] {
  return layerBeforeFix(source, path, layerKinds.flatten.name, t('Put flatten before it'));
}

/** Removes a layer; the path leads to its entry in the list. */
export function removeLayerFix(source: SpecText, path: Path): Fix[] {
  const found = listAround(source, path);
  if (!found) {
    return [];
  }
  const head = headOf(found.list.items[found.index]);
  const title = t('Remove the layer “{0}”', source.text.slice(...head));
  return fixOf(source, title, [itemRemoval(found.list, found.index, source)]);
}

/** Changes the type of a layer and keeps its parameters; the path leads to the type. */
export function renameTypeFix(source: SpecText, path: Path, type: string): Fix[] {
  const around = source.tree && nodeAtPath(source.tree, path.slice(0, -1));
  const span = around && (entryOf(around, String(path.at(-1)))?.keySpan ?? scalarSpan(around));
  return span ? fixOf(source, t('Change to “{0}”', type), [{ span, newText: type }]) : [];
}

function scalarSpan(node: TreeNode): TreeNode['span'] | undefined {
  return node.kind === 'scalar' ? placeOf(node) : undefined;
}

function listAround({ tree }: SpecText, path: Path): { list: ListNode; index: number } | undefined {
  const around = tree && nodeAtPath(tree, path.slice(0, -1));
  const list = around?.kind === 'map' ? entryOf(around, 'layers')?.value : around;
  const index = path.at(-1);
  return list?.kind === 'list' && typeof index === 'number' && list.items[index] ? { list, index } : undefined;
}

/** The offset of the dash of a list item, if it is on the item’s line. */
function dashBefore({ text, lines }: SpecText, start: number): number | undefined {
  const dash = text.lastIndexOf('-', start - 1);
  return dash >= 0 && lines.positionAt(dash).line === lines.positionAt(start).line ? dash : undefined;
}

/** In brackets `dense: 4` is a map only within braces. */
function flowItem(layer: string): string {
  return layer.includes(':') ? `{ ${layer} }` : layer;
}
