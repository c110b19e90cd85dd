/** The entries of a JSON object one by one: who reads a long one can take turns, and stop at the first that is bad. */

export interface JsonEntry {
  readonly key: string;
  /** Its JSON as it is written, with the white space behind it, not looked into. */
  readonly value: string;
  /** How deep lists and objects nest in it; 0 of a text or a number. */
  readonly depth: number;
}

/** Throws a SyntaxError where the text is no object. What `JSON.parse` passes over, a key that stands twice, is given twice. */
export function* jsonEntries(text: string): Generator<JsonEntry, void> {
  let at = behind(text, 0, '{');
  if (text[pastSpace(text, at)] === '}') {
    return mustEnd(text, pastSpace(text, at));
  }
  for (;;) {
    const start = pastSpace(text, at);
    if (text[start] !== '"') {
      throw new SyntaxError(`No key begins at ${start}.`);
    }
    const endOfKey = endOfString(text, start);
    const from = pastSpace(text, behind(text, endOfKey, ':'));
    const { to, depth } = endOfValue(text, from);
    yield { key: JSON.parse(text.slice(start, endOfKey)), value: text.slice(from, to), depth };
    if (text[to] === '}') {
      return mustEnd(text, to);
    }
    at = behind(text, to, ',');
  }
}

/** How deep lists and objects nest in a JSON text; of any other text, in as much of it as could be a value. */
export function depthOf(text: string): number {
  return endOfValue(text, 0).depth;
}

/** Where a value ends that begins at `from`: at the comma or bracket behind it, or at the end of the text. */
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

/** Just behind the closing quote. */
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

/** Just behind a sign that must come next. */
function behind(text: string, from: number, sign: string): number {
  const at = pastSpace(text, from);
  if (text[at] !== sign) {
    throw new SyntaxError(`No ${sign} stands at ${at}.`);
  }
  return at + 1;
}

/** With the object whose closing brace stands at `brace`. */
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
