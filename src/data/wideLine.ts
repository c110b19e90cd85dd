/** Finds a line of too many cells without keeping any of them. */
import { maximumColumns } from '../common/limits';
import { chunksOf, type DataBytes } from './bytes';

const [lineFeed, carriageReturn, space, quote] = [10, 13, 32, 34];
const chunkBytes = 1 << 17;

/**
 * The first line, from 0, that begins a row of more than `maximumColumns` cells; looks only at the names of
 * the columns if `headerOnly`. Does not decide whether quotes are closed properly.
 */
export function wideLine(bytes: DataBytes, delimiter: number, headerOnly: boolean): number | undefined {
  if (bytes.length < maximumColumns) {
    return undefined;
  }
  let [line, rowLine, cells] = [0, 0, 1];
  let [quoted, cellStarts, blank] = [false, true, true];
  let last = lineFeed;
  for (const chunk of chunksOf(bytes, chunkBytes)) {
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i];
      // Two line ends in sequence count as one if they are a carriage return and a line feed.
      const lineEnds = byte === carriageReturn || (byte === lineFeed && last !== carriageReturn);
      line += lineEnds ? 1 : 0;
      if (byte === quote) {
        // A quote within quotes is written twice.
        quoted = !quoted && (cellStarts || last === quote);
        cellStarts = false;
        blank = false;
      } else if (!quoted && byte === delimiter) {
        cells++;
        if (cells > maximumColumns) {
          return rowLine;
        }
        cellStarts = true;
        blank = false;
      } else if (!quoted && (byte === lineFeed || byte === carriageReturn)) {
        if (headerOnly && !blank) {
          return undefined;
        }
        [rowLine, cells] = [line, 1];
        [cellStarts, blank] = [true, true];
      } else {
        cellStarts = false;
        blank &&= byte === space;
      }
      last = byte;
    }
  }
  return undefined;
}
