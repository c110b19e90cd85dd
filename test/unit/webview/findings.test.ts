import assert from 'node:assert/strict';
import type { GradientProbe, LayerInfo } from '../../../src/protocol/engine';
import { depthReading, findings } from '../../../webview/panel/findings';

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

describe('findings', () => {
  it('name the layer whose units are dead and link to it', () => {
    const found = findings(layers, { epoch: 1, step: 1, samples: 9, layers: [{ layer: 1, dead: 0.94 }] }, undefined);
    assert.deepEqual(found, [
      { level: 'warning', layer: 1, text: 'deeper: 94 % of its units are dead (0 for every sample).' },
    ]);
  });

  it('begin with the engine’s warning', () => {
    const found = findings(layers, { epoch: 1, step: 1, samples: 9, layers: [{ layer: 1, dead: 1 }] }, undefined, {
      warning: 'Look.',
    });
    assert.deepEqual(found[0], { level: 'warning', text: 'Look.' });
    assert.equal(found.length, 2);
  });

  it('do not report a saturated output layer, which is certain', () => {
    const found = findings(
      layers,
      { epoch: 1, step: 1, samples: 9, layers: [{ layer: 2, saturated: 0.99 }] },
      undefined,
    );
    assert.deepEqual(found, []);
  });

  it('ignore a share of dead units that is common in networks that learn well', () => {
    assert.deepEqual(
      findings(layers, { epoch: 1, step: 1, samples: 9, layers: [{ layer: 0, dead: 0.44 }] }, undefined),
      [],
    );
  });
});

describe('the sentence about gradients by depth', () => {
  it('says that the error vanishes, and how much', () => {
    const reading = depthReading(layers, probe([1e-6, 1e-4, 1e-2]));
    assert.equal(reading?.level, 'warning');
    assert.match(reading?.text ?? '', /from out to hidden it shrinks 10,000 times/);
  });

  it('sees vanishing in δ even where the samples cancel out in dW', () => {
    assert.equal(depthReading(layers, probe([1e-6, 1e-6, 1e-6], [1e-6, 1e-3, 0.3]))?.level, 'warning');
  });

  it('has the editor’s threshold: the share of the error that passes three sigmoid layers is vanishing', () => {
    assert.equal(depthReading(layers, probe([0.0025, 0.1, 1]))?.level, 'warning');
    assert.equal(depthReading(layers, probe([0.008, 0.1, 1]))?.level, 'info');
  });

  it('does not warn if the gradient reaches every layer', () => {
    assert.equal(depthReading(layers, probe([0.2, 0.3, 0.1]))?.level, 'info');
  });

  it('reports exploding gradients, and a layer without any', () => {
    assert.match(depthReading(layers, probe([1e5, 10, 1]))?.text ?? '', /explode/);
    assert.match(depthReading(layers, probe([0, 0.1, 0.2]))?.text ?? '', /No gradient reaches hidden/);
  });

  it('says that gradients which are NaN cannot be interpreted', () => {
    assert.match(depthReading(layers, probe([Number.NaN, Number.NaN, 1]))?.text ?? '', /no longer finite/);
    assert.deepEqual(findings(layers, undefined, probe([Number.NaN, 1, 1])), []);
  });
});
