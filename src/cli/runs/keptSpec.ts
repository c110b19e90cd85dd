/** The spec of a kept run, to be trained again. */
import { join, relative, resolve } from 'node:path';
import { t } from '@vscode/l10n';
import type { KeptRun } from '../../runs/readRun';
import { foldsOf } from '../../runs/startAgain';
import { withFolds } from '../../spec/spec';
import { isInside } from '../dataFiles';
import type { CliIo } from '../io';
import { parseSpecFile, type SpecFile } from '../specFile';
import type { ReadableRun } from './find';
import { runsFolder } from './keptTraining';

/** A spec as it was trained. Its data are those beside the path, relative to the working directory. */
export function keptSpec(
  { folder, header }: ReadableRun,
  { specText }: KeptRun,
  io: Pick<CliIo, 'cwd'>,
): { readonly path: string; readonly file: SpecFile } | { readonly problem: string } {
  const place = resolve(folder, header.spec);
  // Somebody else may have written the header: a spec elsewhere could read data there.
  if (!isInside(folder, place) || specText === undefined) {
    return { problem: t('The spec of the run {0} is missing, or its files are damaged. Train anew.', header.id) };
  }
  const path = relative(io.cwd, place);
  const file = parseSpecFile(path, specText, path);
  const folds = foldsOf(header);
  return { path, file: file.spec && folds ? { ...file, spec: withFolds(file.spec, folds) } : file };
}

/** The path of a file in a run's folder as it is printed. */
export function shownPath({ folder, id }: ReadableRun, name: string, io: Pick<CliIo, 'cwd'>): string {
  return relative(io.cwd, join(runsFolder(folder), 'runs', id, name));
}
