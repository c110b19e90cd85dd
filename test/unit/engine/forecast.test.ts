import assert from 'node:assert/strict';
import { forecast, referenceBackend } from '../../../src/engine';
import type { Forecast } from '../../../src/spec/measurements';
import { planNetwork } from '../../../src/spec/planNetwork';
import { sound } from '../language/marked';

function measured(
  text: string,
  inputs: readonly (readonly number[])[],
  targets: readonly number[],
  rows = Int32Array.from(inputs.keys()),
): Forecast | undefined {
  const { spec } = sound(text);
  const { plan } = planNetwork(spec, { inputShape: [inputs[0].length], targetSize: 1, targetKind: 'numbers' });
  assert.ok(plan);
  const data = {
    inputs: Float64Array.from(inputs.flat()),
    targets: Float64Array.from(targets),
    samples: inputs.length,
    targetSize: 1,
  };
  return forecast({ network: plan, training: spec.training, seed: 0 }, data, rows, referenceBackend);
}

const head = 'data: { file: a.csv, target: y }\nmodel:\n  layers:\n';

describe('The forecast', () => {
  it('gives ‖δ‖ of each layer with weights, as worked out by hand', () => {
    const text = `${head}    - dense: { units: 1, use_bias: false, kernel_initializer: { constant: 0.5 } }
    - dense: { units: 1, use_bias: false, kernel_initializer: { constant: 0.25 } }
training: { loss: mean_squared_error }`;
    const result = measured(text, [[1], [2]], [0, 0]);
    // o = x/8, δ = 2(o − t)/2 over two samples, and the weight 0.25 on the way back.
    const delta = Math.sqrt(0.125 ** 2 + 0.25 ** 2);
    assert.ok(result);
    assert.deepEqual(
      result.layers.map((layer) => layer.delta),
      [delta * 0.25, delta],
    );
    assert.equal(result.loss, (0.125 ** 2 + 0.25 ** 2) / 2);
    assert.equal(result.outputSpread, 0.125);
    assert.equal(result.samples, 2);
  });

  it('counts saturated and dead units, but not in an output that is computed together with its loss', () => {
    const text = `${head}    - dense: { units: 2, activation: tanh, kernel_initializer: { constant: 9 }, bias_initializer: zeros }
    - dense: { units: 4, activation: relu, kernel_initializer: { constant: -1 }, bias_initializer: zeros }
    - dense: { units: 1, activation: sigmoid }`;
    const result = measured(text, [[1], [0.01]], [0, 1]);
    assert.ok(result);
    const [first, second, last] = result.layers;
    assert.equal(first.saturated, 0.5, '1 is saturated in both units, 0.01 in none');
    assert.equal(second.dead, 1, 'all inputs are positive and all weights negative');
    assert.deepEqual([last.saturated, last.dead], [undefined, undefined]);
    assert.equal(second.units, 4);
  });

  it('uses the batch’s own statistics in batch normalisation', () => {
    const text = `${head}    - batch_normalization
    - dense: { units: 1, use_bias: false, kernel_initializer: ones }
training: { loss: mean_squared_error }`;
    const result = measured(text, [[100], [104]], [0, 0]);
    assert.ok(result && Math.abs(result.outputSpread - 2) < 1e-4, 'the two samples become −1 and 1');
  });

  it('skips a network that is too large to be measured quickly', () => {
    const text = `${head}    - dense: { units: 3000 }\n    - dense: { units: 3000 }\n    - dense: 1`;
    const inputs = Array.from({ length: 16 }, (_, i) => [i]);
    assert.equal(
      measured(
        text,
        inputs,
        inputs.map(() => 0),
      ),
      undefined,
    );
  });
});
