/** Multiplies a stack of linear layers into the one layer that it is, and compares the outputs of both. */
import { hasWeightMatrix, layerKindOf } from '../spec/layers';
import type { AffineMap, CollapseReport } from '../spec/measurements';
import type { LayerPlan } from '../spec/plan';
import { forwardAll } from './forwardAll';
import { sizeOf } from './shape';
import type { Trainer } from './trainer';

const samplesCompared = 6;

/**
 * At the trainer's weights. The last activation stays out: it shapes the outputs of one layer as it does
 * those of many. Where a layer stands in the way, its name is the answer.
 */
export function collapse(trainer: Trainer): CollapseReport {
  const { layers } = trainer.plan.network;
  const last = layers.findLastIndex(({ type }) => hasWeightMatrix(type));
  const obstacle = layers.find((layer, index) => !isStraight(layer, index === last, index > last));
  const stack = layers.filter(({ type }) => hasWeightMatrix(type));
  if (obstacle || stack.length === 0) {
    return { obstacle: (obstacle ?? layers[0]).name };
  }
  const program = trainer.scratch();
  const maps = stack.map((layer) => affineOf(layer, (name) => program.read(name).values));
  const whole = maps.reduce((first, next) => after(next, first));
  const rows = trainer.parts.train.slice(0, samplesCompared);
  forwardAll(program, rows, 0, rows.length);
  const inputs = program.read('input').values;
  const found = program.read(`${layers[last].name}.z`).values;
  const samples = Array.from(rows, (_, s) => {
    const input = Float64Array.from(inputs.subarray(s * whole.inputs, (s + 1) * whole.inputs));
    return {
      input,
      network: Float64Array.from(found.subarray(s * whole.units, (s + 1) * whole.units)),
      collapsed: applied(whole, input),
    };
  });
  return { layers: stack.map(({ name }, i) => ({ name, ...maps[i] })), whole, samples };
}

/** Whether a layer is linear outside training and acts on a flat list: dense, or without any effect. */
function isStraight(layer: LayerPlan, isLastWithWeights: boolean, isAfterIt: boolean): boolean {
  const kind = layerKindOf(layer);
  const isLinear = layer.activation === undefined || layer.activation.name === 'linear';
  if (kind.weights === 'matrix') {
    return isLinear || isLastWithWeights;
  }
  return kind.isActivation ? isLinear || isAfterIt : kind.keepsValues === true || kind.drops !== undefined;
}

function affineOf(layer: LayerPlan, read: (name: string) => ArrayLike<number>): AffineMap {
  const units = sizeOf(layer.outputShape);
  const bias = layer.tensors.find(({ role }) => role === 'bias');
  return {
    units,
    inputs: sizeOf(layer.inputShape),
    weight: Float64Array.from(read(`${layer.name}.weight`)),
    bias: bias ? Float64Array.from(read(bias.name)) : new Float64Array(units),
  };
}

/** W⁽²⁾·(W⁽¹⁾·x + b⁽¹⁾) + b⁽²⁾ = (W⁽²⁾·W⁽¹⁾)·x + (W⁽²⁾·b⁽¹⁾ + b⁽²⁾) */
function after(second: AffineMap, first: AffineMap): AffineMap {
  const weight = new Float64Array(second.units * first.inputs);
  for (let j = 0; j < second.units; j++) {
    for (let k = 0; k < second.inputs; k++) {
      const factor = second.weight[j * second.inputs + k];
      for (let i = 0; i < first.inputs; i++) {
        weight[j * first.inputs + i] += factor * first.weight[k * first.inputs + i];
      }
    }
  }
  return { units: second.units, inputs: first.inputs, weight, bias: applied(second, first.bias) };
}

function applied({ units, inputs, weight, bias }: AffineMap, x: Float64Array): Float64Array {
  return Float64Array.from({ length: units }, (_, j) => {
    let sum = bias[j];
    for (let i = 0; i < inputs; i++) {
      sum += weight[j * inputs + i] * x[i];
    }
    return sum;
  });
}
