/** Checks that a command does not overwrite a file that it reads, nor write one file twice. */
import { resolve } from 'node:path';
import { t } from '@vscode/l10n';
import { UsageError } from './errors';
import type { CliIo } from './io';

/** Throws if the file that `option` names is one of the others. */
export async function refuseSameFile(
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
