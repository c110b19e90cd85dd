/** Characters of a piece: large enough that writing it costs little for each line. */
const pieceLength = 1 << 16;

/** Joins lines into pieces, so that a long text is never in memory as a whole. */
export function* inPieces(lines: Iterable<string>): Generator<string, void> {
  let piece = '';
  for (const line of lines) {
    piece += line;
    if (piece.length >= pieceLength) {
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') {
    yield piece;
  }
}

/** The same text as UTF-8. */
export function* inBytes(lines: Iterable<string>): Generator<Uint8Array, void> {
  const encoder = new TextEncoder();
  for (const piece of inPieces(lines)) {
    yield encoder.encode(piece);
  }
}
