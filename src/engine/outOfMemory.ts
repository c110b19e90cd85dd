/** There is not enough memory for a network and its data; the message says what would help. */
export class OutOfMemoryError extends Error {
  readonly code = 'out-of-memory';
}

/** Whether the message of something thrown is what engines say where memory is not to be had, or could not even be counted. */
export function tellsOfMemory(message: string): boolean {
  return /allocation failed|could not allocate|invalid (typed )?array length|out of memory/i.test(message);
}
