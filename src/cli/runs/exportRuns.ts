/** `nnspec runs export`: the values of runs as CSV, or as event files of TensorBoard. */
import { join, resolve } from 'node:path';
import { t } from '@vscode/l10n';
import { fileErrorText } from '../../disk/fileErrors';
import { type ExportFormat, exportFile } from '../../runs/export/exportFile';
import { runFile } from '../../runs/runWriter';
import { type CliIo, exitStatus } from '../io';
import { fail } from '../modelFiles';
import { refuseSameFile } from '../outputs';
import type { ReadableRun } from './find';
import { shownPath } from './keptSpec';

/**
 * Writes one run as CSV to the file `out`, several into the folder `out`. TensorBoard takes a folder with one
 * for each run.
 */
export async function exportRuns(
  runs: readonly ReadableRun[],
  format: ExportFormat,
  out: string,
  io: CliIo,
): Promise<number> {
  for (const run of runs) {
    const file = exportFile(await run.repository.read(run.id), run.header, format);
    const path = format === 'csv' && runs.length === 1 ? out : join(out, ...file.path);
    await refuseSameFile(
      'out',
      path,
      Object.values(runFile).map((name) => shownPath(run, name, io)),
      io,
    );
    try {
      if (path === out) {
        await io.files.writeAtomically(resolve(io.cwd, path), file.bytes);
      } else {
        await io.keeping.openFolder(resolve(io.cwd, out)).replace(join(...file.path), file.bytes);
      }
    } catch (error) {
      return fail(fileErrorText(path, error), io);
    }
    io.stderr.write(`${t('{0}: written.', path)}\n`);
  }
  return exitStatus.fine;
}
