import assert from 'node:assert/strict';
import Ajv from 'ajv';
import fc from 'fast-check';
import { parse } from 'yaml';
import { jsonSchema } from '../../../src/language/export/jsonSchema';
import { effectiveSpecText, parseSpec } from '../../../src/language/index';
import { catalogue } from '../../../src/spec/catalogue';
import { sources } from '../../../src/spec/sources';
import { rounds } from '../../harness/rounds';
import { examples } from './edited';

const validator = new Ajv({ strict: true, strictTypes: false, allowUnionTypes: true, strictRequired: false });
const validate = validator.compile(jsonSchema('en'));

const hasErrors = (text: string) => parseSpec(text, { fileName: 'test.nnspec' }).spec === undefined;
const whyNot = () => JSON.stringify(validate.errors?.slice(0, 3));

/** Asserts that both the schema and the checker take a spec. */
function taken(text: string): void {
  const { problems } = parseSpec(text, { fileName: 'test.nnspec' });
  const errors = problems.filter(({ severity }) => severity === 'error');
  assert.deepEqual(errors, [], text);
  assert.ok(validate(parse(text)), `${text}\n${whyNot()}`);
}

/** Asserts that both the schema and the checker refuse a spec. */
function refused(text: string): void {
  assert.ok(hasErrors(text), `the checker takes ${text}`);
  assert.ok(!validate(parse(text, { uniqueKeys: false })), `the schema takes ${text}`);
}

const data = 'data: { source: moons }\n';
const model = 'model: { layers: [{ dense: { units: 1, activation: sigmoid } }] }\n';
const layer = (text: string) => `${data}model: { layers: [${text}, { dense: { units: 1, activation: sigmoid } }] }\n`;
const training = (text: string) => `${data}${model}training: { ${text} }\n`;
const origin = (text: string) => `data: { ${text} }\n${model}`;

