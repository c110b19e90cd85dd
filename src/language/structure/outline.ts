/** The outline of a file: its chapters, their keys, and every layer under its name in the run. */
import type { Position, Range } from '../../spec/problem';
import { type LayerEntry, layerEntries } from '../navigation/layerEntries';
import type { ParsedSpec } from '../reading/parse';
import type { Span } from '../text/lines';
import { type Entry, endOf, placeOf, type TreeNode } from '../yaml/tree';

export interface OutlineItem {
  readonly name: string;
  /** A short text beside the name. */
  readonly detail: string;
  readonly kind: 'chapter' | 'layer' | 'thing' | 'text' | 'number' | 'boolean' | 'list' | 'map' | 'expectation';
  /** The whole item; contains the ranges of its children. */
  readonly range: Range;
  /** The range that is revealed; inside `range`. */
  readonly selection: Range;
  readonly children: readonly OutlineItem[];
}

/** Longer lists, such as rows of data, show their length instead of their items. */
const longestList = 100;
const longestDetail = 60;

/** Empty for a file that could not be read as a map. */
export function outlineOf(parsed: ParsedSpec): OutlineItem[] {
  const { tree } = parsed;
  const outline = new Outline(parsed);
  return tree?.kind === 'map' ? tree.entries.map((entry) => outline.chapter(entry)) : [];
}

class Outline {
  readonly #parsed: ParsedSpec;

  constructor(parsed: ParsedSpec) {
    this.#parsed = parsed;
  }

  chapter(entry: Entry): OutlineItem {
    const { key, value } = entry;
    if (value.kind !== 'map' && value.kind !== 'list') {
      return this.#entry(entry);
    }
    const children =
      key === 'model' ? layerEntries(this.#parsed.tree).map((layer) => this.#layer(layer)) : this.#children(value);
    return this.#item(key, '', 'chapter', [entry.keySpan[0], endOf(entry)], entry.keySpan, children);
  }

  #layer(layer: LayerEntry): OutlineItem {
    const { item, typeSpan, name, type, value, inner } = layer;
    const span = placeOf(item);
    const selection = item.alias ?? typeSpan;
    const detail = [name.startsWith(`${type}_`) ? '' : type, value && inner.length === 0 ? this.#brief(value) : ''];
    // The parts of an aliased layer are written elsewhere.
    const children = item.alias ? [] : inner.map((each) => this.#layer(each));
    return this.#item(name, detail.filter(Boolean).join(' · '), 'layer', span, selection, children);
  }

  #children(node: TreeNode): OutlineItem[] {
    if (node.alias || node.kind === 'scalar') {
      return [];
    }
    if (node.kind === 'map') {
      return node.entries.map((entry) => this.#entry(entry));
    }
    if (node.items.length > longestList) {
      return [];
    }
    return node.items.flatMap((item): OutlineItem[] => {
      const span = placeOf(item);
      if (span[1] <= span[0] || item.kind !== 'scalar') {
        return [];
      }
      return [this.#item(item.source, '', 'expectation', span, span, [])];
    });
  }

  #entry(entry: Entry): OutlineItem {
    const { key, keySpan, value } = entry;
    const span: Span = [keySpan[0], endOf(entry)];
    const children = value.kind === 'map' ? this.#children(value) : [];
    return this.#item(key, this.#brief(value), kindOf(value), span, keySpan, children);
  }

  /** A value on one line: as written, or its length. */
  #brief(value: TreeNode): string {
    if (value.alias) {
      return this.#parsed.text.slice(...value.alias);
    }
    if (value.kind === 'list' && (!value.flow || value.items.length > longestList)) {
      return `[${value.items.length}]`;
    }
    if (value.kind === 'map' && !value.flow) {
      return value.entries
        .filter(({ key }) => key !== 'name')
        .map(({ key, value: inner }) => `${key}: ${this.#brief(inner)}`)
        .join(', ')
        .slice(0, longestDetail);
    }
    const text = value.kind === 'scalar' ? value.source : this.#parsed.text.slice(...value.span);
    const written = text.replace(/\s+/g, ' ').trim();
    const bare = value.kind === 'map' ? written.replace(/^\{ ?| ?\}$/g, '') : written;
    return bare.length > longestDetail ? `${bare.slice(0, longestDetail - 1)}…` : bare;
  }

  #item(
    name: string,
    detail: string,
    kind: OutlineItem['kind'],
    span: Span,
    selection: Span,
    children: readonly OutlineItem[],
  ): OutlineItem {
    const { lines } = this.#parsed;
    const range = lines.range(span);
    // The value of an alias is written elsewhere, and the editor demands that children lie inside their
    // parent.
    const inside = children.filter(
      (child) => !before(child.range.start, range.start) && !before(range.end, child.range.end),
    );
    // The editor refuses an empty name.
    return { name: name.trim() || '–', detail, kind, range, selection: lines.range(selection), children: inside };
  }
}

function kindOf(value: TreeNode): OutlineItem['kind'] {
  if (value.kind !== 'scalar') {
    return value.kind === 'map' && value.entries.length === 1 ? 'thing' : value.kind;
  }
  if (typeof value.value === 'number') {
    return 'number';
  }
  return typeof value.value === 'boolean' ? 'boolean' : 'text';
}

function before(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
