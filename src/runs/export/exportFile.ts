import type { RunHeader } from '../header';
import type { KeptRun } from '../readRun';
import { toCsv } from './csv';
import { exportedRun } from './exportedRun';
import { eventFileName, toTensorBoard } from './tensorBoard';

export const exportFormats = ['csv', 'tensorboard'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** The file of a run in a folder of exports. TensorBoard takes each folder for a run. */
export function exportFile(
  kept: KeptRun,
  header: RunHeader,
  format: ExportFormat,
): { readonly path: readonly string[]; readonly bytes: Uint8Array } {
  const run = exportedRun(kept, header);
  return format === 'csv'
    ? { path: [`${header.id}.csv`], bytes: new TextEncoder().encode(toCsv(run)) }
    : { path: [header.id, eventFileName(run)], bytes: toTensorBoard(run) };
}
