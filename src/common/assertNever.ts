/** Ends a switch over a union: the compiler refuses it where a case is missing, and so does the running program. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value ${JSON.stringify(value)}: add a case for it.`);
}
