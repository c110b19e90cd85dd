/** a/b, but 0 for 0/0: with ε = 0 a weight whose gradients were all 0 would otherwise become NaN. */
export function quotient(a: number, b: number): number {
  return a === 0 && b === 0 ? 0 : a / b;
}
