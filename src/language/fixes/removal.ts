/** The span to delete with an entry of a map, so that no comma or blank line remains. */
import { lineStartOf, type Span } from '../text/lines';

/** The neighbours of the entry in its map. */
export interface Surroundings {
  readonly flow: boolean;
  /** Where the next entry of the map begins. */
  readonly next?: number;
  /** Whether another entry stands before it. */
  readonly first: boolean;
}

/**
 * The span to delete: in braces with one comma, otherwise with its line. Undefined for the only entry of a
 * map, since its owner would have no value.
 */
export function removalOf(text: string, [start, end]: Span, { flow, next, first }: Surroundings): Span | undefined {
  if (first && next === undefined) {
    return undefined;
  }
  if (flow) {
    if (next !== undefined) {
      return [start, next];
    }
    return [text.lastIndexOf(',', start), end];
  }
  const line = lineStartOf(text, start);
  // After a dash, the next entry moves up.
  if (text.slice(line, start).trim() !== '') {
    return next === undefined ? undefined : [start, next];
  }
  const newline = text.indexOf('\n', end);
  // The last line of a text has no line end, so the one before it is deleted.
  return newline < 0 ? [Math.max(0, line - 1), text.length] : [line, newline + 1];
}
