/**
 * The words of a file with their wanted places. Only white space separates them, so the formatter changes no
 * word.
 */
import type { CST } from 'yaml';
import { lineStartOf, type Span } from '../text/lines';

export interface Piece {
  readonly span: Span;
  /** Its column if it is the first on its line. */
  readonly column: number;
  /** Spaces before it otherwise. Undefined for a comment, which is aligned with its neighbours. */
  readonly gap?: number;
  /** True where the line breaks before it are text: inside a scalar of several lines. */
  readonly inScalar?: boolean;
}

/** Spaces by which a map or a list is indented. */
const step = 2;

/** A collection around the current token: its column before and after formatting. */
type Level = { readonly old: number; readonly column: number };

/** Undefined where a token is not understood: the file is then not formatted. */
export function piecesOf(tokens: readonly CST.Token[], text: string): Piece[] | undefined {
  const walk = new Walk(text);
  for (const token of tokens) {
    walk.top(token);
  }
  return walk.failed ? undefined : walk.pieces;
}

class Walk {
  readonly pieces: Piece[] = [];
  failed = false;
  readonly #text: string;
  readonly #levels: Level[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  top(token: CST.Token): void {
    switch (token.type) {
      case 'document':
        this.#sources(token.start, 0);
        if (token.value) {
          this.#value(token.value, 0, 1, 0);
        }
        if (token.end) {
          this.#trailing(token.end);
        }
        return;
      case 'doc-end':
        this.#put(token, 0, 1);
        if (token.end) {
          this.#trailing(token.end);
        }
        return;
      case 'directive':
        this.#put(token, 0, 1);
        return;
      case 'error':
        this.failed = true;
        return;
      default:
        if (isSource(token)) {
          this.#source(token, 0);
        } else {
          this.failed = true;
        }
    }
  }

  /** `column`: where the value begins on a line of its own. `outer`: the column of its closing bracket. */
  #value(token: CST.Token, column: number, gap: number, outer: number): void {
    switch (token.type) {
      case 'alias':
      case 'scalar':
      case 'single-quoted-scalar':
      case 'double-quoted-scalar':
        this.#scalar(token, column, gap);
        return;
      case 'block-scalar':
        this.#blockScalar(token, column, gap);
        return;
      case 'block-map':
        this.#levels.push({ old: token.indent, column });
        for (const item of token.items) {
          this.#mapItem(item, column);
        }
        this.#levels.pop();
        return;
      case 'block-seq':
        this.#levels.push({ old: token.indent, column });
        for (const item of token.items) {
          if (!item.value && item.start.every(({ type }) => type !== 'seq-item-ind')) {
            this.#trailing(item.start);
            continue;
          }
          const dash = item.start.findIndex(({ type }) => type === 'seq-item-ind');
          this.#sources(item.start.slice(0, dash + 1), column);
          this.#sources(item.start.slice(dash + 1), column + step);
          if (item.value) {
            this.#value(item.value, column + step, 1, column + step);
          }
        }
        this.#levels.pop();
        return;
      case 'flow-collection':
        this.#flow(token, column, gap, outer);
        return;
      default:
        this.failed = true;
    }
  }

  #mapItem(item: CST.BlockMap['items'][number], column: number): void {
    if (!item.sep && !item.key) {
      this.#trailing(item.start);
      return;
    }
    this.#sources(item.start, column);
    if (item.key) {
      this.#value(item.key, item.explicitKey ? column + step : column, 1, column);
    }
    const isAlias = item.key?.type === 'alias';
    for (const token of item.sep ?? []) {
      if (token.type === 'map-value-ind') {
        this.#put(token, column, isAlias ? 1 : 0);
      }
      // If there is no value, comments on the lines below belong to the key only if they are indented.
      else {
        this.#source(token, item.value || this.#isInward(token) ? column + step : column);
      }
    }
    if (item.value) {
      this.#value(item.value, column + step, 1, column);
    }
  }

  #flow(token: CST.FlowCollection, column: number, gap: number, outer: number): void {
    const { start, items, end } = token;
    const isMap = start.type === 'flow-map-start';
    const isEmpty = items.every((item) => !item.key && !item.sep && !item.value && item.start.every(isSpace));
    const inner = outer + step;
    const pad = isMap && !isEmpty ? 1 : 0;
    this.#put(start, column, gap);
    let first = pad;
    const next = () => {
      const space = first;
      first = 1;
      return space;
    };
    for (const item of items) {
      for (const each of item.start) {
        if (each.type === 'comma') {
          // A space after the colon of an empty value, so that the comma is not read as part of the word.
          this.#put(each, inner, this.#endsInColon() ? 1 : 0);
          first = 1;
        } else {
          this.#source(each, inner, isSpace(each) ? 0 : next);
        }
      }
      if (item.key) {
        this.#value(item.key, inner, next(), outer);
      }
      for (const each of item.sep ?? []) {
        if (each.type === 'map-value-ind') {
          this.#put(each, inner, item.key?.type === 'alias' ? 1 : item.key ? 0 : next());
          first = 1;
        } else {
          this.#source(each, inner + step, isSpace(each) ? 0 : next);
        }
      }
      if (item.value) {
        const depth = item.value.type === 'flow-collection' ? inner : outer;
        this.#value(item.value, item.sep ? inner + step : inner, next(), depth);
      }
    }
    for (const [index, each] of end.entries()) {
      if (index === 0) {
        this.#put(each, outer, this.#endsInColon() ? 1 : pad);
      } else {
        this.#source(each, inner);
      }
    }
    if (end[0]?.type !== 'flow-map-end' && end[0]?.type !== 'flow-seq-end') {
      this.failed = true;
    }
  }

  #endsInColon(): boolean {
    const last = this.pieces.at(-1);
    return last !== undefined && last.span[1] - last.span[0] === 1 && this.#text[last.span[0]] === ':';
  }

  /** Makes each line a piece, so that the lines after the first can be indented. */
  #scalar({ source, offset, end }: CST.FlowScalar, column: number, gap: number): void {
    let at = 0;
    for (const [index, line] of source.split('\n').entries()) {
      const lead = index === 0 ? 0 : line.length - line.trimStart().length;
      // A backslash makes the spaces at the end of a line part of the text.
      const length = /\\\s+$/.test(line) ? line.replace(/\r$/, '').length : line.trimEnd().length;
      if (lead < length) {
        const span: Span = [offset + at + lead, offset + at + length];
        this.pieces.push({ span, column, gap, inScalar: index > 0 });
      }
      at += line.length + 1;
    }
    for (const token of end ?? []) {
      this.#source(token, column);
    }
  }

  #blockScalar(token: CST.BlockScalar, column: number, gap: number): void {
    let header = '';
    for (const prop of token.props) {
      if (!isSource(prop)) {
        this.failed = true;
      } else {
        if (prop.type === 'block-scalar-header') {
          header = prop.source;
        }
        this.#source(prop, column, gap);
      }
    }
    const lines = token.source.split('\n');
    const indentOf = (line: string) => line.length - line.replace(/^ +/, '').length;
    const firstLine = lines.find((line) => line.trim() !== '');
    // An explicit indentation, line breaks kept at the end, no text at all: all rare, so not formatted.
    if (firstLine === undefined || /[\d+]/.test(header)) {
      this.failed = true;
      return;
    }
    const indent = indentOf(firstLine);
    let at = token.offset + token.props.reduce((sum, prop) => sum + ('source' in prop ? prop.source.length : 0), 0);
    for (const line of lines) {
      const length = line.endsWith('\r') ? line.length - 1 : line.length;
      if (length > indent) {
        this.pieces.push({
          span: [at + indent, at + length],
          column,
          gap: 0,
          inScalar: true,
        });
      }
      at += line.length + 1;
    }
  }

  /** Whether the token was indented further than the keys around it. */
  #isInward({ offset }: CST.SourceToken): boolean {
    const lineStart = lineStartOf(this.#text, offset);
    return offset - lineStart > (this.#levels.at(-1)?.old ?? 0);
  }

  /** Comments after the last item of a collection: each goes to the level at which it was. */
  #trailing(tokens: readonly CST.SourceToken[]): void {
    let deepest = this.#levels.length - 1;
    for (const token of tokens) {
      const lineStart = lineStartOf(this.#text, token.offset);
      const old = token.offset - lineStart;
      if (token.type === 'comment' && this.#text.slice(lineStart, token.offset).trim() === '') {
        while (deepest > 0 && this.#levels[deepest].old > old) {
          deepest--;
        }
      }
      this.#source(token, this.#levels[deepest]?.column ?? 0);
    }
  }

  #sources(tokens: readonly CST.SourceToken[], column: number): void {
    for (const token of tokens) {
      this.#source(token, column);
    }
  }

  #source(token: CST.SourceToken, column: number, gap: number | (() => number) = 1): void {
    switch (token.type) {
      case 'space':
      case 'newline':
      case 'doc-mode':
      case 'byte-order-mark':
        return;
      case 'comment':
        this.pieces.push({ span: [token.offset, token.offset + token.source.trimEnd().length], column });
        return;
      case 'doc-start':
      case 'directive-line':
      case 'anchor':
      case 'tag':
      case 'seq-item-ind':
      case 'explicit-key-ind':
      case 'map-value-ind':
      case 'flow-map-start':
      case 'flow-map-end':
      case 'flow-seq-start':
      case 'flow-seq-end':
      case 'comma':
      case 'block-scalar-header':
        this.#put(token, column, typeof gap === 'number' ? gap : gap());
        return;
      default:
        // A wrong bracket, or a token that the parser puts here against its own types.
        this.failed = true;
    }
  }

  #put({ offset, source }: { readonly offset: number; readonly source: string }, column: number, gap: number): void {
    this.pieces.push({ span: [offset, offset + source.length], column, gap });
  }
}

function isSpace({ type }: CST.SourceToken): boolean {
  return type === 'space' || type === 'newline' || type === 'doc-mode';
}

function isSource(token: CST.Token): token is CST.SourceToken {
  switch (token.type) {
    case 'error':
    case 'directive':
    case 'document':
    case 'doc-end':
    case 'alias':
    case 'scalar':
    case 'single-quoted-scalar':
    case 'double-quoted-scalar':
    case 'block-scalar':
    case 'block-map':
    case 'block-seq':
    case 'flow-collection':
      return false;
    default:
      return true;
  }
}
