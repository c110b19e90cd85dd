import assert from 'node:assert/strict';
import { effectiveSpecText, parseSpec } from '../../../src/language/index';
import { sound, specWith } from './marked';

const texts = [
  specWith({}),
  specWith({
    data: 'data: { source: { spiral: { samples: 60, classes: 3 } }, split: { train: 0.5, validation: 0.25, test: 0.25 }, stratify: true }',
    model:
      'model: { layers: [{ dense: { units: 4, activation: { leaky_relu: 0.3 }, name: first } }, { activation: { elu: 2 } }, { dropout: 0.2 }, { dense: { units: 3, activation: softmax } }] }',
    training:
      'training: { cross_validation: 5, early_stopping: { monitor: val_accuracy, patience: 3 }, optimizer: { sgd: { momentum: 0.9, nesterov: true } } }',
    more: 'seed: 7\nname: "yes: #1"\nexpect: [val_accuracy > 0.5, test_loss < 2 within 3]',
  }),
  specWith({
    data: 'data:\n  columns: [a, "1", y]\n  target: [y]\n  inputs: [a]\n  types: { "1": category }\n  rows: [[1.5, null, "3"], [-0.5, x, "true"]]\n  missing: drop\n  scale: minmax\n  shape: [1]',
  }),
  specWith({
    data: 'data: { file: a b/iris.csv, target: 2024 }',
    model: 'model: { layers: [flatten, { dense: 1 }] }',
    training: '',
  }),
];

texts.push(specWith({ data: 'data: { target: y, split: { files: { train: a.csv, test: b.csv } } }' }));
texts.push(
  specWith({
    data: 'data: { file: a.csv, target: y, weights: w, unknown: ignore, split: { train: 1, by: { group: g } } }',
  }),
);

describe('effectiveSpecText', () => {
  for (const [index, text] of texts.entries()) {
    it(`parses back to the same spec, with the loss written out (${index + 1})`, () => {
      const { spec } = sound(text);
      const effective = effectiveSpecText(spec);
      const again = parseSpec(effective, { fileName: 'other.nnspec' });
      assert.deepEqual(again.problems, [], effective);
      assert.deepEqual(again.spec, { ...spec, training: { ...spec.training, lossInferred: false } });
      assert.equal(again.spec && effectiveSpecText(again.spec), effective);
    });
  }

  it('shows every default', () => {
    assert.equal(
      effectiveSpecText(sound(specWith({ training: '' })).spec),
      `nnspec: 1
name: test
seed: 0
data:
  source: xor
  split: { train: 1, by: random }
  stratify: false
  scale: none
  scale_target: none
  missing: error
  unknown: error
model:
  layers:
    - dense: { units: 4, use_bias: true, kernel_initializer: torch_default, bias_initializer: torch_default, trainable: true, activation: tanh, name: dense_1 }
    - dense: { units: 1, use_bias: true, kernel_initializer: torch_default, bias_initializer: torch_default, trainable: true, activation: sigmoid, name: dense_2 }
training:
  loss: { binary_crossentropy: { label_smoothing: 0 } }
  optimizer: { sgd: { learning_rate: 0.01, momentum: 0, dampening: 0, nesterov: false, weight_decay: 0 } }
  batch_size: 32
  epochs: 100
  shuffle: true
  metrics: [ accuracy ]
`,
    );
  });
});
