/** There is not enough memory for a network and its data; the message says what would help. */
export class OutOfMemoryError extends Error {
  readonly code = 'out-of-memory';
}
