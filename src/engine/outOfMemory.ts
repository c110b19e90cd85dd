/** There is not enough memory for a network and its data. The message says what would help. */
export class OutOfMemoryError extends Error {
  readonly code = 'out-of-memory';
}

/** Whether an error message is that of a JavaScript engine where memory runs out or a length is too large. */
export function tellsOfMemory(message: string): boolean {
  return /allocation failed|could not allocate|invalid (typed )?array length|out of memory/i.test(message);
}
