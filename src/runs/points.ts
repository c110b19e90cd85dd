import type { Points } from './series';

export const noPoints: Points = { x: new Float64Array(0), y: new Float64Array(0) };

/** The points of all chunks, one after another. */
export function concatenate(chunks: readonly Points[]): Points {
  if (chunks.length === 1) {
    return chunks[0];
  }
  const length = chunks.reduce((sum, { x }) => sum + x.length, 0);
  const x = new Float64Array(length);
  const y = new Float64Array(length);
  let at = 0;
  for (const chunk of chunks) {
    x.set(chunk.x, at);
    y.set(chunk.y, at);
    at += chunk.x.length;
  }
  return { x, y };
}
