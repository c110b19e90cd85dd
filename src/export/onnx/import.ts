/** A spec and the tensors of its network, from a model of ONNX. */
import { t } from '@vscode/l10n';
import { activation as findActivation } from '../../spec/catalogue';
import { layerTypeDoing } from '../../spec/layers';
import type { ParameterValue, Thing } from '../../spec/spec';
import type { InputColumn, TargetColumns } from '../exportInput';
import { type Chain, type ChainLayer, readChain } from './chain';
import { type Constant, decodeModel, ModelError, type ReadModel } from './decode';
import { factsIn, type OwnFacts } from './facts';

export interface ImportedModel {
  /** The spec's text. */
  readonly text: string;
  readonly inputs: readonly InputColumn[];
  readonly inputShape: readonly number[];
  readonly target: TargetColumns;
  /** In the order of the network's stored tensors. */
  readonly tensors: readonly Constant[];
}

/** Problems are sentences; each names a node that could not be taken. */
export function importModel(bytes: Uint8Array): ImportedModel | { readonly problems: readonly string[] } {
  try {
    return imported(decodeModel(bytes));
  } catch (error) {
    if (error instanceof ModelError) {
      return { problems: [error.message] };
    }
    throw error;
  }
}

function imported(model: ReadModel): ImportedModel | { readonly problems: readonly string[] } {
  const own = factsIn(model.metadata);
  const [output] = model.outputs;
  if (output === undefined || (!own && model.inputs.length !== 1)) {
    return {
      problems: [
        t(
          'The network needs one input and an output; the model has {0} and {1}.',
          model.inputs.length,
          model.outputs.length,
        ),
      ],
    };
  }
  const chain = readChain(model, own?.from ?? model.inputs[0].name, own?.to ?? output);
  if (chain.problems.length > 0) {
    return { problems: chain.problems };
  }
  const { inputs, inputShape, target } = own ?? guessedFacts(model, chain);
  if (chain.layers.length === 0 || inputShape.some((length) => !(length > 0))) {
    return { problems: [t('The model leaves open how many numbers a sample has, or it has no layers.')] };
  }
  const text = specOf(model.name, chain.layers, { inputs, inputShape, target, loss: own?.loss });
  return { text, inputs, inputShape, target, tensors: tensorsOf(chain.layers) };
}

/** A column for each number of a sample; classes and columns are numbered. */
function guessedFacts(model: ReadModel, { layers }: Chain): Pick<OwnFacts, 'inputs' | 'inputShape' | 'target'> {
  const given = model.inputs[0].shape.slice(1);
  // A length that the model leaves open is that of the first weights.
  const first = layers[0]?.tensors[0]?.shape;
  const inputShape =
    given.length > 0 && given.every((length) => length > 0) ? given : first?.length === 2 ? [first[1]] : [0];
  const size = inputShape.reduce((product, length) => product * length, 1);
  const inputs = Array.from(
    { length: Math.min(size, 1e6) },
    (_, i): InputColumn => ({ column: `x${i + 1}`, type: 'number', shift: 0, scale: 1 }),
  );
  const last = layers.at(-1);
  const outputs = Number(last?.parameters.units ?? last?.tensors.at(-1)?.shape[0] ?? 1);
  const numbered = (letter: string, from: number) => Array.from({ length: outputs }, (_, i) => `${letter}${i + from}`);
  const name = last?.activation?.name;
  const target: TargetColumns =
    name === 'softmax'
      ? { columns: ['y'], kind: 'classes', classNames: numbered('', 0) }
      : name === 'sigmoid' && outputs === 1
        ? { columns: ['y'], kind: 'binary', classNames: ['0', '1'] }
        : { columns: outputs === 1 ? ['y'] : numbered('y', 1), kind: name === 'sigmoid' ? 'binary' : 'numbers' };
  return { inputs, inputShape, target };
}

function tensorsOf(layers: readonly ChainLayer[]): readonly Constant[] {
  return layers.flatMap((layer) => [...(layer.layers ? tensorsOf(layer.layers) : []), ...layer.tensors]);
}

function specOf(
  name: string,
  layers: readonly ChainLayer[],
  {
    inputs,
    inputShape,
    target,
    loss,
  }: Pick<OwnFacts, 'inputs' | 'inputShape' | 'target'> & Partial<Pick<OwnFacts, 'loss'>>,
): string {
  const columns = target.columns.length === 1 ? JSON.stringify(target.columns[0]) : list(target.columns);
  const output = layers.at(-1)?.activation?.name ?? 'linear';
  const hasDefault = findActivation(output)?.loss?.isDefault === true;
  return [
    `# ${t('A network from a model of ONNX. Its data are not in the model: name a file with these columns.')}`,
    `name: ${JSON.stringify(name || 'ONNX')}`,
    'data:',
    '  file: data.csv',
    `  inputs: ${list(inputs.map(({ column }) => column))}`,
    `  target: ${columns}`,
    ...(inputShape.length > 1 ? [`  shape: [${inputShape.join(', ')}]`] : []),
    'model:',
    '  layers:',
    ...layers.map((layer) => `    - ${layerText(layer)}`),
    'training:',
    ...(loss ? [`  loss: ${thingText(loss)}`] : hasDefault ? [] : ['  loss: mean_squared_error']),
    '  epochs: 10',
    '',
  ].join('\n');
}

const list = (texts: readonly string[]) => `[${texts.map((text) => JSON.stringify(text)).join(', ')}]`;

function layerText({ forward, parameters, activation, layers }: ChainLayer): string {
  const type = layerTypeDoing(forward);
  if (layers) {
    return `{ ${type}: [${layers.map(layerText).join(', ')}] }`;
  }
  if (forward === 'activate') {
    return `{ ${type}: ${thingText(activation!)} }`;
  }
  const entries = Object.entries(parameters).map(([key, value]) => `${key}: ${valueText(value)}`);
  if (activation) {
    entries.push(`activation: ${thingText(activation)}`);
  }
  return entries.length === 0 ? type : `{ ${type}: { ${entries.join(', ')} } }`;
}

function thingText({ name, parameters }: Thing): string {
  const entries = Object.entries(parameters).filter(([, value]) => value !== null);
  return entries.length === 0
    ? name
    : `{ ${name}: { ${entries.map(([key, value]) => `${key}: ${valueText(value)}`).join(', ')} } }`;
}

function valueText(value: ParameterValue): string {
  return Array.isArray(value)
    ? `[${value.join(', ')}]`
    : typeof value === 'string'
      ? JSON.stringify(value)
      : String(value);
}
