/** Files that a command writes: never in the place of one that it reads, nor two in one place. */
import { resolve } from 'node:path';
import { t } from '@vscode/l10n';
import type { CliIo } from './io';
import { UsageError } from './usageError';

/** Throws where what `option` names is one of the other files; those left out are none. */
export async function mustBeAnother(
  option: string,
  path: string | undefined,
  others: readonly (string | undefined)[],
  { cwd, files }: Pick<CliIo, 'cwd' | 'files'>,
): Promise<void> {
  const placeOf = (each: string) => files.realPath(resolve(cwd, each)).catch(() => resolve(cwd, each));
  if (path === undefined) {
    return;
  }
  const own = await placeOf(path);
  for (const other of others) {
    if (other !== undefined && (await placeOf(other)) === own) {
      throw new UsageError(
        t('The option --{0} names {1}, which this command reads or writes already. Name another file.', option, path),
      );
    }
  }
}
