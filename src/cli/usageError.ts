/** The command line was written wrongly: status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