describe('the JSON Schema of the language', () => {
  it('is valid for a strict validator of draft 7', () => {
    assert.equal(validator.validateSchema(jsonSchema('en')), true, JSON.stringify(validator.errors));
  });

  it('accepts every example, and each with all its defaults written out', () => {
    for (const { name, text } of examples()) {
      assert.ok(validate(parse(text)), `${name}: ${whyNot()}`);
      const { spec } = parseSpec(text, { fileName: name });
      assert.ok(spec);
      assert.ok(validate(parse(effectiveSpecText(spec))), `${name}, effective: ${whyNot()}`);
    }
  });

  it('accepts every form that the checker accepts', () => {
    const layers = [
      'flatten',
      '{ flatten: }',
      '{ dense: 4 }',
      '{ dense: { units: 4, name: hidden, activation: { elu: { alpha: 0.7 } } } }',
      '{ dense: { units: 4, kernel_initializer: { constant: 0.5 }, kernel_regularizer: { l2: 0.1 } } }',
      '{ dense: { units: 2, kernel_initializer: { values: [[1, 0], [0.5, -1]] }, trainable: false } }',
      '{ dense: { units: 1, bias_initializer: { values: { values: [0.5] } } } }',
      '{ activation: silu }',
      '{ activation: { leaky_relu: 0.2 } }',
      '{ activation: { leaky_relu: 0.2, name: a } }',
      '{ activation: { activation: silu, name: a } }',
      '{ activation: { custom: "x * x" } }',
      '{ dropout: 0.1 }',
      'dropout',
      '{ residual: [{ dense: 2 }] }',
      '{ residual: { layers: [{ dense: 2 }], name: block } }',
      '{ reshape: [1, 2] }, { conv1d: { filters: 2, kernel_size: 1, padding: same } }, flatten',
      '{ reshape: [1, 1, 2] }, { conv2d: { filters: 2, kernel_size: [1, 2], strides: 1 } }, { max_pooling2d: 1 }, flatten',
    ];
    for (const text of layers) {
      taken(layer(text));
    }
    const chapters = [
      'loss: mean_squared_error',
      'loss: { binary_crossentropy: { label_smoothing: 0.1 } }',
      'optimizer: sgd',
      'optimizer: { sgd: }',
      'optimizer: { sgd: 0.1 }',
      'optimizer: { adam: { learning_rate: 1e-2, amsgrad: true } }',
      'schedule: { multi_step: { at: [1, 2] } }',
      'schedule: { exponential: 0.9 }',
      'batch_size: 8, epochs: 5, shuffle: false, metrics: []',
      'metrics: [accuracy, f1]',
      'clip_value: 1, clip_norm: 0.5',
      'class_weight: balanced',
      'class_weight: { 0: 1, 1: 2.5 }',
      'early_stopping: {}',
      'cross_validation: 5',
      'early_stopping: { monitor: loss, patience: 0 }',
    ];
    for (const text of chapters) {
      taken(training(text));
    }
    const origins = [
      'file: a.csv, target: y',
      'file: "b c.TSV", target: [y], inputs: x, types: { x: category }',
      'file: a.csv, target: y, positive: 1',
      'columns: [a, 2024], rows: [[1, 0], [no, true], [~, 2]], target: 2024',
      'source: xor, split: { train: 1 }',
      'source: { spiral: { samples: 50, noise: 0.2, classes: 2 } }, stratify: true, scale: minmax, missing: drop',
      'source: digits, shape: [1, 8, 8]',
    ];
    for (const text of origins) {
      taken(origin(text));
    }
    taken(
      `nnspec: 1\nname: 2024\nseed: 4294967295\nx-any: [1, { a: }]\n${data}${model}expect:\n  - loss < 0.1\n  - "accuracy>=.5 within 3"\n`,
    );
  });

  it('refuses what the checker refuses: a list of wrong specs', () => {
    for (const text of ['', '[]', 'a', '1', 'data: { source: xor }\n', model, 'data:\nmodel:\n', `${data}model: {}`]) {
      refused(text);
    }
    for (const text of [
      'sed: 1',
      'nnspec: 2',
      'seed: -1',
      'seed: 1.5',
      'seed: 4294967296',
      'name: ""',
      'name: [a]',
      'expect: loss < 1',
    ]) {
      refused(`${data}${model}${text}\n`);
    }
    const layers = [
      'dens',
      'dense',
      '{ dense: }',
      '{ dense: {} }',
      '{ dense: 0 }',
      '{ dense: 1.5 }',
      '{ dense: many }',
      '{ dense: [4] }',
      '{ dense: { units: 4, unit: 3 } }',
      '{ dense: { units: 4, activation: rellu } }',
      '{ dense: { units: 4, activation: threshold } }',
      '{ dense: { units: 4, activation: { elu: { beta: 1 } } } }',
      '{ dense: { units: 4, activation: { elu: 1, relu: } } }',
      '{ dense: { units: 4, use_bias: yes } }',
      '{ dense: { units: 4, trainable: never } }',
      '{ dense: { units: 4, bias_initializer: { values: 0.5 } } }',
      '{ dense: { units: 4, bias_initializer: { values: [a, b, c, d] } } }',
      '{ dense: { units: 4, name: 1st } }',
      '{ dense: { units: 4, kernel_regularizer: { l3: 1 } } }',
      '{ dense: { units: 4, kernel_regularizer: { l2: -1 } } }',
      '{ dense: , units: 4 }',
      '{ dense: 4, dropout: 0.1 }',
      '{ dropout: 1 }',
      '{ dropout: -0.1 }',
      '{ relu: }',
      'activation',
      '{ activation: {} }',
      '{ activation: { relu: , tanh: } }',
      '{ residual: [] }',
      '{ residual: { layers: 3 } }',
      '{ conv2d: { filters: 1, kernel_size: [3] } }',
      '{ conv2d: { filters: 1, kernel_size: 3, padding: full } }',
      '{ max_pooling2d: 0 }',
      '{ flatten: 1 }',
      '{ flatten: { a: 1 } }',
      '{ embedding: 3 }',
      '{ Dense: 3 }',
      '5',
      '[flatten]',
    ];
    for (const text of layers) {
      refused(layer(text));
    }
    const chapters = [
      'los: huber',
      'loss: mse',
      'loss: { huber: { deltas: 1 } }',
      'loss: { huber: 0 }',
      'loss: []',
      'optimizer: adma',
      'optimizer: { adam: { lr: 0.1 } }',
      'optimizer: { adam: { learning_rate: fast } }',
      'optimizer: { adam: { beta_1: 1.5 } }',
      'optimizer: { adam: 0.1, sgd: 0.1 }',
      'schedule: exponential',
      'schedule: { multi_step: { gamma: 0.1 } }',
      'batch_size: 0',
      'batch_size: 1.5',
      'epochs: "5"',
      'epochs:',
      'shuffle: no',
      'metrics: accuracy',
      'metrics: [accuracy, accuracy]',
      'metrics: [acc]',
      'clip_norm: 0',
      'class_weight: heavy',
      'class_weight: {}',
      'class_weight: { a: -1 }',
      'class_weight: { a: 0, b: 0 }',
      'class_weight: [1]',
      'early_stopping: true',
      'cross_validation: 1',
      'early_stopping: { patience: -1 }',
      'early_stopping: { wait: 3 }',
    ];
    for (const text of chapters) {
      refused(training(text));
    }
    const origins = [
      '',
      'source: spriral',
      'source: { moons: { sample: 5 } }',
      'source: { moons: { samples: 1 } }',
      'source: xor, file: a.csv, target: y',
      'source: xor, rows: [[1]], columns: [a, y], target: y',
      'file: a.csv',
      'file: [a.csv], target: y',
      'rows: [[1, 2]], target: b',
      'rows: [], columns: [a, b], target: b',
      'rows: [1], columns: [a, b], target: b',
      'rows: [[1, [2]]], columns: [a, b], target: b',
      'columns: [a], rows: [[1]], target: a',
      'columns: [a, a], rows: [[1, 2]], target: a',
      'source: xor, columns: [a, b]',
      'source: xor, inputs: []',
      'source: xor, target: [y, y]',
      'source: xor, types: { a: text }',
      'source: xor, shape: [0]',
      'source: xor, shape: [1, 1, 1, 2]',
      'source: xor, split: 0.8',
      'source: xor, split: {}',
      'source: xor, split: { train: 0 }',
      'source: xor, split: { train: 0.5, valid: 0.5 }',
      'source: xor, stratify: 1',
      'source: xor, scale: max',
      'source: xor, missing: ignore',
    ];
    for (const text of origins) {
      refused(origin(text));
    }
    for (const line of [
      'loss',
      'loss <',
      'loss < x',
      'loss = 1',
      '< 1',
      'loss < 1 in 5',
      'loss < 1 within',
      'loss < 1 within 0',
      'loss < 1 within 2 3',
    ]) {
      refused(`${data}${model}expect: ["${line}"]\n`);
    }
  });

  it('never refuses what the checker accepts: examples with any one line or character changed', () => {
    let sound = 0;
    const characters = fc.constantFrom('', ' ', '0', '1', '-', 'a', '.', ':', '"', '#', '[', '}');
    fc.assert(
      fc.property(fc.constantFrom(...examples()), fc.nat(), fc.boolean(), characters, ({ text }, place, whole, put) => {
        const lines = text.split('\n');
        const at = place % text.length;
        const changed = whole
          ? lines.filter((_, index) => index !== place % lines.length).join('\n')
          : text.slice(0, at) + put + text.slice(at + 1);
        if (hasErrors(changed)) {
          return;
        }
        sound++;
        assert.ok(validate(parse(changed)), `${changed}\n${whyNot()}`);
      }),
      { numRuns: rounds(600) },
    );
    assert.ok(sound > rounds(100), `${sound} specs were sound`);
  }).timeout(60_000);

  it('names and describes every supported entry of the catalogue and every data set', () => {
    const { definitions } = jsonSchema('en') as {
      definitions: Record<string, { anyOf: readonly { properties?: Record<string, { description?: string }> }[] }>;
    };
    const entries = [
      ...catalogue.filter(({ unsupported }) => !unsupported),
      ...sources.map(({ name }) => ({ kind: 'source', name })),
    ];
    for (const { kind, name } of entries) {
      const entry = definitions[kind].anyOf[1].properties?.[name];
      assert.ok(entry?.description, `${kind}/${name}`);
    }
  });

  it('has every description in Korean, too, and the same form', () => {
    const descriptions: unknown[] = [];
    const formOf = (language: 'en' | 'ko') =>
      JSON.stringify(jsonSchema(language), (key, value) => {
        // A key of the language may also be called description; its schema is an object.
        if (key !== 'description' || typeof value !== 'string') {
          return value;
        }
        if (language === 'ko') {
          descriptions.push(value);
        }
        return '';
      });
    assert.equal(formOf('ko'), formOf('en'));
    assert.ok(descriptions.length > 200, `${descriptions.length} descriptions`);
    assert.deepEqual(
      descriptions.filter((text) => !/[가-힣]/.test(String(text))),
      [],
    );
  });
});
