/** The command line is wrong; the exit status is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
