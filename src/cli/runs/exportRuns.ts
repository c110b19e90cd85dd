/** `nnspec runs export`: the values of runs as CSV, or as event files of TensorBoard. */
import { join, resolve } from 'node:path';
import { t } from '@vscode/l10n';
import { fileErrorText } from '../../disk/fileErrors';
import { toCsv } from '../../runs/export/csv';
import type { ExportedRun } from '../../runs/export/exportedRun';
import { eventFileName, toTensorBoard } from '../../runs/export/tensorBoard';
import { runFile } from '../../runs/runWriter';
import { type CliIo, exitStatus } from '../io';
import { fail } from '../modelFiles';
import { refuseSameFile } from '../outputs';
import type { ReadableRun } from './find';
import { shownPath } from './keptSpec';

export const exportFormats = ['csv', 'tensorboard'] as const;

/**
 * Writes one run as CSV to the file `out`, several into the folder `out`. TensorBoard takes a folder with one
 * for each run.
 */
export async function exportRuns(
  runs: readonly ReadableRun[],
  format: (typeof exportFormats)[number],
  out: string,
  io: CliIo,
): Promise<number> {
  for (const run of runs) {
    const read = await exportedRun(run);
    const [path, bytes] =
      format === 'csv'
        ? [runs.length === 1 ? out : join(out, `${run.id}.csv`), new TextEncoder().encode(toCsv(read))]
        : [join(out, run.id, eventFileName(read)), toTensorBoard(read)];
    await refuseSameFile(
      'out',
      path,
      Object.values(runFile).map((name) => shownPath(run, name, io)),
      io,
    );
    try {
      if (path === out) {
        await io.files.writeAtomically(resolve(io.cwd, path), bytes);
      } else {
        await io.keeping.openFolder(io.cwd).replace(path, bytes);
      }
    } catch (error) {
      return fail(fileErrorText(path, error), io);
    }
    io.stderr.write(`${t('{0}: written.', path)}\n`);
  }
  return exitStatus.fine;
}

async function exportedRun({ repository, id, header }: ReadableRun): Promise<ExportedRun> {
  const { events, series } = await repository.read(id);
  const start = events.findLastIndex((event) => event.event === 'start' && !event.resumed);
  const epochs = events.slice(Math.max(0, start)).filter((event) => event.event === 'epoch');
  return {
    created: header.created,
    seconds: header.seconds ?? 0,
    series: series.all(),
    epochSteps: {
      x: Float64Array.from(epochs, ({ epoch }) => epoch),
      y: Float64Array.from(epochs, ({ step }) => step),
    },
  };
}
