/** a/b, but 0 for 0/0: without an ε a weight that never had a gradient would become NaN. */
export function quotient(a: number, b: number): number {
  return a === 0 && b === 0 ? 0 : a / b;
}
