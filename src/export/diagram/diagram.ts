/** A network as boxes from top to bottom, for every format that draws it. */
import { t } from '@vscode/l10n';
import { counted } from '../../common/counted';
import { formatCount } from '../../common/formatCount';
import type { LayerPlan } from '../../spec/plan';
import { formatShape, sizeOf } from '../../spec/shape';
import type { ExportInput } from '../exportInput';

export interface Diagram {
  /** The input, each layer, the loss: lines of text, the first of which is the name. */
  readonly boxes: readonly (readonly string[])[];
  /** Pairs of boxes: the output of the first is added in the second. */
  readonly skips: readonly (readonly [from: number, to: number])[];
}

export function diagramOf({ network, data }: ExportInput): Diagram {
  const { layers, inputShape, loss } = network;
  const columns = data.inputs.length === 0 ? [] : [shortList(data.inputs.map(({ column }) => column))];
  return {
    boxes: [
      [`${t('Input')} ${formatShape(inputShape)}`, ...columns],
      ...layers.map(layerLines),
      [`${t('Loss')}: ${loss.name}`],
    ],
    skips: layers.flatMap(({ index, skipFrom }) =>
      skipFrom === undefined ? [] : [[skipFrom + 1, index + 1] as const],
    ),
  };
}

function layerLines({ name, type, activation, outputShape, tensors }: LayerPlan): string[] {
  const count = tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const parameters = counted(count, t('{0} parameter', formatCount(count)), t('{0} parameters', formatCount(count)));
  const own = activation && activation.name !== 'linear' && activation.name !== type ? [activation.name] : [];
  return [
    name,
    ...(name.startsWith(type) ? [] : [type]),
    ...own,
    formatShape(outputShape),
    ...(count > 0 ? [parameters] : []),
  ];
}

const mostNames = 6;

function shortList(names: readonly string[]): string {
  return names.length <= mostNames ? names.join(', ') : `${names.slice(0, mostNames).join(', ')}, …`;
}
