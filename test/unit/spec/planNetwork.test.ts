import assert from 'node:assert/strict';
import { parseSpec } from '../../../src/language/index';
import { countOf, maximumParameters, type PlanData, planNetwork } from '../../../src/spec/planNetwork';

const binary: PlanData = { inputShape: [2], targetSize: 1, targetKind: 'binary' };

function planOf(layers: string, data: PlanData = binary, loss = 'mean_squared_error') {
  const text = `data: { file: a.csv, target: y }\nmodel: { layers: [${layers}] }\ntraining: { loss: ${loss} }`;
  const { spec, problems } = parseSpec(text, { fileName: 'a' });
  assert.ok(spec, JSON.stringify(problems));
  return planNetwork(spec, data);
}

describe('planNetwork', () => {
  it('counts the fans of a filter as PyTorch does', () => {
    const data: PlanData = { inputShape: [8, 6, 6], targetSize: 16, targetKind: 'numbers' };
    const { plan } = planOf(
      '{ conv2d: { filters: 16, kernel_size: [3, 2], groups: 2, kernel_regularizer: { l2: 0.1 } } }, global_average_pooling2d',
      data,
    );
    const [weight, bias] = plan?.layers[0].tensors ?? [];
    assert.deepEqual([weight.shape, weight.fanIn, weight.fanOut], [[16, 4, 3, 2], 24, 96]);
    assert.deepEqual([bias.shape, bias.fanIn], [[16], 24]);
    assert.deepEqual([weight.regularizer, bias.regularizer], [{ l1: 0, l2: 0.1 }, undefined]);
  });

  it('gives every layer its shapes and PyTorch-shaped tensors', () => {
    const { plan } = planOf(
      '{ dense: { units: 4, activation: tanh } }, dropout, { dense: { units: 1, use_bias: false } }',
    );
    assert.ok(plan);
    assert.deepEqual(
      plan.layers.map(({ name, inputShape, outputShape }) => [name, inputShape, outputShape]),
      [
        ['dense_1', [2], [4]],
        ['dropout_1', [4], [4]],
        ['dense_2', [4], [1]],
      ],
    );
    const tensors = plan.layers.flatMap((layer) => layer.tensors);
    assert.deepEqual(
      tensors.map(({ name, shape, fanIn, fanOut, initializer }) => [name, shape, fanIn, fanOut, initializer.name]),
      [
        ['dense_1.weight', [4, 2], 2, 4, 'torch_default'],
        ['dense_1.bias', [4], 2, 4, 'torch_default'],
        ['dense_2.weight', [1, 4], 4, 1, 'torch_default'],
      ],
    );
    assert.deepEqual(plan.layers.map(countOf), [12, 0, 4]);
    assert.equal(plan.parameterCount, 16);
    assert.deepEqual([plan.inputShape, plan.outputShape], [[2], [1]]);
  });

  it('flattens [C, H, W] and keeps it through activation layers', () => {
    const data: PlanData = { inputShape: [2, 3, 4], targetSize: 1, targetKind: 'numbers' };
    const { plan } = planOf('{ activation: relu }, flatten, { dense: 1 }', data);
    assert.deepEqual(
      plan?.layers.map(({ outputShape }) => outputShape),
      [[2, 3, 4], [24], [1]],
    );
    assert.equal(plan?.parameterCount, 25);
  });

  it('gives prelu its learned slope, inside a layer and on its own', () => {
    const { plan } = planOf('{ dense: { units: 3, activation: prelu } }, { dense: 1 }, { activation: { prelu: 0.1 } }');
    const slopes = plan?.layers.flatMap((layer) => layer.tensors).filter(({ role }) => role === 'slope');
    assert.deepEqual(
      slopes?.map(({ name, shape, initializer }) => [name, shape, initializer.parameters.value]),
      [
        ['dense_1.activation.weight', [1], 0.25],
        ['activation_1.weight', [1], 0.1],
      ],
    );
  });

  it('halves the features for glu and similar gates', () => {
    const { plan } = planOf('{ dense: { units: 6, activation: swiglu } }, { dense: 1 }');
    assert.deepEqual(plan?.layers[0].outputShape, [3]);
    assert.deepEqual(plan?.layers[1].tensors[0].shape, [1, 3]);
    assert.deepEqual(
      planOf('{ dense: { units: 5, activation: glu } }, { dense: 1 }').issues.map(({ code }) => code),
      ['shape-mismatch'],
    );
  });

  it('fuses only sigmoid, softmax and softmin with their cross-entropy, as a parameter or as the last layer', () => {
    const classes: PlanData = { inputShape: [2], targetSize: 3, targetKind: 'classes', classNames: ['a', 'b', 'c'] };
    const fused = (layers: string, data: PlanData, loss: string) => planOf(layers, data, loss).plan?.fusedLayer;
    assert.equal(fused('{ dense: { units: 1, activation: sigmoid } }', binary, 'binary_crossentropy'), 0);
    assert.equal(fused('{ dense: 1 }, { activation: sigmoid }', binary, 'binary_crossentropy'), 1);
    assert.equal(fused('{ dense: { units: 3, activation: softmax } }', classes, 'categorical_crossentropy'), 0);
    assert.equal(fused('{ dense: 3 }, { activation: softmin }', classes, 'kl_divergence'), 1);
    assert.equal(fused('{ dense: { units: 3, activation: softmax } }', classes, 'binary_crossentropy'), undefined);
    assert.equal(fused('{ dense: { units: 1, activation: sigmoid } }', binary, 'mean_squared_error'), undefined);
    assert.equal(
      fused('{ dense: { units: 1, activation: sigmoid } }, flatten', binary, 'binary_crossentropy'),
      undefined,
    );
  });

  it('allows exactly 2^28 parameters and refuses one more', () => {
    const wide = (inputs: number, bias: boolean) => {
      const data: PlanData = { inputShape: [inputs], targetSize: 2 ** 14, targetKind: 'numbers' };
      return planOf(`{ dense: { units: ${2 ** 14}, use_bias: ${bias} } }`, data);
    };
    assert.equal(wide(2 ** 14, false).plan?.parameterCount, maximumParameters);
    const { plan, issues } = wide(2 ** 14, true);
    assert.equal(plan, undefined);
    assert.deepEqual(
      issues.map(({ code, path }) => [code, path]),
      [['too-many-parameters', ['model', 'layers', 0, 'dense', 'units']]],
    );
  });

  it('compares the output with the target', () => {
    const codes = (layers: string, data: PlanData) => planOf(layers, data).issues.map(({ code }) => code);
    assert.deepEqual(codes('{ dense: 2 }', binary), ['output-size']);
    assert.deepEqual(codes('{ activation: tanh }', { ...binary, inputShape: [1, 2, 2] }), ['shape-mismatch']);
    assert.deepEqual(codes('{ dense: { units: 1, activation: softmax } }', binary), ['softmax-one-unit']);
    assert.deepEqual(codes('{ activation: tanh }', { ...binary, targetSize: 2 }), []);
  });
});
