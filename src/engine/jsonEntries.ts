/** Reads the entries of a JSON object one by one, so that a reader can stop at the first bad one. */

export interface JsonEntry {
  readonly key: string;
  /** Its JSON as written, with the white space after it. It is not parsed. */
  readonly value: string;
  /** Nesting depth of lists and objects in it; 0 for a text or a number. */
  readonly depth: number;
}

/** Throws a SyntaxError for a text that is not an object. Returns duplicate keys, unlike `JSON.parse`. */
export function* jsonEntries(text: string): Generator<JsonEntry, void> {
  let at = after(text, 0, '{');
  if (text[pastSpace(text, at)] === '}') {
    return mustEnd(text, pastSpace(text, at));
  }
  for (;;) {
    const start = pastSpace(text, at);
    if (text[start] !== '"') {
      throw new SyntaxError(`No key begins at ${start}.`);
    }
    const endOfKey = endOfString(text, start);
    const from = pastSpace(text, after(text, endOfKey, ':'));
    const { to, depth } = endOfValue(text, from);
    yield { key: JSON.parse(text.slice(start, endOfKey)), value: text.slice(from, to), depth };
    if (text[to] === '}') {
      return mustEnd(text, to);
    }
    at = after(text, to, ',');
  }
}

/** Nesting depth of lists and objects in a JSON text; in any other text, that of its first value. */
export function depthOf(text: string): number {
  return endOfValue(text, 0).depth;
}

/** The end of the value that begins at `from`: the next comma or closing bracket, or the end of the text. */
function endOfValue(text: string, from: number): { readonly to: number; readonly depth: number } {
  let open = 0;
  let depth = 0;
  let to = from;
  for (; to < text.length; to++) {
    switch (text[to]) {
      case '"':
        to = endOfString(text, to) - 1;
        break;
      case '{':
      case '[':
        open++;
        depth = Math.max(depth, open);
        break;
      case '}':
      case ']':
        if (open === 0) {
          return { to, depth };
        }
        open--;
        break;
      case ',':
        if (open === 0) {
          return { to, depth };
        }
        break;
      default:
    }
  }
  return { to, depth };
}

/** The index after the closing quote. */
function endOfString(text: string, from: number): number {
  let quote = from;
  do {
    quote = text.indexOf('"', quote + 1);
    if (quote < 0) {
      return text.length;
    }
  } while (isEscaped(text, quote));
  return quote + 1;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text[at - 1 - slashes] === '\\') {
    slashes++;
  }
  return slashes % 2 === 1;
}

/** The index after a character that must come next. */
function after(text: string, from: number, character: string): number {
  const at = pastSpace(text, from);
  if (text[at] !== character) {
    throw new SyntaxError(`No ${character} stands at ${at}.`);
  }
  return at + 1;
}

/** The text must end with the object that the brace at `brace` closes. */
function mustEnd(text: string, brace: number): void {
  if (pastSpace(text, brace + 1) < text.length) {
    throw new SyntaxError(`Something follows the object at ${brace + 1}.`);
  }
}

function pastSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') {
    at++;
  }
  return at;
}
