/** A network as a diagram of Mermaid, which Markdown of many sites draws. */
import { t } from '@vscode/l10n';
import { counted } from '../common/counted';
import { formatCount } from '../common/formatCount';
import type { LayerPlan } from '../spec/plan';
import { formatShape, sizeOf } from '../spec/shape';
import type { ExportFormat, ExportInput } from './exportInput';

export const mermaid: ExportFormat = {
  name: 'mermaid',
  needs: 'network',
  becomes: '.mmd',
  make: (input) => [{ path: 'network.mmd', content: diagramOf(input) }],
};

function diagramOf({ network, data }: ExportInput): string {
  const { layers, inputShape, loss } = network;
  const node = (index: number) => (index < 0 ? 'input' : `l${index + 1}`);
  const columns = data.inputs.length === 0 ? '' : `<br>${label(shortList(data.inputs.map(({ column }) => column)))}`;
  const lines = [
    'flowchart TB',
    `  input(["${t('Input')} ${formatShape(inputShape)}${columns}"])`,
    ...layers.map((layer) => `  ${node(layer.index)}["${layerText(layer)}"]`),
    `  loss(["${t('Loss')}: ${label(loss.name)}"])`,
    ...layers.map(({ index }) => `  ${node(index - 1)} --> ${node(index)}`),
    ...layers.flatMap(({ index, skipFrom }) =>
      skipFrom === undefined ? [] : [`  ${node(skipFrom)} -.->|+| ${node(index)}`],
    ),
    `  ${node(layers.length - 1)} --> loss`,
  ];
  return `${lines.join('\n')}\n`;
}

function layerText({ name, type, activation, outputShape, tensors }: LayerPlan): string {
  const count = tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const parameters = counted(count, t('{0} parameter', formatCount(count)), t('{0} parameters', formatCount(count)));
  const own = activation && activation.name !== 'linear' && activation.name !== type ? [activation.name] : [];
  return [
    name,
    ...(name.startsWith(type) ? [] : [type]),
    ...own,
    formatShape(outputShape),
    ...(count > 0 ? [parameters] : []),
  ]
    .map(label)
    .join('<br>');
}

const mostNames = 6;

function shortList(names: readonly string[]): string {
  return names.length <= mostNames ? names.join(', ') : `${names.slice(0, mostNames).join(', ')}, …`;
}

/** A text in quotes: Mermaid's own signs are written by their number. */
function label(text: string): string {
  return text.replace(/["#&<>;`]/g, (sign) => `#${sign.charCodeAt(0)};`).replace(/\s+/g, ' ');
}
