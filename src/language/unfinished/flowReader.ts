import { maximumNesting } from '../text/limits';
import type { ListNode, MapNode, Path, ScalarNode, TreeNode } from '../yaml/tree';
import { type CursorText, isBlank, isBreak, type Token } from './cursorText';
import { plainValue } from './scalars';

interface Found {
  readonly kind: 'key' | 'value';
  /** From the outermost bracket. */
  readonly path: Path;
  readonly colon: boolean;
  readonly gap: boolean;
}

/**
 * Reads braces and brackets. They end at their closing bracket, or before a line that is indented no further
 * than their owner.
 */
export class FlowReader {
  readonly anchors: string[] = [];
  readonly #source: CursorText;
  readonly #text: string;
  readonly #owner: number;
  readonly #note: (token: Token, found: Found) => void;
  readonly #path: (string | number)[] = [];
  #at = 0;
  #ended = false;

  constructor(source: CursorText, owner: number, note: (token: Token, found: Found) => void) {
    this.#source = source;
    this.#text = source.text;
    this.#owner = owner;
    this.#note = note;
  }

  /** `at` is the opening bracket; `end` is on the line after which reading continues. */
  read(at: number): { readonly node: TreeNode; readonly end: number } {
    this.#at = at;
    const node = this.#collection();
    return { node, end: this.#at };
  }

  #collection(): MapNode | ListNode {
    const start = this.#at;
    const isMap = this.#text[this.#at++] === '{';
    const close = isMap ? '}' : ']';
    const entries: MapNode['entries'][number][] = [];
    const items: TreeNode[] = [];
    while (this.#skip()) {
      const character = this.#text[this.#at];
      if (character === close) {
        this.#at++;
        break;
      }
      // The closing bracket of an outer collection: this one was never closed.
      if (character === '}' || character === ']') {
        break;
      }
      if (character === ',') {
        this.#at++;
      } else if (isMap) {
        entries.push(this.#entry());
      } else {
        items.push(this.#item(items.length));
      }
    }
    const span = this.#source.span(start, this.#at);
    return isMap ? { kind: 'map', span, flow: true, entries } : { kind: 'list', span, flow: true, items };
  }

  #entry(): MapNode['entries'][number] {
    const token = this.#scalar();
    const colon = this.#source.colonAfter(token.end, true);
    if (token.mark !== undefined) {
      this.#tell(token, 'key', colon !== undefined);
    }
    this.#at = token.end;
    if (colon === undefined) {
      return { key: token.value, keySpan: token.span, value: this.#nothing(token.end) };
    }
    return { key: token.value, keySpan: token.span, value: this.#valueAfter(colon, token.value) };
  }

  #item(index: number): TreeNode {
    this.#path.push(index);
    const node = this.#itemNode();
    this.#path.pop();
    return node;
  }

  /** A value, or a map of one pair without braces. */
  #itemNode(): TreeNode {
    this.#properties();
    if (/[[{]/.test(this.#text[this.#at] ?? '')) {
      return this.#nested();
    }
    const token = this.#scalar();
    const colon = this.#source.colonAfter(token.end, true);
    if (token.mark !== undefined) {
      this.#tell(token, colon === undefined ? 'value' : 'key', colon !== undefined);
    }
    this.#at = token.end;
    if (colon === undefined) {
      return scalarNode(token);
    }
    const value = this.#valueAfter(colon, token.value);
    const entry = { key: token.value, keySpan: token.span, value };
    return { kind: 'map', span: [token.span[0], value.span[1]], flow: true, entries: [entry] };
  }

  #valueAfter(colon: number, key: string): TreeNode {
    this.#at = colon + 1;
    const gap = this.#source.isMark(this.#at);
    this.#path.push(key);
    const node = this.#value(gap, colon);
    this.#path.pop();
    return node;
  }

  #value(gap: boolean, colon: number): TreeNode {
    if (!this.#skip() || /[,\]}]/.test(this.#text[this.#at])) {
      return this.#nothing(colon + 1);
    }
    this.#properties();
    if (/[[{]/.test(this.#text[this.#at] ?? '')) {
      return this.#nested();
    }
    const token = this.#scalar();
    if (token.mark !== undefined) {
      this.#tell(token, 'value', false, gap);
    }
    this.#at = token.end;
    return scalarNode(token);
  }

  /** The reader recurses, so text that is nested too deep is skipped. */
  #nested(): TreeNode {
    if (this.#path.length < maximumNesting) {
      return this.#collection();
    }
    this.#ended = true;
    this.#at = this.#source.lineEnd(this.#at);
    return this.#nothing(this.#at);
  }

  /** Takes at least one character, so that reading always advances. */
  #scalar(): Token {
    const token = this.#source.scalar(this.#at, { flow: true });
    return token.end > token.from ? token : { ...token, end: token.from + 1 };
  }

  #tell(token: Token, kind: Found['kind'], colon: boolean, gap = false): void {
    this.#note(token, { kind, path: [...this.#path], colon, gap });
  }

  #properties(): void {
    while (this.#text[this.#at] === '&' || this.#text[this.#at] === '!') {
      const end = this.#source.wordEnd(this.#at + 1);
      if (this.#text[this.#at] === '&') {
        this.anchors.push(this.#source.unmarked(this.#at + 1, end));
      }
      this.#at = end;
      if (!this.#skip()) {
        return;
      }
    }
  }

  /**
   * Skips to the next bracket or word; false at the end of the text, or where the indentation ends the
   * bracket.
   */
  #skip(): boolean {
    while (!this.#ended && this.#at < this.#text.length) {
      const character = this.#text[this.#at];
      if (isBlank(character)) {
        this.#at++;
      } else if (character === '#' && (this.#at === 0 || /\s/.test(this.#text[this.#at - 1]))) {
        this.#at = this.#source.lineEnd(this.#at);
      } else if (isBreak(character)) {
        if (this.#goesBack(this.#source.nextLine(this.#at))) {
          this.#ended = true;
        } else {
          this.#at = this.#source.nextLine(this.#at);
        }
      } else {
        return true;
      }
    }
    return false;
  }

  #goesBack(lineStart: number): boolean {
    const indent = this.#source.indentOf(lineStart);
    const first = this.#text[lineStart + indent];
    if (first === undefined || isBreak(first) || first === '#' || first === '}' || first === ']') {
      return false;
    }
    return indent <= this.#owner;
  }

  #nothing(at: number): ScalarNode {
    return { kind: 'scalar', span: this.#source.span(at, at), value: null, source: '', quoted: false };
  }
}

export function scalarNode({ span, value, quoted }: Token): ScalarNode {
  return { kind: 'scalar', span, value: quoted ? value : plainValue(value), source: value, quoted };
}
