/** What `JSON.parse` passes over in silence: how deep a text nests, and a key that stands twice in one object. */

export interface JsonScan {
  /** Of lists and objects; counting ends one beyond `most`. */
  readonly depth: number;
  /** The first key that an object names a second time. */
  readonly twice?: string;
}

/** Of a text that is JSON; of any other text something. Never throws on text that `JSON.parse` takes. */
export function scanJson(text: string, most: number): JsonScan {
  const open: Set<string>[] = [];
  let depth = 0;
  let twice: string | undefined;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '{':
      case '[':
        open.push(new Set());
        depth = Math.max(depth, open.length);
        if (depth > most) return { depth, twice };
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case '"': {
        const end = endOfString(text, at);
        if (isKey(text, end)) {
          const raw = text.slice(at, end);
          const key: string = raw.includes('\\') ? JSON.parse(raw) : raw.slice(1, -1);
          const keys = open.at(-1);
          if (keys?.has(key)) twice ??= key;
          keys?.add(key);
        }
        at = end - 1;
        break;
      }
      default:
    }
  }
  return { depth, twice };
}

/** Just behind the closing quote. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at + 1, text.length);
}

function isKey(text: string, from: number): boolean {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  return text[at] === ':';
}
