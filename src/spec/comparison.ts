import { assertNever } from '../common/assertNever';
import type { Comparison } from './spec';

/** NaN meets no bound. */
export function holds(value: number, comparison: Comparison, bound: number): boolean {
  switch (comparison) {
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
    case '==':
      return value === bound;
    default:
      return assertNever(comparison);
  }
}
