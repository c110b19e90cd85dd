/** Completion of the output layer: its units and activation follow from the target column. */
import { t } from '@vscode/l10n';
import { layerKinds } from '../../spec/layers';
import type { TableColumn } from '../../spec/tableFacts';
import { isOutput, targetColumn } from './fittingNames';
import { previewOf } from './forms';
import { type CompletionItem, stop } from './item';
import type { CompletionRequest } from './request';

/** For the last of several layers: a single one may well become hidden. Empty if no target is known. */
export async function outputLayerItems(request: CompletionRequest): Promise<CompletionItem[]> {
  const { place } = request;
  const [, , index] = place.path;
  if (place.colon || place.quoted || index === 0 || !isOutput(request)) {
    return [];
  }
  const column = await targetColumn(request);
  const output = column && outputFor(column);
  if (!output) {
    return [];
  }
  const { name } = layerKinds.dense;
  return [
    {
      label: name,
      suffix: `: ${previewOf(output.form)}`,
      kind: 'form',
      detail: output.detail,
      insertText: `${name}: ${output.form}`,
      // Before all other layers.
      sortText: '',
      span: place.span,
      documented: { thing: { kind: 'layer', name } },
    },
  ];
}

function outputFor({
  name,
  type,
  distinct,
}: TableColumn): { readonly form: string; readonly detail: string } | undefined {
  if (type === 'category' && distinct > 2) {
    const form = `{ units: ${stop(1, distinct)}, activation: ${stop(2, 'softmax')} \\}`;
    return { form, detail: t('one for each class of {0}', name) };
  }
  if (distinct === 2) {
    return { form: `{ units: ${stop(1, 1)}, activation: ${stop(2, 'sigmoid')} \\}`, detail: t('yes or no: {0}', name) };
  }
  return type === 'number' ? { form: stop(1, 1), detail: t('a number: {0}', name) } : undefined;
}
