/** The meaning of a name in a file, and every other place of the same name. */
import { assertNever } from '../../common/assertNever';
import type { Position, Range } from '../../spec/problem';
import type { ParsedSpec } from '../reading/parse';
import { splitTag } from '../reading/tags';
import type { Span } from '../text/lines';
import { aliasesOf, anchorOf, type Mark } from '../yaml/marks';
import { entryOf, nodeAtPath } from '../yaml/tree';
import { type LayerEntry, layerEntries } from './layerEntries';
import { type Occurrence, occurrencesOf } from './occurrences';
import { sweptNamesOf } from './sweptLayers';

export interface Place {
  /** The span of the name: without `&` or `*`, but with quotes. */
  readonly span: Span;
  /** True where the name is defined, false where it is used. */
  readonly declaration: boolean;
  /** The key or value of the tree; undefined for anchors and aliases. */
  readonly occurrence?: Occurrence;
}

export type SymbolKind =
  | 'anchor'
  | 'column'
  /** A class of the target. */
  | 'class'
  | 'layer'
  /** A measured value: the loss or a metric. */
  | 'measure'
  /** The path of a data file. */
  | 'path';

export interface SymbolAt {
  readonly kind: SymbolKind;
  readonly name: string;
  /** The range of the name under the cursor. */
  readonly range: Range;
  /** All places in the file, in order. */
  readonly places: readonly Place[];
  /** Names of others of its kind, which the symbol cannot take. */
  readonly taken: readonly string[];
  /** The layer, if the file gives it no name: it is named by type and number. */
  readonly unnamed?: LayerEntry;
}

/** The symbol under the cursor; undefined where nothing there has a name. */
export function symbolAt(parsed: ParsedSpec, position: Position): SymbolAt | undefined {
  const offset = parsed.lines.offsetAt(position);
  const mark = markAt(parsed, offset);
  if (mark) {
    const taken = parsed.marks.anchors.map(({ name }) => name);
    return {
      kind: 'anchor',
      name: mark.name,
      range: parsed.lines.range(bare(mark)),
      places: marksOf(parsed, mark),
      taken,
    };
  }
  const occurrences = occurrencesOf(parsed);
  const here = occurrences.find(({ span }) => offset >= span[0] && offset <= span[1]);
  const named = here && nameOf(here, offset, targetColumn(parsed));
  if (!here || !named) {
    return undefined;
  }
  const { kind, name, span } = named;
  const found = { kind, name, range: parsed.lines.range(span) };
  const itself = { span, occurrence: here };
  switch (kind) {
    case 'layer': {
      const named = layerNamedAt(layerEntries(parsed.tree), span);
      const swept = named ? sweptNamesOf(named.layer, parsed.tree) : [];
      return {
        ...found,
        places: [{ ...itself, declaration: true }, ...swept.map((place) => ({ span: place, declaration: false }))],
        taken: named ? named.siblings.filter((other) => other !== named.layer).map((other) => other.name) : [],
      };
    }
    case 'path':
      return { ...found, places: [{ ...itself, declaration: false }], taken: [] };
    case 'column': {
      const taken = occurrences.filter(({ role }) => role === 'column').map(({ text }) => text);
      return { ...found, places: columnPlaces(occurrences, name), taken };
    }
    case 'class': {
      const classes = classOccurrences(parsed, occurrences);
      const places = classes
        .filter(({ text }) => text === name)
        .map((occurrence) => ({ span: occurrence.span, declaration: occurrence.role !== 'class', occurrence }));
      return { ...found, places, taken: classes.map(({ text }) => text) };
    }
    case 'measure':
      return { ...found, places: measurePlaces(occurrences, name), taken: [] };
    case 'anchor':
      return undefined;
    default:
      return assertNever(kind);
  }
}

/** The places of a column in a file. */
export function placesOfColumn(parsed: ParsedSpec, name: string): Place[] {
  return columnPlaces(occurrencesOf(parsed), name);
}

function columnPlaces(occurrences: readonly Occurrence[], name: string): Place[] {
  return occurrences
    .filter(({ role, text }) => role === 'column' && text === name)
    .map((occurrence) => ({ span: occurrence.span, declaration: occurrence.path[1] === 'columns', occurrence }));
}

