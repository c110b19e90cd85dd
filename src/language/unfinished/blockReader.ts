import type { Span } from '../text/lines';
import type { ListNode, MapNode, Path, ScalarNode, TreeNode } from '../yaml/tree';
import { CursorText, isBlank, isBreak } from './cursorText';
import { FlowReader, scalarNode } from './flowReader';
import type { Place } from './place';

export interface UnfinishedFile {
  /** Undefined where the file is empty. Contains the word under the cursor, if that is a key or a value. */
  readonly tree?: TreeNode;
  /** The place of the cursor; undefined in comments, block scalars and wherever nothing can be written. */
  readonly place?: Place;
  /** Names of the anchors, in order. */
  readonly anchors: readonly string[];
}

/**
 * Takes time linear in the text. Without a cursor there is no place. `skim` omits the cells of rows, which
 * are most of a long file.
 */
export function readUnfinished(text: string, cursor?: number, { skim = false } = {}): UnfinishedFile {
  return new BlockReader(new CursorText(text, cursor), skim).read();
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type GrowingMap = Omit<Mutable<MapNode>, 'entries'> & {
  entries: { key: string; keySpan: Span; value: TreeNode }[];
};
type GrowingList = Omit<Mutable<ListNode>, 'items'> & { items: TreeNode[] };

/** A block map or list to which later lines may still add. */
interface Frame {
  readonly indent: number;
  readonly node: GrowingMap | GrowingList | { readonly kind: 'root'; value: TreeNode };
}

/** The line that is being read. */
interface LineState {
  readonly start: number;
  readonly indent: number;
  dashed: boolean;
}

/** Maximum number of dashes on one line, each of which begins a list. */
const maxDashes = 64;

class BlockReader {
  readonly #source: CursorText;
  readonly #text: string;
  readonly #frames: Frame[];
  readonly #root: { readonly kind: 'root'; value: TreeNode };
  readonly #anchors: string[] = [];
  readonly #skim: boolean;
  #place: Place | undefined;

  constructor(source: CursorText, skim: boolean) {
    this.#source = source;
    this.#skim = skim;
    this.#text = source.text;
    this.#root = { kind: 'root', value: this.#nothing(0) };
    this.#frames = [{ indent: -1, node: this.#root }];
  }

  read(): UnfinishedFile {
    const text = this.#text;
    let at = 0;
    while (at < text.length) {
      const start = at;
      while (isBlank(text[at])) {
        at++;
      }
      if (at === start && /^(?:---|\.\.\.|%)/.test(text.slice(at, at + 3))) {
        at = this.#source.lineEnd(at);
      } else if (at < text.length && !isBreak(text[at]) && text[at] !== '#') {
        const from = this.#behindCursor(at);
        // The cursor mark takes a column of its own.
        const shift = from === at ? 0 : 1;
        at = this.#line({ start: start + shift, indent: from - start - shift, dashed: false }, from);
      }
      at = this.#source.nextLine(at);
    }
    const { value } = this.#root;
    const empty = value.kind === 'scalar' && value.value === null && value.span[0] === value.span[1];
    return { tree: empty ? undefined : value, place: this.#place, anchors: this.#anchors };
  }

  /**
   * If the cursor is in the blanks before the text of a line, or before its dash, nothing new can begin
   * there: returns the offset of that text, past the cursor.
   */
  #behindCursor(at: number): number {
    if (!this.#source.isMark(at) || !/^(?: +[^\s#]|-\s)/.test(this.#text.slice(at + 1, this.#source.lineEnd(at) + 1))) {
      return at;
    }
    let from = at + 1;
    while (isBlank(this.#text[from])) {
      from++;
    }
    return from;
  }

  /** Reads a line from its first character, `from`; returns the end of what was read. */
  #line(line: LineState, from: number): number {
    const text = this.#text;
    let at = from;
    for (let dashes = 0; dashes < maxDashes; dashes++) {
      const next = text[at + 1];
      const isDash = text[at] === '-' && (next === undefined || isBlank(next) || isBreak(next));
      const isCloseDash = text[at] === '-' && this.#source.isMark(at + 1);
      if (!isDash && !isCloseDash) {
        break;
      }
      this.#openList(at - line.start, at);
      line.dashed = true;
      at++;
      while (isBlank(text[at])) {
        at++;
      }
      if (at >= text.length || isBreak(text[at]) || text[at] === '#') {
        return at;
      }
    }
    const gap = line.dashed && this.#source.isMark(at) && text[at - 1] === '-';
    return this.#content(line, this.#properties(at), gap);
  }

  /** A key with its value, or a value alone. */
  #content(line: LineState, at: number, gap: boolean): number {
    const text = this.#text;
    if (at >= text.length || isBreak(text[at]) || text[at] === '#') {
      return at;
    }
    const column = at - line.start;
    if (text[at] === '{' || text[at] === '[') {
      return this.#flow(line, at);
    }
    if (/[|>]/.test(text[at]) && this.#isBlockScalar(at)) {
      return this.#blockScalar(line, at);
    }
    const token = this.#source.scalar(at);
    const colon = this.#source.colonAfter(token.end);
    if (colon === undefined) {
      this.#lone(line, token, column, gap);
      return token.end;
    }
    const map = this.#openMap(column, at);
    const marked = token.mark !== undefined;
    const path = marked ? this.#path(true) : [];
    map.entries.push({ key: token.value, keySpan: token.span, value: this.#nothing(colon) });
    if (marked) {
      this.#note({ kind: 'key', path, token, line, column, colon: true, ownLine: true, gap });
    }
    let next = colon + 1;
    const close = this.#source.isMark(next);
    while (isBlank(text[next])) {
      next++;
    }
    next = this.#properties(next);
    if (next >= text.length || isBreak(text[next]) || text[next] === '#') {
      return next;
    }
    if (text[next] === '{' || text[next] === '[') {
      return this.#flow(line, next);
    }
    if (/[|>]/.test(text[next]) && this.#isBlockScalar(next)) {
      return this.#blockScalar(line, next);
    }
    const value = this.#source.scalar(next, { whole: true });
    this.#fill(scalarNode(value));
    if (value.mark !== undefined) {
      this.#note({
        kind: 'value',
        path: this.#path(),
        token: value,
        line,
        column,
        colon: false,
        ownLine: false,
        gap: close,
      });
    }
    return value.end;
  }

  /** A scalar that begins its line, without a colon: a value, or a key or an item that is not finished. */
  #lone(line: LineState, token: Token, column: number, gap: boolean): void {
    const rest = { token, line, column, colon: false, ownLine: true, gap };
    const marked = token.mark !== undefined;
    if (!line.dashed) {
      this.#backTo(column);
    }
    const top = this.#frames[this.#frames.length - 1];
    const { node } = top;
    if (!line.dashed && top.indent === column && node.kind === 'map') {
      if (marked) {
        this.#note({ kind: 'key', path: this.#path(true), ...rest });
      }
      node.entries.push({ key: token.value, keySpan: token.span, value: this.#nothing(token.span[1]) });
    } else if (!line.dashed && top.indent === column && node.kind === 'list') {
      if (marked) {
        this.#note({ kind: 'item', path: this.#path(true), ...rest });
      }
    } else if (this.#isOpen()) {
      this.#fill(scalarNode(token));
      if (marked) {
        this.#note({ kind: 'value', path: this.#path(), ...rest });
      }
    }
  }

  #flow(line: LineState, at: number): number {
    if (!line.dashed) {
      this.#backTo(at - line.start);
    }
    const rowEnd = this.#skim && line.dashed && this.#text[at] === '[' ? this.#source.rowEnd(at) : undefined;
    if (rowEnd !== undefined) {
      if (this.#isOpen()) {
        this.#fill({ kind: 'list', span: this.#source.span(at, rowEnd), flow: true, items: [] });
      }
      return rowEnd;
    }
    const owner = this.#frames[this.#frames.length - 1];
    const reader = new FlowReader(this.#source, owner.indent, (token, found) => {
      const lineStart = this.#source.lineStart(token.from);
      const indent = this.#source.indentOf(lineStart);
      this.#note({
        kind: found.kind,
        path: [...this.#path(), ...found.path],
        token,
        line: { start: lineStart, indent, dashed: false },
        column: token.from - lineStart,
        colon: found.colon,
        ownLine: false,
        gap: found.gap,
        flow: true,
      });
    });
    const { node, end } = reader.read(at);
    this.#anchors.push(...reader.anchors);
    if (this.#isOpen()) {
      this.#fill(node);
    }
    return end;
  }

  #isBlockScalar(at: number): boolean {
    return /^[|>][-+0-9]{0,2}\s*(?:#.*)?$/.test(this.#text.slice(at, this.#source.lineEnd(at)));
  }

  /** Skips the lines that are indented further than their owner, and blank ones. */
  #blockScalar(line: LineState, from: number): number {
    const owner = line.dashed ? this.#frames[this.#frames.length - 1].indent : line.indent;
    const source = this.#text.slice(from, this.#source.lineEnd(from));
    this.#fill({ kind: 'scalar', span: this.#source.span(from, from + 1), value: source, source, quoted: true });
    let at = this.#source.nextLine(from);
    let end = this.#source.lineEnd(from);
    while (at < this.#text.length) {
      const indent = this.#source.indentOf(at);
      const first = this.#text[at + indent];
      if (first !== undefined && !isBreak(first) && indent <= owner) {
        break;
      }
      end = this.#source.lineEnd(at);
      at = this.#source.nextLine(at);
    }
    return end;
  }

  /** Skips anchors and tags. */
  #properties(from: number): number {
    let at = from;
    while (this.#text[at] === '&' || this.#text[at] === '!') {
      const end = this.#source.wordEnd(at + 1);
      if (this.#text[at] === '&') {
        this.#anchors.push(this.#source.unmarked(at + 1, end));
      }
      at = end;
      while (isBlank(this.#text[at])) {
        at++;
      }
    }
    return at;
  }

  #backTo(column: number): void {
    while (this.#frames[this.#frames.length - 1].indent > column) {
      this.#frames.pop();
    }
  }

  /** The map whose keys begin in this column. A map is continued even if its keys are misaligned. */
  #openMap(column: number, at: number): GrowingMap {
    this.#backTo(column);
    const top = this.#frames[this.#frames.length - 1];
    if (top.indent === column) {
      if (top.node.kind === 'map') {
        return top.node;
      }
      // A key in the column of a list’s dashes ends the list.
      this.#frames.pop();
      const below = this.#frames[this.#frames.length - 1];
      if (below.indent === column && below.node.kind === 'map') {
        return below.node;
      }
    }
    const last = this.#last();
    const node: GrowingMap =
      last.kind === 'map' && !last.flow
        ? (last as GrowingMap)
        : { kind: 'map', span: this.#source.span(at, at), flow: false, entries: [] };
    if (node !== last) {
      this.#fill(node);
    }
    this.#frames.push({ indent: column, node });
    return node;
  }

  #openList(column: number, at: number): void {
    this.#backTo(column);
    let top = this.#frames[this.#frames.length - 1];
    if (!(top.indent === column && top.node.kind === 'list')) {
      const last = this.#last();
      const node: GrowingList =
        last.kind === 'list' && !last.flow
          ? (last as GrowingList)
          : { kind: 'list', span: this.#source.span(at, at), flow: false, items: [] };
      if (node !== last) {
        this.#fill(node);
      }
      top = { indent: column, node };
      this.#frames.push(top);
    }
    if (top.node.kind === 'list') {
      top.node.items.push(this.#nothing(at + 1));
    }
  }

  /** The newest value of the innermost map or list. */
  #last(): TreeNode {
    const { node } = this.#frames[this.#frames.length - 1];
    if (node.kind === 'root') {
      return node.value;
    }
    return (node.kind === 'map' ? node.entries.at(-1)?.value : node.items.at(-1)) ?? this.#nothing(0);
  }

  /** Whether the newest value is not written yet. */
  #isOpen(): boolean {
    const last = this.#last();
    return last.kind === 'scalar' && last.value === null && last.span[0] === last.span[1];
  }

  #fill(value: TreeNode): void {
    const { node } = this.#frames[this.#frames.length - 1];
    if (node.kind === 'root') {
      node.value = value;
    } else if (node.kind === 'list') {
      node.items[node.items.length - 1] = value;
    } else if (node.entries.length > 0) {
      node.entries[node.entries.length - 1].value = value;
    }
  }

  /** Keys and indices to the newest value, or to the innermost map or list itself. */
  #path(container = false): Path {
    const frames = container ? this.#frames.slice(0, -1) : this.#frames;
    return frames.flatMap(({ node }): Path => {
      if (node.kind === 'root') {
        return [];
      }
      if (node.kind === 'list') {
        return [node.items.length - 1];
      }
      return node.entries.length > 0 ? [node.entries[node.entries.length - 1].key] : [];
    });
  }

  #nothing(at: number): ScalarNode {
    return { kind: 'scalar', span: this.#source.span(at, at), value: null, source: '', quoted: false };
  }

  #note({ token, line, flow = false, ...rest }: Noted): void {
    const { mark, inner, quoted } = token;
    if (mark === undefined) {
      return;
    }
    const isAlias = !quoted && this.#text[inner[0]] === '*' && mark > inner[0];
    const from = isAlias ? inner[0] + 1 : inner[0];
    this.#place = {
      ...rest,
      kind: isAlias ? 'alias' : rest.kind,
      span: this.#source.span(from, inner[1]),
      word: this.#source.unmarked(from, inner[1]),
      prefix: this.#text.slice(from, mark),
      quoted,
      flow,
      dashed: line.dashed,
      indent: line.indent,
    };
  }
}

type Token = ReturnType<CursorText['scalar']>;

interface Noted extends Omit<Place, 'span' | 'word' | 'prefix' | 'quoted' | 'flow' | 'dashed' | 'indent'> {
  readonly token: Token;
  readonly line: Readonly<LineState>;
  readonly flow?: boolean;
}
