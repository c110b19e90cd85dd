import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { layerRanges, parseSpec } from '../../language';
import type { Failure } from '../../protocol/engine';
import { runFile } from '../../runs/runWriter';
import { fileNameOf } from '../files/names';
import type { Run } from './run';
import type { RunHomes } from './runHomes';
import type { RunManager } from './runManager';

/** Opens the film of a kept run in an engine of its own, which trains nothing. The caller disposes of it. */
export async function openFilm(
  run: Run,
  homes: RunHomes,
  runs: RunManager,
): Promise<{ readonly run: Run } | { readonly failure: Failure }> {
  const specUri = vscode.Uri.parse(run.specUri);
  const fileName = fileNameOf(specUri);
  const found = await homes.find(specUri, run.id);
  const parsed = parseSpec(run.specText, { fileName });
  const { started } = run.details;
  if (!found || !parsed.spec || !started) {
    return { failure: { code: 'no-film', message: t('The film cannot be opened: files of the run are missing.') } };
  }
  const opened = await runs.open({
    specUri,
    spec: parsed.spec,
    specText: run.specText,
    fileName,
    layerLines: layerRanges(parsed).map(({ typeRange }) => typeRange.start.line),
    seed: started.seed,
    epochs: started.spec.training.epochs,
    inspect: true,
    film: { file: await found.home.repository.folderOf(run.id).read(runFile.film) },
  });
  if ('run' in opened && started.dataHash !== opened.run.details.started?.dataHash) {
    opened.run.dispose();
    const message = t('The data have changed since this run: its film shows nothing with other data. Train anew.');
    return { failure: { code: 'other-data', message } };
  }
  return opened;
}
