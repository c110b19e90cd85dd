import assert from 'node:assert/strict';
import type { GradientProbe, LayerInfo } from '../../../src/protocol/engine';
import { depthReading } from '../../../webview/panel/charts/depthReading';

const layers: LayerInfo[] = ['hidden', 'deeper', 'out'].map((name, line) => ({
  name,
  type: 'dense',
  forward: 'weigh',
  shape: [4],
  inputShape: [4],
  parameters: 20,
  activation: { name: line === 2 ? 'sigmoid' : 'relu', parameters: {} },
  line,
}));

function probe(norms: readonly number[], deltas = norms): GradientProbe {
  return {
    epoch: 1,
    step: 1,
    layers: norms.map((gradientNorm, layer) => ({ layer, gradientNorm, weightNorm: 1, deltaNorm: deltas[layer] })),
  };
}

describe('the sentence about gradients by depth', () => {
  it('says how much the error shrinks or grows', () => {
    assert.match(depthReading(layers, probe([1e-6, 1e-4, 1e-2])), /from out to hidden the error shrinks 10,000 times/);
    assert.match(depthReading(layers, probe([1e4, 10, 1])), /grows 10,000 times/);
  });

  it('sees that it shrinks in δ even where the samples cancel out in dW', () => {
    assert.match(depthReading(layers, probe([1e-6, 1e-6, 1e-6], [1e-6, 1e-3, 0.3])), /shrinks/);
  });

  it('says that it reaches every layer, with the norms', () => {
    assert.match(depthReading(layers, probe([0.2, 0.3, 0.1])), /^The gradient reaches every layer: out has 0\.100/);
  });

  it('names a layer without any gradient, and judges nothing', () => {
    assert.match(depthReading(layers, probe([0, 0.1, 0.2])), /No gradient reaches hidden/);
    assert.equal(depthReading(layers, probe([0, 0, 0])), 'Every gradient of this batch is 0.');
    assert.doesNotMatch(depthReading(layers, probe([1e5, 10, 1])), /rate|relu/);
  });

  it('says that gradients which are NaN cannot be interpreted', () => {
    assert.match(depthReading(layers, probe([Number.NaN, Number.NaN, 1])), /no longer finite/);
  });
});
