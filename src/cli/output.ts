import { printableLines } from '../common/printable';
import type { Output, Stream } from './io';

/**
 * An output to a stream. A terminal would obey control characters that come from files or their names. They
 * are replaced where a person reads, and kept in data for other programs.
 */
export function outputTo(stream: Stream, isForPeople: boolean): Output {
  const shown = (text: string) => (isForPeople ? printableLines(text) : text);
  return {
    write: (text) => stream.write(shown(text)),
    redraw: (text) => stream.write(`\r${shown(text)}\u001b[K`),
    drained: () => stream.drained?.() ?? Promise.resolve(),
    isTTY: stream.isTTY,
    get columns() {
      return stream.columns;
    },
  };
}
