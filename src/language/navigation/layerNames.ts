/** Renames a layer at its type: changes its name, or writes one where the file has none. */
import type { Position } from '../../spec/problem';
import { type Edit, fillIn, insertion } from '../fixes/edits';
import type { ParsedSpec } from '../reading/parse';
import { findThing } from '../schema/things';
import { isEmpty } from '../yaml/tree';
import { type LayerEntry, layerEntries } from './layerEntries';
import { sweptNamesOf } from './sweptLayers';
import { type SymbolAt, symbolAt } from './symbols';

/** The symbol that a rename at the cursor changes: the name there, or the layer whose type stands there. */
export function symbolToRename(parsed: ParsedSpec, position: Position): SymbolAt | undefined {
  return symbolAt(parsed, position) ?? layerAt(parsed, position);
}

function layerAt(parsed: ParsedSpec, position: Position): SymbolAt | undefined {
  const { lines, tree } = parsed;
  const found = findLayer(layerEntries(tree), lines.offsetAt(position));
  if (!found) {
    return undefined;
  }
  const { layer, siblings } = found;
  const { name, nameNode, typeSpan } = layer;
  const range = lines.range(typeSpan);
  // An alias stands for a layer that is written elsewhere.
  const named = nameNode && !layer.item.alias ? symbolAt(parsed, lines.positionAt(nameNode.span[0])) : undefined;
  if (named) {
    return { ...named, range };
  }
  const taken = siblings.filter((other) => other !== layer).map((other) => other.name);
  const places = sweptNamesOf(layer, tree).map((span) => ({ span, declaration: false }));
  return { kind: 'layer', name, range, places, taken, unnamed: layer };
}

function findLayer(
  siblings: readonly LayerEntry[],
  offset: number,
): { readonly layer: LayerEntry; readonly siblings: readonly LayerEntry[] } | undefined {
  for (const layer of siblings) {
    const [start, end] = layer.typeSpan;
    const found = offset >= start && offset <= end ? { layer, siblings } : findLayer(layer.inner, offset);
    if (found) {
      return found;
    }
  }
  return undefined;
}

/**
 * Writes `name` into a layer without one; undefined where its parameters are written elsewhere, or are a list
 * of layers.
 */
export function namingEdit(
  { item, type, typeSpan, value }: LayerEntry,
  name: string,
  parsed: ParsedSpec,
): Edit | undefined {
  const line = `name: ${name}`;
  if (item.alias || value?.alias) {
    return undefined;
  }
  if (!value) {
    return { span: [item.span[1], item.span[1]], newText: `: { ${line} }` };
  }
  if (isEmpty(value)) {
    return fillIn(parsed, { keySpan: typeSpan, value }, `{ ${line} }`);
  }
  if (value.kind === 'map') {
    return insertion(value, line, parsed);
  }
  const primary = findThing('layer', type)?.parameters.find((parameter) => parameter.primary);
  if (value.kind === 'list' || !primary) {
    return undefined;
  }
  return { span: value.span, newText: `{ ${primary.name}: ${parsed.text.slice(...value.span)}, ${line} }` };
}
