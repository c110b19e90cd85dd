/** Random matrices with orthonormal rows, or columns where there are more rows than columns. */

/**
 * Draws a matrix [rows, columns] of normal numbers and makes the vectors along its longer side orthonormal,
 * one after the other (Gram and Schmidt). This is the Q of its QR decomposition with a positive diagonal of
 * R, so every orthogonal matrix is equally likely (Mezzadri, 2007). Each vector is orthogonalised twice: a
 * single pass loses digits where vectors are close.
 */
export function orthogonalRows(draw: (index: number) => number, rows: number, columns: number): Float64Array {
  const wide = rows <= columns;
  const [count, length] = wide ? [rows, columns] : [columns, rows];
  const vectors = new Float64Array(count * length);
  for (let i = 0; i < vectors.length; i++) {
    vectors[i] = draw(i);
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
  const transposed = new Float64Array(vectors.length);
  for (let v = 0; v < count; v++) {
    for (let k = 0; k < length; k++) {
      transposed[k * count + v] = vectors[v * length + k];
    }
  }
  return transposed;
}
