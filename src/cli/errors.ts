import { t } from '@vscode/l10n';
import { tellsOfMemory } from '../engine/outOfMemory';
import { toFailure } from '../protocol/rpc';

/** The command line is wrong; the exit status is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A command cannot go on; the message says why, and the exit status is 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** A sentence about an error that no command foresees. */
export function unexpectedText(error: unknown): string {
  const { message } = toFailure(error);
  return tellsOfMemory(message)
    ? t('There is not enough memory for this. Close other programs, or use a smaller network or fewer rows.')
    : t('This should not have happened: {0}', message);
}
