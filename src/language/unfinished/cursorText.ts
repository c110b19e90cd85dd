import type { Span } from '../text/lines';

/** Inserted at the cursor, so that there always is a word. A private-use character, which no spec needs. */
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
  /** Offset of the cursor in the marked text, if it is in this token. */
  readonly mark?: number;
}

const [tab, feed, carriage, space, hash, comma, colonSign, closing] = [9, 10, 13, 32, 35, 44, 58, 93];

export function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

export function isBreak(character: string | undefined): boolean {
  return character === '\n' || character === '\r';
}

/** A comma or a bracket, which end a word inside brackets. */
function isFlowSign(unit: number): boolean {
  return unit === comma || unit === 91 || unit === 93 || unit === 123 || unit === 125;
}

/** The text with a mark at the cursor, split into tokens on demand. */
export class CursorText {
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
    if (cursor === undefined || cursor < from || cursor >= end) {
      return this.text.slice(from, end);
    }
    return this.text.slice(from, cursor) + this.text.slice(cursor + 1, end);
  }

  lineStart(at: number): number {
    let start = at;
    for (; start > 0; start--) {
      const unit = this.text.charCodeAt(start - 1);
      if (unit === feed || unit === carriage) {
        break;
      }
    }
    return start;
  }

  lineEnd(at: number): number {
    let end = at;
    for (; end < this.text.length; end++) {
      const unit = this.text.charCodeAt(end);
      if (unit === feed || unit === carriage) {
        break;
      }
    }
    return end;
  }

  /** The beginning of the next line. */
  nextLine(at: number): number {
    const end = this.lineEnd(at);
    return this.text[end] === '\r' && this.text[end + 1] === '\n' ? end + 2 : end + 1;
  }

  indentOf(lineStart: number): number {
    let at = lineStart;
    while (isBlank(this.text[at])) {
      at++;
    }
    return at - lineStart;
  }

  wordEnd(at: number): number {
    let end = at;
    while (end < this.text.length && !/[\s,[\]{}]/.test(this.text[end])) {
      end++;
    }
    return end;
  }

  /** The offset of a colon that follows, which makes the text up to `end` a key. */
  colonAfter(end: number, flow = false): number | undefined {
    let at = end;
    for (let unit = this.text.charCodeAt(at); unit === space || unit === tab; unit = this.text.charCodeAt(++at)) {}
    return this.text.charCodeAt(at) === colonSign && this.#endsKey(at, flow) ? at : undefined;
  }

  /**
   * The scalar that begins here. `flow`: inside brackets, where commas end it. `whole`: a value that extends
   * to the end of its line, colons included.
   */
  scalar(from: number, { flow = false, whole = false } = {}): Token {
    const quote = this.text[from];
    if (quote === '"' || quote === "'") {
      return this.#quotedScalar(from, quote);
    }
    // Right before an existing value nothing new can begin.
    if (this.isMark(from) && /^ *["'[{&*!|>]/.test(this.text.slice(from + 1, this.lineEnd(from)))) {
      const { mark: _, ...rest } = this.#token(from, from + 1, false);
      return rest;
    }
    let end = from;
    for (; end < this.text.length; end++) {
      const unit = this.text.charCodeAt(end);
      if (unit === feed || unit === carriage || (flow && isFlowSign(unit))) {
        break;
      }
      if (unit === hash && isBlank(this.text[end - 1])) {
        break;
      }
      if (unit === colonSign && !whole && this.#endsKey(end, flow)) {
        break;
      }
    }
    while (end > from && isBlank(this.text[end - 1])) {
      end--;
    }
    return this.#token(from, end, false);
  }

  #endsKey(colon: number, flow: boolean): boolean {
    const next = this.text.charCodeAt(colon + 1);
    if (Number.isNaN(next) || next === space || next === tab || next === feed || next === carriage) {
      return true;
    }
    return this.isMark(colon + 1) || (flow && isFlowSign(next));
  }

  /** The end of a list of plain cells on one line without the cursor; undefined for any other list. */
  rowEnd(at: number): number | undefined {
    for (let end = at + 1; end < this.text.length; end++) {
      const unit = this.text.charCodeAt(end);
      if (unit === closing) {
        return end + 1;
      }
      // A bracket, a quote, a comment or a line break: the cells must be read one by one.
      if ((isFlowSign(unit) && unit !== comma) || unit === 34 || unit === 39 || unit === hash || unit === feed) {
        break;
      }
      if (unit === carriage || this.isMark(end)) {
        break;
      }
    }
    return undefined;
  }

  /** A quote that is never closed ends with its line. */
  #quotedScalar(from: number, quote: string): Token {
    let at = from + 1;
    for (; at < this.text.length && !isBreak(this.text[at]); at++) {
      if (quote === '"' && this.text[at] === '\\') {
        at++;
      } else if (this.text[at] === quote) {
        if (quote === '"' || this.text[at + 1] !== quote) {
          return this.#token(from, at + 1, true, at);
        }
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
