/** Ends a switch over a union. The compiler reports a missing case, and a missing case at run time throws. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value ${JSON.stringify(value)}: add a case for it.`);
}
