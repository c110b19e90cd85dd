import type { Span } from '../lines';

/** Stands in the text at the cursor, so that there always is a word. A character that no spec has a use for. */
const mark = '\uE000';

export interface Token {
  /** In the marked text. */
  readonly from: number;
  readonly end: number;
  /** In the marked text, without quotes. */
  readonly inner: Span;
  /** In the file. */
  readonly span: Span;
  readonly value: string;
  readonly quoted: boolean;
  /** Of the cursor in the marked text, where it is in this token. */
  readonly mark?: number;
}

export function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

export function isBreak(character: string | undefined): boolean {
  return character === '\n' || character === '\r';
}

/** The text with a mark at the cursor, and the ways to cut it into words. */
export class Marked {
  readonly text: string;
  readonly #cursor: number | undefined;

  constructor(text: string, cursor?: number) {
    this.#cursor = cursor;
    this.text = cursor === undefined ? text : text.slice(0, cursor) + mark + text.slice(cursor);
  }

  isMark(at: number): boolean {
    return at === this.#cursor;
  }

  /** A span of the file, from offsets of the marked text. */
  span(from: number, end: number): Span {
    return [this.#origin(from), this.#origin(end)];
  }

  /** Without the mark. */
  unmarked(from: number, end: number): string {
    const cursor = this.#cursor;
    if (cursor === undefined || cursor < from || cursor >= end) return this.text.slice(from, end);
    return this.text.slice(from, cursor) + this.text.slice(cursor + 1, end);
  }

  lineStart(at: number): number {
    let start = at;
    while (start > 0 && !isBreak(this.text[start - 1])) start--;
    return start;
  }

  lineEnd(at: number): number {
    let end = at;
    while (end < this.text.length && !isBreak(this.text[end])) end++;
    return end;
  }

  /** The beginning of the next line. */
  nextLine(at: number): number {
    const end = this.lineEnd(at);
    return this.text[end] === '\r' && this.text[end + 1] === '\n' ? end + 2 : end + 1;
  }

  indentOf(lineStart: number): number {
    let at = lineStart;
    while (isBlank(this.text[at])) at++;
    return at - lineStart;
  }

  wordEnd(at: number): number {
    let end = at;
    while (end < this.text.length && !/[\s,[\]{}]/.test(this.text[end])) end++;
    return end;
  }

  /** The offset of a colon that makes what ends here a key. */
  colonAfter(end: number, flow = false): number | undefined {
    let at = end;
    while (isBlank(this.text[at])) at++;
    return this.text[at] === ':' && this.#endsKey(at, flow) ? at : undefined;
  }

  /**
   * The scalar that begins here. `flow`: inside brackets, where commas end it; `whole`: a value to the end of its line,
   * colons included.
   */
  scalar(from: number, { flow = false, whole = false } = {}): Token {
    const quote = this.text[from];
    if (quote === '"' || quote === "'") return this.#quotedScalar(from, quote);
    // Right before what is there already nothing new can begin.
    if (this.isMark(from) && /^ *["'[{&*!|>]/.test(this.text.slice(from + 1, this.lineEnd(from)))) {
      const { mark: _, ...rest } = this.#token(from, from + 1, false);
      return rest;
    }
    let end = from;
    for (; end < this.text.length; end++) {
      const character = this.text[end];
      if (isBreak(character) || (flow && /[,[\]{}]/.test(character))) break;
      if (character === '#' && isBlank(this.text[end - 1])) break;
      if (character === ':' && !whole && this.#endsKey(end, flow)) break;
    }
    while (end > from && isBlank(this.text[end - 1])) end--;
    return this.#token(from, end, false);
  }

  #endsKey(colon: number, flow: boolean): boolean {
    const next = this.text[colon + 1];
    return (
      next === undefined || isBlank(next) || isBreak(next) || this.isMark(colon + 1) || (flow && /[,[\]{}]/.test(next))
    );
  }

  /** A quote that is never closed ends with its line. */
  #quotedScalar(from: number, quote: string): Token {
    let at = from + 1;
    for (; at < this.text.length && !isBreak(this.text[at]); at++) {
      if (quote === '"' && this.text[at] === '\\') at++;
      else if (this.text[at] === quote) {
        if (quote === '"' || this.text[at + 1] !== quote) return this.#token(from, at + 1, true, at);
        at++;
      }
    }
    const end = Math.min(at, this.text.length);
    return this.#token(from, end, true, end);
  }

  #token(from: number, end: number, quoted: boolean, innerEnd = end): Token {
    const inner: Span = quoted ? [from + 1, innerEnd] : [from, end];
    const cursor = this.#cursor;
    const inside = cursor !== undefined && cursor >= inner[0] && cursor < inner[1] + (quoted ? 1 : 0) && cursor < end;
    const raw = this.unmarked(inner[0], inner[1]);
    return {
      from,
      end,
      inner,
      span: this.span(from, end),
      value: quoted ? unquote(raw, this.text[from]) : raw,
      quoted,
      ...(inside && cursor < inner[1] ? { mark: cursor } : {}),
    };
  }

  #origin(at: number): number {
    return this.#cursor !== undefined && at > this.#cursor ? at - 1 : at;
  }
}

function unquote(raw: string, quote: string): string {
  return quote === "'" ? raw.replaceAll("''", "'") : raw.replace(/\\(["\\/])/g, '$1');
}
