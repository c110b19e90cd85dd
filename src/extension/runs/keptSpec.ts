import { t } from '@vscode/l10n';
import type { Uri } from 'vscode';
import { layerRanges, parseSpec } from '../../language';
import type { StartOptions } from '../../protocol/engine';
import type { KeptRun } from '../../runs/readRun';
import { foldsOf } from '../../runs/startAgain';
import { withFolds } from '../../spec/spec';
import { fileNameOf } from '../files/names';
import type { FoundRun } from './runHomes';

type KeptSpec = Pick<StartOptions, 'spec' | 'specText' | 'fileName' | 'layerLines'> & { readonly specUri: Uri };

/** The spec that a kept run has trained, to be trained once more, with the data beside its file. */
export function keptSpec(
  { home, header }: Extract<FoundRun, { header: object }>,
  { specText = '' }: Pick<KeptRun, 'specText'>,
): KeptSpec | { readonly problem: string } {
  const specUri = home.specUri(header.spec);
  const fileName = fileNameOf(specUri);
  const parsed = parseSpec(specText, { fileName });
  if (!parsed.spec) {
    return { problem: t('The spec of this run cannot be read. Train anew.') };
  }
  const layerLines = layerRanges(parsed).map(({ typeRange }) => typeRange.start.line);
  const folds = foldsOf(header);
  const spec = folds ? withFolds(parsed.spec, folds) : parsed.spec;
  return { specUri, spec, specText, fileName, layerLines };
}
