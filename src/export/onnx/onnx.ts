/** A trained network as a model of ONNX: raw columns go in, outputs in the target's own units come out. */
import { t } from '@vscode/l10n';
import { log } from '../../common/math';
import { engineVersion } from '../../common/version';
import { decisionThreshold, predictionNames } from '../../spec/lossRules';
import { storedTensors } from '../../spec/plan';
import { sizeOf } from '../../spec/shape';
import type { ExportFormat, ExportInput } from '../exportInput';
import { Graph } from './graph';
import { addInputs } from './inputs';
import { addLayer } from './layers';
import { encodeModel, type OnnxValue } from './model';

export const onnx: ExportFormat = {
  name: 'onnx',
  needs: 'weights',
  becomes: '.onnx',
  isBinary: true,
  make: (input) => [{ path: 'model.onnx', content: modelOf(input) }],
};

function modelOf({ spec, network, data, weights }: ExportInput): Uint8Array {
  if (!weights) {
    throw new Error('A model of ONNX needs trained weights: read them first.');
  }
  const graph = new Graph();
  for (const tensor of network.layers.flatMap(storedTensors)) {
    graph.tensor(tensor.name, 'float', tensor.shape, weights.tensors.get(tensor.name)!);
  }
  const { inputs, x } = addInputs(graph, data.inputs, network.inputShape);
  const values = [x];
  for (const layer of network.layers) {
    const skip = layer.skipFrom === undefined ? undefined : values[layer.skipFrom + 1];
    values.push(addLayer({ graph, layer, x: values[layer.index], skip }));
  }
  const { target } = data;
  const size = sizeOf(network.outputShape);
  const own = unscaled(graph, values.at(-1)!, size, target.scaling);
  graph.name(own, 'outputs');
  const names = predictionNames(target, size);
  const outputs: OnnxValue[] = [{ name: 'outputs', type: 'float', shape: ['rows', size], about: names.join(', ') }];
  const { classNames } = target;
  if (classNames !== undefined && (target.kind === 'classes' || size === 1)) {
    graph.name(classOf(graph, classNames, size, decisionThreshold(network.loss)), 'class');
    outputs.push({ name: 'class', type: 'string', shape: ['rows'] });
  }
  return encodeModel({
    name: spec.name,
    about: t('{0}: a network that NNSpec has trained. Raw columns go in.', spec.name),
    producer: 'nnspec',
    version: engineVersion,
    nodes: graph.nodes,
    tensors: graph.tensors,
    inputs,
    outputs,
    metadata: {
      inputs: JSON.stringify(data.inputs.map(({ column }) => column)),
      outputs: JSON.stringify(names),
      ...(classNames && { classes: JSON.stringify(classNames) }),
    },
  });
}

/** Outputs in the target's own units; the second half may be log-variances. */
function unscaled(
  graph: Graph,
  outputs: string,
  size: number,
  scaling: ExportInput['data']['target']['scaling'],
): string {
  if (!scaling) {
    return outputs;
  }
  const isVariance = (k: number) => k >= scaling.length;
  const row = (name: string, of: (k: number) => number) =>
    graph.tensor(
      `target ${name}`,
      'float',
      [1, size],
      Array.from({ length: size }, (_, k) => of(k)),
    );
  const scale = row('scale', (k) => (isVariance(k) ? 1 : scaling[k].scale));
  const shift = row('shift', (k) => (isVariance(k) ? 2 * log(scaling[k - scaling.length].scale) : scaling[k].shift));
  const value = graph.expression('Add(Mul(outputs, scale), shift)', { outputs, scale, shift });
  if (!scaling[0].log) {
    return value;
  }
  if (size === scaling.length) {
    return graph.add('Exp', [value]);
  }
  const [means, variances] = graph.addMany('Split', [value], { axis: 1 }, 2);
  return graph.add('Concat', [graph.add('Exp', [means]), variances], { axis: 1 });
}

/** The name of the most probable class, or of the second of two where its output is above the threshold. */
function classOf(graph: Graph, classNames: readonly string[], size: number, threshold: number): string {
  const names = graph.tensor('class names', 'string', [classNames.length], classNames);
  const flat = graph.list('int64 [-1]', [-1]);
  const place =
    size === 1
      ? graph.add('Cast', [graph.add('Greater', ['outputs', graph.number(threshold)])], { to: 7 })
      : graph.add('ArgMax', ['outputs'], { axis: 1 });
  return graph.add('Gather', [names, graph.add('Reshape', [place, flat])], { axis: 0 });
}
