/** How an entry of a map is taken out of a text so that nothing of it is left over. */
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
 * The span to delete: in braces with one comma, else with its line. Undefined where the entry is the map's
 * only one, whose key would be left without a value.
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
  // After a dash the next entry takes its place.
  if (text.slice(line, start).trim() !== '') {
    return next === undefined ? undefined : [start, next];
  }
  const newline = text.indexOf('\n', end);
  // The last line of a text has no line end of its own: the one before it goes.
  return newline < 0 ? [Math.max(0, line - 1), text.length] : [line, newline + 1];
}
