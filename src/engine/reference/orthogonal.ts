/** Random matrices with orthonormal rows, or columns where there are more rows. */
import type { Pieces } from '../pieces';

/** Multiplications between two places where the work can be put down. */
const workOfPiece = 1 << 21;

/**
 * Of a matrix of normal draws `[rows, columns]` its longer side's vectors made orthonormal one after the other, which is the Q of
 * its QR decomposition with a positive diagonal of R; so every orthogonal matrix is equally likely (Mezzadri, 2007). Gram and
 * Schmidt's method twice over: once loses digits where vectors are close.
 */
export function* orthogonalRows(draw: (index: number) => number, rows: number, columns: number): Pieces<Float64Array> {
  const wide = rows <= columns;
  const [count, length] = wide ? [rows, columns] : [columns, rows];
  const vectors = new Float64Array(count * length);
  let work = 0;
  for (let i = 0; i < vectors.length; i++) {
    vectors[i] = draw(i);
    if (i % 16384 === 0) {
      yield;
    }
  }
  for (let v = 0; v < count; v++) {
    for (let pass = 0; pass < 2; pass++) {
      for (let u = 0; u < v; u++) {
        let product = 0;
        for (let k = 0; k < length; k++) {
          product += vectors[u * length + k] * vectors[v * length + k];
        }
        for (let k = 0; k < length; k++) {
          vectors[v * length + k] -= product * vectors[u * length + k];
        }
        work += 2 * length;
        if (work >= workOfPiece) {
          work = 0;
          yield;
        }
      }
      let squares = 0;
      for (let k = 0; k < length; k++) {
        squares += vectors[v * length + k] * vectors[v * length + k];
      }
      const norm = Math.sqrt(squares);
      for (let k = 0; k < length; k++) {
        vectors[v * length + k] /= norm;
      }
    }
  }
  if (wide) {
    return vectors;
  }
  const turned = new Float64Array(vectors.length);
  for (let v = 0; v < count; v++) {
    for (let k = 0; k < length; k++) {
      turned[k * count + v] = vectors[v * length + k];
    }
  }
  return turned;
}
