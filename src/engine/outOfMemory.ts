/** There is not enough memory for a network and its data. The message says what would help. */
export class OutOfMemoryError extends Error {
  readonly code = 'out-of-memory';
}

/** Whether a JavaScript engine's error message is about a lack of memory or too large a length. */
export function tellsOfMemory(message: string): boolean {
  return /allocation failed|could not allocate|invalid (typed )?array length|out of memory/i.test(message);
}