/** The keys of `class_weight`, and the cells of the target in inline rows. */
function classOccurrences(parsed: ParsedSpec, occurrences: readonly Occurrence[]): Occurrence[] {
  const column = targetColumn(parsed);
  return occurrences.filter(({ role, path }) => role === 'class' || isTargetCell(path, column));
}

function isTargetCell(path: Occurrence['path'], column: number): boolean {
  return path.length === 4 && path[0] === 'data' && path[1] === 'rows' && path[3] === column;
}

/** The index of the target among the cells of a row; −1 unless there is exactly one target. */
function targetColumn({ tree }: ParsedSpec): number {
  const data = tree && entryOf(tree, 'data')?.value;
  const target = data && entryOf(data, 'target')?.value;
  const only = target?.kind === 'list' && target.items.length === 1 ? target.items[0] : target;
  const columns = data && nodeAtPath(data, ['columns']);
  if (only?.kind !== 'scalar' || columns?.kind !== 'list') {
    return -1;
  }
  return columns.items.findIndex((item) => item.kind === 'scalar' && item.value === only.value);
}

/** Every place that names a loss or metric: where the spec chooses it, and in tags. */
function measurePlaces(occurrences: readonly Occurrence[], name: string): Place[] {
  return occurrences.flatMap((occurrence): Place[] => {
    const found = measureIn(occurrence);
    const isLoss = name === 'loss' && occurrence.kind === 'value' && occurrence.role === 'loss';
    if (isLoss) {
      return [{ span: occurrence.span, declaration: true, occurrence }];
    }
    return found?.name === name ? [{ span: found.span, declaration: occurrence.role === 'metric', occurrence }] : [];
  });
}

interface Named {
  readonly kind: SymbolKind;
  readonly name: string;
  readonly span: Span;
}

function nameOf(occurrence: Occurrence, offset: number, target: number): Named | undefined {
  const { role, kind, span, text, path } = occurrence;
  switch (role) {
    case 'column':
      return { kind: 'column', name: text, span };
    case 'class':
      return { kind: 'class', name: text, span };
    case 'layerName':
      return { kind: 'layer', name: text, span };
    case 'path':
      return kind === 'value' && text !== '' ? { kind: 'path', name: text, span } : undefined;
    case 'cell':
    case 'number':
      return isTargetCell(path, target) ? { kind: 'class', name: text, span } : undefined;
    default: {
      const measure = measureIn(occurrence);
      return measure && offset >= measure.span[0] && offset <= measure.span[1]
        ? { kind: 'measure', ...measure }
        : undefined;
    }
  }
}

/** The loss or metric that a value names: directly, or in a tag such as `val_accuracy`. */
function measureIn({ role, kind, span, text, node }: Occurrence): { name: string; span: Span } | undefined {
  if (role === 'metric') {
    return { name: text, span };
  }
  if (kind !== 'value' || (role !== 'tag' && role !== 'expectation')) {
    return undefined;
  }
  const tag = /^\s*([A-Za-z_]\w*)/.exec(text);
  if (!tag) {
    return undefined;
  }
  const start = span[0] + (node?.quoted ? 1 : 0) + tag[0].length - tag[1].length;
  return { name: splitTag(tag[1]).measure, span: [start, start + tag[1].length] };
}

/** The layer whose name is at the span, with those of its list. */
function layerNamedAt(
  layers: readonly LayerEntry[],
  span: Span,
): { readonly layer: LayerEntry; readonly siblings: readonly LayerEntry[] } | undefined {
  for (const layer of layers) {
    const found = layer.nameNode?.span[0] === span[0] ? { layer, siblings: layers } : layerNamedAt(layer.inner, span);
    if (found) {
      return found;
    }
  }
  return undefined;
}

function markAt({ marks }: ParsedSpec, offset: number): Mark | undefined {
  return [...marks.anchors, ...marks.aliases].find(({ span }) => offset >= span[0] && offset <= span[1]);
}

function marksOf({ marks }: ParsedSpec, mark: Mark): Place[] {
  const anchor = marks.anchors.includes(mark) ? mark : anchorOf(marks, mark);
  if (!anchor) {
    return [{ span: bare(mark), declaration: false }];
  }
  const aliases = aliasesOf(marks, anchor).map((alias) => ({ span: bare(alias), declaration: false }));
  return [{ span: bare(anchor), declaration: true }, ...aliases];
}

function bare({ span }: Mark): Span {
  return [span[0] + 1, span[1]];
}
