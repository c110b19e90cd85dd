import assert from 'node:assert/strict';
import { catalogue } from '../../../src/spec/catalogue/index';
import { expectProblems, fixed, problemsOf, sound, specWith } from './marked';

const head = 'data: { source: xor }\nmodel:\n  layers:\n';
const output = '    - dense: { units: 1, activation: sigmoid }\n';
const model = (marked: string) => expectProblems(`${head}${marked}\n${output}`);
const layersOf = (text: string) => sound(`${head}${text}\n${output}`).spec.layers;

describe('model', () => {
  it('needs layers, at least one', () => {
    expectProblems(specWith({ model: 'model: { layers: [] }\n                 ^^ list-length' }));
    expectProblems(specWith({ model: 'model: 3\n       ^ wrong-type' }));
    expectProblems(specWith({ model: 'model: { layers: { dense: 1 } }\n                 ^^^^^^^^^^^^ wrong-type' }));
  });

  it('reads a layer in each of its forms', () => {
    const tanh = { name: 'tanh', parameters: {} };
    const linear = { name: 'linear', parameters: {} };
    const standard = { name: 'torch_default', parameters: {} };
    const initializers = { kernel_initializer: standard, bias_initializer: standard };
    const dense = {
      type: 'dense',
      parameters: { units: 3, use_bias: true, ...initializers, kernel_regularizer: null, trainable: true },
    };
    const first = (text: string) => {
      const { name: _, ...layer } = layersOf(text)[0];
      return layer;
    };
    assert.deepEqual(first('    - dense: 3\n    - activation: tanh'), { ...dense, activation: linear });
    assert.deepEqual(first('    - dense: { units: 3, activation: tanh }'), { ...dense, activation: tanh });
    assert.deepEqual(first('    - dense:\n        units: 3\n        activation: tanh'), { ...dense, activation: tanh });
    assert.deepEqual(first('    - activation: tanh'), { type: 'activation', parameters: {}, activation: tanh });
    assert.deepEqual(first('    - activation: { tanh: {} }'), { type: 'activation', parameters: {}, activation: tanh });
    assert.deepEqual(first('    - activation: { activation: tanh }'), {
      type: 'activation',
      parameters: {},
      activation: tanh,
    });
    assert.deepEqual(first('    - activation: { leaky_relu: 0.2 }').activation, {
      name: 'leaky_relu',
      parameters: { negative_slope: 0.2 },
    });
    assert.deepEqual(first('    - dropout: 0.1').parameters, { rate: 0.1 });
    assert.deepEqual(first('    - dropout').parameters, { rate: 0.5 });
    assert.deepEqual(first('    - flatten'), { type: 'flatten', parameters: {}, activation: undefined });
    assert.deepEqual(first('    - flatten:').parameters, {});
    assert.deepEqual(first('    - dense: { units: 8, activation: { elu: { alpha: 0.7 } } }').activation?.parameters, {
      alpha: 0.7,
    });
  });

  it('names layers by type and count, or as the file says', () => {
    const names = (text: string) => layersOf(text).map(({ name }) => name);
    assert.deepEqual(names('    - dense: { units: 4, activation: tanh, name: hidden }\n    - dropout'), [
      'hidden',
      'dropout_1',
      'dense_2',
    ]);
    assert.deepEqual(names('    - activation: { tanh: {}, name: bend }')[0], 'bend');
    assert.deepEqual(names('    - activation: { activation: tanh, name: bend }')[0], 'bend');
    model('    - dropout: { name: my-layer }\n                       ^^^^^^^^ bad-name');
    model('    - dropout: { name: dense_1 }\n                       ^^^^^^^ duplicate-name');
    model('    - dropout: { name: a }\n    - dropout: { name: a }\n                       ^ duplicate-name');
  });

  it('reports unknown layers, activations and parameters with the nearest name', () => {
    model('    - dens: 4\n      ^^^^ unknown-name');
    model('    - dense: { units: 4, activation: rleu }\n                                     ^^^^ unknown-name');
    model('    - dense: { unit: 4 }\n               ^^^^ unknown-key');
    model(
      '    - dense: { units: 4, activation: { elu: { beta: 2 } } }\n                                              ^^^^ unknown-key',
    );
    model('    - flatten: 3\n               ^ wrong-type');
    model('    - 7\n      ^ wrong-type');
  });

  it('reports a missing parameter on the name that needs it', () => {
    model('    - dense\n      ^^^^^ missing-key');
    model('    - dense: {}\n      ^^^^^ missing-key');
    model('    - dense:\n      ^^^^^ missing-key');
    model('    - activation\n      ^^^^^^^^^^ missing-key');
    model('    - activation: { threshold: { value: 1 } }\n                    ^^^^^^^^^ missing-key');
  });

  it('checks ranges of parameters', () => {
    model('    - dense: 0\n             ^ out-of-range');
    model('    - dense: 2.5\n             ^^^ wrong-type');
    model('    - dropout: 1\n               ^ out-of-range');
    model('    - dense: { units: 4, use_bias: 1 }\n                                   ^ wrong-type');
    model('    - dense: { units: 4, activation: 3 }\n                                     ^ wrong-type');
    model('    - activation: { hard_tanh: { min: 2, max: 1 } }\n                                 ^^^ conflict');
  });

  it('offers to indent keys that stand beside their layer', () => {
    const slip = `${head}    - dense:
      units: 4
      activation:
        leaky_relu: 0.2
${output}`;
    model('    - dense:\n      units: 4\n      ^^^^^ indentation\n      activation: tanh');
    assert.deepEqual(problemsOf(fixed(slip, 'indentation')), []);
    model('    - dense: 4\n      activation: tanh\n      ^^^^^^^^^^ indentation');
    const scalar = `${head}    - dense: 4\n      activation: tanh\n${output}`;
    assert.equal(sound(fixed(scalar, 'indentation')).spec.layers[0].activation?.name, 'tanh');
    model('    - name: h\n      ^^^^ indentation\n      dense: 4');
    model('    - { dense: null, units: 4, activation: tanh }\n                     ^^^^^ indentation');
    const braces = `${head}    - { dense: null, units: 4, activation: tanh }\n${output}`;
    assert.equal(sound(fixed(braces, 'indentation')).spec.layers[0].activation?.name, 'tanh');
    const optimizer = specWith({ training: 'training:\n  optimizer:\n    adam:\n    learning_rate: 0.1' });
    assert.equal(sound(fixed(optimizer, 'indentation')).spec.training.optimizer.parameters.learning_rate, 0.1);
  });

  it('offers to move keys into the braces they stand beside', () => {
    const text = `${head}    - dense: { units: 4 }\n      activation: tanh\n      name: h\n${output}`;
    const { activation, name } = sound(fixed(text, 'indentation')).spec.layers[0];
    assert.deepEqual([activation?.name, name], ['tanh', 'h']);
  });

  it('says how an activation is written as a layer', () => {
    model('    - relu\n      ^^^^ unknown-name');
    const text = `${head}    - dense: 4\n    - relu\n${output}`;
    assert.equal(sound(fixed(text, 'unknown-name')).spec.layers[1].activation?.name, 'relu');
    const scalar = `${head}    - leaky_relu: 0.2\n${output}`;
    assert.deepEqual(sound(fixed(scalar, 'unknown-name')).spec.layers[0].activation, {
      name: 'leaky_relu',
      parameters: { negative_slope: 0.2 },
    });
    const map = `${head}    - elu: { alpha: 0.7 }\n${output}`;
    assert.deepEqual(sound(fixed(map, 'unknown-name')).spec.layers[0].activation?.parameters, { alpha: 0.7 });
    const alias = `x-s: &s 0.2\n${head}    - leaky_relu: *s\n${output}`;
    assert.deepEqual(
      problemsOf(alias).map(({ code, fixes }) => [code, fixes]),
      [['unknown-name', undefined]],
    );
  });

  it('does not repeat a fault in what follows from it', () => {
    expectProblems(
      specWith({
        model:
          'model: { layers: [{ dense: { units: 1, activation: sigmod } }] }\n                                                   ^^^^^^ unknown-name',
      }),
    );
    expectProblems(
      specWith({
        training: 'training: { metrics: [acuracy] }\n                      ^^^^^^^ unknown-name',
        more: 'expect: [accuracy > 0.5]',
      }),
    );
  });

  it('offers a dash for a second layer in one entry', () => {
    model('    - dense: 4\n      dropout: 0.1\n      ^^^^^^^ one-key');
    const text = `${head}    - dense: { units: 4, activation: tanh }\n      dropout: 0.1\n${output}`;
    assert.equal(sound(fixed(text, 'one-key')).spec.layers.length, 3);
  });

  it('accepts no alias silently: each has a fix to the canonical name', () => {
    for (const [alias, name] of [
      ['Linear: 4', 'dense'],
      ['activation: swish', 'silu'],
      ['activation: ReLU', 'relu'],
      ['dense: { units: 4, activation: Tanh }', 'tanh'],
      ['dense: { out_features: 4, activation: tanh }', 'units'],
      ['dropout: { p: 0.2 }', 'rate'],
    ]) {
      const text = `${head}    - ${alias}\n    - activation: tanh\n${output}`;
      assert.ok(fixed(text, 'alias-name').includes(name), alias);
      assert.ok(
        problemsOf(text).every(({ severity, code }) => severity !== 'error' || code === 'alias-name'),
        alias,
      );
    }
    expectProblems(
      specWith({
        training:
          'training: { loss: bce, optimizer: { adam: { lr: 0.1 } } }\n                  ^^^ alias-name\n                                            ^^ alias-name',
      }),
    );
    model('    - max_pool2d: 2\n      ^^^^^^^^^^ alias-name');
    model('    - rnn: 2\n      ^^^ not-yet-supported');
  });

  it('never calls an entry of the catalogue, or its alias, unknown', () => {
    for (const entry of catalogue) {
      for (const name of [entry.name, ...entry.aliases]) {
        const quoted = JSON.stringify(name);
        const text = {
          activation: `${head}    - activation: ${quoted}\n${output}`,
          layer: `${head}    - ${quoted}\n${output}`,
          initializer: `${head}    - dense: { units: 4, kernel_initializer: ${quoted} }\n${output}`,
          loss: specWith({ training: `training: { loss: ${quoted} }` }),
          optimizer: specWith({ training: `training: { optimizer: ${quoted} }` }),
          schedule: specWith({ training: `training: { schedule: ${quoted} }` }),
          metric: specWith({ training: `training: { metrics: [${quoted}] }` }),
        }[entry.kind];
        const codes = problemsOf(text).map(({ code }) => code);
        assert.ok(!codes.includes('unknown-name'), `${entry.kind} ${name}`);
        if (entry.unsupported) {
          assert.ok(codes.includes('not-yet-supported'), `${entry.kind} ${name}`);
        }
      }
    }
  });

  it('fills in the defaults of every supported activation', () => {
    for (const entry of catalogue) {
      if (entry.kind !== 'activation' || entry.unsupported || entry.name === 'custom') {
        continue;
      }
      if (entry.parameters.some((parameter) => parameter.default === undefined)) {
        continue;
      }
      const { activation } = layersOf(`    - dense: 4\n    - activation: ${entry.name}`)[1];
      const names = entry.parameters.filter(({ unsupported }) => !unsupported).map(({ name }) => name);
      assert.deepEqual(Object.keys(activation?.parameters ?? {}), names);
    }
  });
});
