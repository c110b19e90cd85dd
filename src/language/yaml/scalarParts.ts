/**
 * Maps a part of a scalar's text to its span in the file, through quotes, escapes, folded lines and block
 * headers.
 */
import type { Span } from '../text/lines';
import type { ScalarNode } from './tree';

/**
 * The span of a part of a scalar's text. If escapes or folding change the text, the part is found only with
 * `file`, and then without spaces at its ends; without `file` the result is the whole scalar.
 */
export function partOfScalar(node: ScalarNode, [start, end]: Span, file?: string): Span {
  const quote = node.quoted ? 1 : 0;
  const plain = node.span[1] - node.span[0] === node.source.length + 2 * quote;
  if (end <= start) {
    return node.span;
  }
  if (plain) {
    return [node.span[0] + quote + start, node.span[0] + quote + end];
  }
  if (file === undefined || typeof node.value !== 'string') {
    return node.span;
  }
  const places = placesOf(node.value, file, node.span)
    .slice(start, end)
    .filter((place) => place !== undefined);
  const [first, last] = [places.at(0), places.at(-1)];
  return first && last ? [first[0], last[1]] : node.span;
}

/**
 * The span of each character of a scalar's text; undefined for spaces. Folding, indentation and line ends
 * change nothing but spaces, so text and file are read in parallel, ignoring the spaces of both.
 */
function placesOf(text: string, file: string, [from, to]: Span): (Span | undefined)[] {
  const quote = file[from] === '"' || file[from] === "'" ? file[from] : undefined;
  const isBlock = file[from] === '|' || file[from] === '>';
  const places: (Span | undefined)[] = [];
  let at = isBlock ? file.indexOf('\n', from) : from + (quote ? 1 : 0);
  for (let i = 0; i < text.length; ) {
    if (isSpace(text[i])) {
      places[i++] = undefined;
      continue;
    }
    let written = writtenAt(file, at, quote);
    while (at < to && isSpace(written.text)) {
      at += written.length;
      written = writtenAt(file, at, quote);
    }
    // A character outside the basic plane may be one escape for two units of the text.
    for (let unit = 0; unit < written.text.length; unit++) {
      places[i++] = [at, at + written.length];
    }
    at += written.length;
  }
  return places;
}

/** One character of the file, or one escape: its text, and its length in the file. */
interface Written {
  readonly text: string;
  readonly length: number;
}

/** An escape by code point, up to the largest one. */
const hexEscape = /^\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U(00(?:0[\da-fA-F]|10)[\da-fA-F]{4}))/;
/** Characters that after a backslash mean some kind of space, or nothing at all. */
const spaceEscapes = 'tnvfr_LP \t\n\r';

function writtenAt(file: string, at: number, quote: string | undefined): Written {
  if (quote === "'" && file.startsWith("''", at)) {
    return { text: "'", length: 2 };
  }
  if (quote === '"' && file[at] === '\\') {
    const hex = hexEscape.exec(file.slice(at, at + 10));
    if (hex) {
      return { text: String.fromCodePoint(Number.parseInt(hex[1] ?? hex[2] ?? hex[3], 16)), length: hex[0].length };
    }
    const letter = file[at + 1] ?? ' ';
    return { text: spaceEscapes.includes(letter) ? ' ' : letter, length: 2 };
  }
  return { text: file[at] ?? ' ', length: 1 };
}

function isSpace(text: string): boolean {
  return text.trim() === '';
}
