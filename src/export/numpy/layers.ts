/** Layers in NumPy: the lines of the forward pass, and those that carry the error d back. */
import { activation as findActivation } from '../../spec/catalogue';
import { numpyLine } from '../../spec/catalogue/numpy';
import slopes from '../../spec/catalogue/numpySlopes.json';
import { type ForwardOperation, layerKindOf } from '../../spec/layers';
import type { LayerPlan } from '../../spec/plan';
import type { Thing } from '../../spec/spec';
import { quoted } from '../python/source';

export interface NumpyLayer {
  readonly forward: readonly string[];
  /** From d = dL/da of its output to d of its input; gradients go into g. */
  readonly backward: readonly string[];
  /** Names of values that the way back reads. */
  readonly kept: readonly string[];
  readonly draws?: true;
}

interface Names {
  /** The layer's input, its weighted sum and its output: `a0`, `z1`, `a1`. */
  readonly x: string;
  readonly z: string;
  readonly a: string;
  /** The input of a block, whose error waits in `d_skip…`. */
  readonly skip?: string;
}

/** Undefined where the format does not have the layer's kind. */
const operations: Readonly<
  Partial<Record<ForwardOperation, (layer: LayerPlan, names: Names, out: string) => NumpyLayer>>
> = {
  weigh: ({ name, tensors }, { x }, out) => {
    const weight = quoted(`${name}.weight`);
    const hasBias = tensors.some(({ role }) => role === 'bias');
    const bias = quoted(`${name}.bias`);
    return {
      forward: [`${out} = ${x} @ w[${weight}].T${hasBias ? ` + w[${bias}]` : ''}`],
      backward: [
        `g[${weight}] = d.T @ ${x}`,
        ...(hasBias ? [`g[${bias}] = d.sum(axis=0)`] : []),
        `d = d @ w[${weight}]`,
      ],
      kept: [x],
    };
  },
  activate: (_, { x }, out) => ({ forward: x === out ? [] : [`${out} = ${x}`], backward: [], kept: [] }),
  lay_out_in_row: (_, { x }, out) => ({
    forward: [`${out} = ${x}.reshape(len(${x}), -1)`],
    backward: [`d = d.reshape(${x}.shape)`],
    kept: [x],
  }),
  lay_out_in_shape: ({ outputShape }, { x }, out) => ({
    forward: [`${out} = ${x}.reshape(-1, ${outputShape.join(', ')})`],
    backward: [`d = d.reshape(${x}.shape)`],
    kept: [x],
  }),
  drop: ({ parameters, index }, { x, a }, out) => ({
    forward: [
      `m_${a} = 1 if step is None else dropout_mask(${x}.shape, ${parameters.rate}, step, ${index})`,
      `${out} = ${x} * m_${a}`,
    ],
    backward: [`d = d * m_${a}`],
    kept: [`m_${a}`],
    draws: true,
  }),
  add_block_input: (_, { x, skip, a }, out) => ({
    forward: [`${out} = ${x} + ${skip}`],
    backward: [`d_skip_${a} = d`],
    kept: [],
  }),
};

const vectors: Readonly<Record<string, readonly [forward: string, backward: string]>> = {
  softmax: ['softmax(x)', 'y * (d - (d * y).sum(axis=1, keepdims=True))'],
  softmin: ['softmax(-x)', '-y * (d - (d * y).sum(axis=1, keepdims=True))'],
  log_softmax: ['np.log(softmax(x))', 'd - np.exp(y) * d.sum(axis=1, keepdims=True)'],
};

interface ActivationLines {
  readonly forward: string;
  /** The new d. */
  readonly backward: string;
}

/** Undefined where the format does not have the activation. */
function activationLines({ name, parameters }: Thing): ActivationLines | undefined {
  if (vectors[name]) {
    const [forward, backward] = vectors[name];
    return { forward, backward };
  }
  const entry = findActivation(name);
  const forward = entry && numpyLine(entry, parameters);
  const table: Readonly<Record<string, string>> = slopes;
  const slope = table[name]?.replace(/\{(\w+)\}/g, (_, key: string) => String(parameters[key]));
  return forward === undefined || slope === undefined ? undefined : { forward, backward: `d * (${slope})` };
}

/**
 * Names the activation or the type of the layer that the format does not have. `fused`: the loss gives the
 * error of z, before the activation.
 */
export function numpyLayer(layer: LayerPlan, names: Names, fused: boolean): NumpyLayer | { readonly missing: string } {
  const { activation } = layer;
  const own = activation === undefined || activation.name === 'linear' ? undefined : activation;
  const operation = operations[layerKindOf(layer).forward];
  if (!operation) {
    return { missing: layer.type };
  }
  const isAlone = layerKindOf(layer).isActivation === true && own !== undefined;
  const z = isAlone ? names.x : names.z;
  const base = operation(layer, names, own ? z : names.a);
  if (!own) {
    return base;
  }
  const lines = activationLines(own);
  if (!lines) {
    return { missing: own.name };
  }
  const placed = (text: string) => text.replace(/\bx\b/g, z).replace(/\by\b/g, names.a);
  const kept = [z, names.a].filter((name) => !fused && placed(lines.backward).includes(name));
  return {
    forward: [...base.forward, `${names.a} = ${placed(lines.forward)}`],
    backward: [...(fused ? [] : [`d = ${placed(lines.backward)}`]), ...base.backward],
    kept: [...base.kept, ...kept],
    ...(base.draws && { draws: true }),
  };
}
