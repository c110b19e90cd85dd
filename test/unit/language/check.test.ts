import assert from 'node:assert/strict';
import type { ColumnFacts, DataFacts } from '../../../src/spec/dataFacts';
import { expectProblems, fixed, problemsOf, specWith } from './marked';

const layers = (...items: string[]) => `model:\n  layers:\n${items.map((item) => `    - ${item}`).join('\n')}`;
const check = (marked: { data?: string; model?: string; training?: string }, facts?: DataFacts) =>
  expectProblems(specWith(marked), facts);

function facts(of: Partial<DataFacts>): DataFacts {
  return {
    columns: [],
    rows: 100,
    inputSize: 2,
    inputShape: [2],
    targetSize: 1,
    targetKind: 'binary',
    parts: { train: 80, validation: 20, test: 0 },
    ...of,
  };
}

const file = 'data: { file: a.csv, target: y }';
const classes = facts({ targetSize: 3, targetKind: 'classes', classNames: ['a', 'b', 'c'] });

describe('The network', () => {
  it('is checked against the classes of the data, with the shapes of both sides', () => {
    const model = layers('dense: { units: 4, activation: tanh }', 'dense: { units: 2, activation: softmax }');
    check({ data: file, model: `${model}\n                      ^ output-size` }, classes);
    const [problem] = problemsOf(specWith({ data: file, model }), classes);
    assert.match(problem.message, /\[2\].*3 classes \(a, b, c\).*\[3\]/);
    assert.deepEqual(problemsOf(fixed(specWith({ data: file, model }), 'output-size', classes), classes), []);
    check({ data: 'data: { source: iris, scale: standard }', model: `${model}\n                      ^ output-size` });
    check({
      data: 'data: { source: { spiral: { classes: 4 } } }',
      model: `${model}\n                      ^ output-size`,
    });
  });

  it('is checked against the columns of the target', () => {
    const data = 'data: { file: a.csv, target: [y, z] }';
    check(
      { data, model: `${layers('dense: 1')}\n             ^ output-size` },
      facts({ targetSize: 2, targetKind: 'numbers' }),
    );
    check({
      model: `${layers('dense: { units: 4, activation: tanh }', 'dense: { units: 2, activation: sigmoid }')}\n                      ^ output-size`,
    });
  });

  it('offers flatten before a dense layer on [C, H, W]', () => {
    const images = facts({ ...classes, inputSize: 64, inputShape: [1, 8, 8] });
    const marked = {
      data: file,
      model: `${layers('dense: { units: 3, activation: softmax }')}\n      ^^^^^ shape-mismatch`,
    };
    check(marked, images);
    const text = specWith({ data: file, model: layers('dense: { units: 3, activation: softmax }') });
    assert.match(problemsOf(text, images)[0].message, /\[1, 8, 8\].*flatten/);
    assert.deepEqual(problemsOf(fixed(text, 'shape-mismatch', images), images), []);
    const flow = text.replace(
      /model:[\s\S]*?softmax \}/,
      'model: { layers: [dense: { units: 3, activation: softmax }] }',
    );
    assert.deepEqual(problemsOf(fixed(flow, 'shape-mismatch', images), images), []);
    check({ data: file, model: `${layers('activation: softmax')}\n      ^^^^^^^^^^ shape-mismatch` }, images);
  });

  it('refuses 10^9 parameters without allocating them', () => {
    const model = layers('dense: { units: 500000000, activation: tanh }', 'dense: { units: 1, activation: sigmoid }');
    check({
      model: model.replace(
        '\n    - dense: { units: 1,',
        '\n                      ^^^^^^^^^ too-many-parameters\n    - dense: { units: 1,',
      ),
    });
  });

  it('refuses softmax over one unit, and an odd width before glu', () => {
    check(
      {
        data: file,
        model: `${layers('dense: { units: 1, activation: softmax }')}\n                      ^ softmax-one-unit`,
        training: 'training: { loss: mean_squared_error }',
      },
      facts({ targetKind: 'numbers' }),
    );
    check({
      model: layers(
        'dense: { units: 3, activation: glu }\n                                     ^^^ shape-mismatch',
        'dense: { units: 1, activation: sigmoid }',
      ),
    });
  });

  it('offers the activation where a cross-entropy follows a linear output, in each form of the layer', () => {
    for (const [item, mark] of [
      ['dense: 3', '      ^^^^^ linear-output'],
      ['dense: { units: 3 }', '      ^^^^^ linear-output'],
      ['dense: { units: 3, activation: linear }', '                                     ^^^^^^ linear-output'],
      ['dense:\n        units: 3', ''],
      ['activation: linear', ''],
    ]) {
      const before = item.startsWith('activation')
        ? 'dense: { units: 3, activation: relu }'
        : 'dense: { units: 5, activation: relu }';
      const model = layers(before, item);
      const training = 'training: { loss: categorical_crossentropy }';
      if (mark) {
        check({ data: file, model: `${model}\n${mark}`, training }, classes);
      }
      const text = specWith({ data: file, model, training });
      assert.deepEqual(problemsOf(fixed(text, 'linear-output', classes), classes), [], item);
    }
  });

  it('checks the loss against other activations', () => {
    const binary = (activation: string) =>
      problemsOf(
        specWith({
          model: layers('dense: { units: 4, activation: tanh }', `dense: { units: 1, activation: ${activation} }`),
          training: 'training: { loss: binary_crossentropy }',
        }),
      ).map(({ code, severity }) => `${severity} ${code}`);
    assert.deepEqual(binary('sigmoid'), []);
    assert.deepEqual(binary('relu'), ['error loss-activation']);
    assert.deepEqual(binary('tanh'), ['error loss-activation']);
    assert.deepEqual(binary('hard_sigmoid'), ['warning loss-activation']);
    check(
      {
        data: file,
        model: layers(
          'dense: { units: 3, activation: sigmoid }\n                                     ^^^^^^^ loss-activation',
        ),
        training: 'training: { loss: categorical_crossentropy }',
      },
      classes,
    );
  });

  it('warns of accuracy on a measured value, and not on 0 and 1', () => {
    const column = (maximum: number): ColumnFacts => ({
      name: 'y',
      type: 'number',
      missing: 0,
      minimum: 0,
      maximum,
      mean: 0.5,
    });
    const numbers = (maximum: number) => facts({ targetKind: 'numbers', columns: [column(maximum)] });
    const spec = { data: file, model: layers('dense: { units: 1, activation: sigmoid }') };
    check({ ...spec, training: 'training: { loss: mean_squared_error, metrics: [accuracy] }' }, numbers(1));
    check(
      {
        ...spec,
        training:
          'training: { loss: mean_squared_error, metrics: [accuracy] }\n                                                ^^^^^^^^ metric-target',
      },
      numbers(7),
    );
  });
});

describe('The lesson', () => {
  const output = 'dense: { units: 1, activation: sigmoid }';

  it('remarks on a stack of linear layers, once for each run', () => {
    check({
      model: `model:
  ^^^^^^ xor-linear
  layers:
    - dense: 4
    - dense: 4
      ^^^^^ linear-stack
    - ${output}`.replace('  ^^^^^^ xor-linear\n  layers:', '  layers:\n  ^^^^^^ xor-linear'),
    });
    check({ model: layers('dense: 4', 'activation: tanh', output) });
    const apart = problemsOf(
      specWith({ data: 'data: { source: and }', model: layers('dense: 4', 'dropout: 0.5', 'flatten', output) }),
    );
    assert.deepEqual(
      apart.map(({ code, range }) => [code, range.start.line]),
      [['linear-stack', 6]],
    );
    const severities = problemsOf(specWith({ model: layers('dense: 4', output) })).map(({ code, severity }) => [
      code,
      severity,
    ]);
    assert.deepEqual(severities, [
      ['xor-linear', 'warning'],
      ['linear-stack', 'hint'],
    ]);
  });

  it('treats a formula that is a straight line as linear', () => {
    const codes = (formula: string) =>
      problemsOf(specWith({ model: layers(`dense: { units: 4, activation: { custom: "${formula}" } }`, output) })).map(
        ({ code }) => code,
      );
    for (const formula of ['2*x + 1', '(x + 1)*3 - x', 'x/pi']) {
      assert.deepEqual(codes(formula), ['xor-linear', 'linear-stack']);
    }
    for (const formula of ['2*x^2 + 1', 'x + step(x)', 'max(x, 2*x)']) {
      assert.deepEqual(codes(formula), []);
    }
  });

  it('does not count a non-linear block as part of a linear stack: the block adds its input to its output', () => {
    const codes = (...inner: string[]) =>
      problemsOf(specWith({ model: layers('dense: 4', `residual: [${inner.join(', ')}]`, output) })).map(
        ({ code, range }) => [code, range.start.line],
      );
    assert.deepEqual(codes('dense: { units: 4, activation: relu }', 'dense: 4'), []);
    assert.deepEqual(codes('activation: tanh', 'dense: 4'), []);
    assert.deepEqual(codes('dense: 4'), [
      ['xor-linear', 2],
      ['linear-stack', 4],
    ]);
  });

  it('warns of XOR-like data without a non-linear hidden layer', () => {
    check({ model: `model:\n  layers:\n  ^^^^^^ xor-linear\n    - ${output}` });
    check({ data: 'data: { source: and }', model: layers(output) });
    const rows = (y: string) => `data: { columns: [a, b, y], target: y, rows: [${y}] }`;
    const codes = (data: string) => problemsOf(specWith({ data, model: layers(output) })).map(({ code }) => code);
    assert.deepEqual(codes(rows('[0, 0, no], [0, 1, yes], [1, 0, yes], [1, 1, no]')), ['xor-linear']);
    assert.deepEqual(codes(rows('[-1, -1, 1], [-1, 1, 0], [1, -1, 0], [1, 1, 1]')), ['xor-linear']);
    assert.deepEqual(codes(rows('[0, 0, 0], [0, 1, 0], [1, 0, 0], [1, 1, 1]')), []);
  });

  it('warns of softmax in a hidden layer', () => {
    check({
      model: layers(
        'dense: { units: 4, activation: softmax }\n                                     ^^^^^^^ softmax-hidden',
        output,
      ),
    });
    check({ model: layers('dense: 4', 'activation: softmax\n                  ^^^^^^^ softmax-hidden', output) });
  });

  it('warns of three hidden sigmoid layers, with the factor 0.25 to the power of the depth', () => {
    const sigmoid = 'dense: { units: 4, activation: sigmoid }';
    check({ model: layers(sigmoid, sigmoid, output) });
    check({
      model: layers(`${sigmoid}\n                                     ^^^^^^^ sigmoid-deep`, sigmoid, sigmoid, output),
    });
    const [problem] = problemsOf(specWith({ model: layers(sigmoid, sigmoid, sigmoid, output) }));
    assert.match(problem.message, /3 such layers .* 0\.016 /, '0.25³ = 0.015625');
  });

  it('warns of a squared error after softmax', () => {
    check({
      data: file,
      model: layers('dense: { units: 2, activation: softmax }'),
      training: 'training: { loss: half_mean_squared_error }\n                  ^^^^^^^^^^^^^^^^^^^^^^^ mse-softmax',
    });
  });

  it('warns that step cannot be trained', () => {
    check({
      model: layers(
        'dense: { units: 4, activation: step }\n                                     ^^^^ step-untrainable',
        output,
      ),
    });
  });

  it('warns of dropout at the very end', () => {
    check({
      training: 'training: { loss: mean_squared_error }',
      model: layers('dense: { units: 4, activation: tanh }', 'dense: 1', 'dropout\n      ^^^^^^^ dropout-last'),
    });
  });

  it('warns of inputs that saturate sigmoid or tanh, and offers to scale them', () => {
    const column = (name: string, maximum: number): ColumnFacts => ({
      name,
      type: 'number',
      missing: 0,
      minimum: 0,
      maximum,
      mean: 1,
    });
    const wide = facts({ columns: [column('x', 3), column('w', 250), column('y', 1000)] });
    const model = layers('dense: { units: 4, activation: tanh }', output);
    check({ data: `${file}\n^^^^ unscaled-inputs`, model }, wide);
    assert.deepEqual(problemsOf(fixed(specWith({ data: file, model }), 'unscaled-inputs', wide), wide), []);
    const block = specWith({ data: 'data:\n  file: a.csv\n  target: y', model });
    assert.deepEqual(problemsOf(fixed(block, 'unscaled-inputs', wide), wide), []);
    const none = specWith({ data: 'data: { file: a.csv, target: y, scale: none }', model });
    assert.deepEqual(problemsOf(fixed(none, 'unscaled-inputs', wide), wide), []);
    check({ data: file, model: layers('dense: { units: 4, activation: relu }', output) }, wide);
    check({ data: file, model }, facts({ columns: [column('x', 3), column('y', 1000)] }));
  });

  it('warns of a target far from a network’s first outputs, and offers to scale it', () => {
    const numbers = (mean: number, deviation: number, name = 'y') =>
      facts({ targetKind: 'numbers', targetMoments: [{ name, mean, deviation }] });
    const data = 'data: { file: a.csv, target: y, split: { train: 1 } }';
    const regression = { model: layers('dense: 1'), training: 'training: { loss: mean_squared_error }' };
    const warned = { ...regression, data: `${data}\n^^^^ unscaled-target` };
    for (const found of [numbers(1_295_000, 6_000_000), numbers(2010, 8), numbers(0, 0.001)]) {
      check(warned, found);
      assert.deepEqual(problemsOf(fixed(specWith({ ...regression, data }), 'unscaled-target', found), found), []);
    }
    check({ ...warned, training: 'training: { loss: huber }' }, numbers(0, 101));
    for (const found of [numbers(152, 77), numbers(0, 0.7), numbers(5, 0)]) {
      check({ ...regression, data }, found);
    }
    check(
      { ...regression, data: 'data: { file: a.csv, target: y, split: { train: 1 }, scale_target: log }' },
      numbers(1_295_000, 6_000_000),
    );
  });

  it('warns of a few targets that outweigh all others, and offers a loss and a scale that hold them', () => {
    const wild = { count: 8, share: 0.93, farthest: 6_000_000 };
    const found = facts({
      targetKind: 'numbers',
      targetMoments: [{ name: 'y', mean: 1_295_000, deviation: 6e6, wild }],
    });
    const parts = (scale: string, loss: string) => ({
      data: `data: { file: a.csv, target: y, split: { train: 1 }${scale} }`,
      model: layers('dense: 1'),
      training: `training: { loss: ${loss} }`,
    });
    const place = ' '.repeat('training: { '.length);
    for (const [scale, loss] of [
      ['', 'mean_squared_error'],
      [', scale_target: standard', 'mean_squared_error'],
      [', scale_target: robust', 'mean_squared_error'],
      [', scale_target: standard', 'huber'],
    ]) {
      const written = parts(scale, loss);
      check({ ...written, training: `${written.training}\n${place}^^^^ wild-target` }, found);
      assert.deepEqual(problemsOf(fixed(specWith(written), 'wild-target', found), found), [], `${scale} ${loss}`);
    }
    check(parts(', scale_target: robust', 'huber'), found);
    check(parts(', scale_target: log', 'mean_squared_error'), found);
  });

  it('scales only targets that are measured numbers', () => {
    const data =
      'data: { file: a.csv, target: y, scale_target: log }\n                                ^^^^^^^^^^^^ scale-target';
    check({ data, model: layers('dense: { units: 1, activation: sigmoid }') });
    check({
      data,
      model: layers('dense: { units: 1, activation: exponential }'),
      training: 'training: { loss: poisson }',
    });
    const text = specWith({ data: data.split('\n')[0], model: layers('dense: { units: 1, activation: sigmoid }') });
    assert.deepEqual(problemsOf(fixed(text, 'scale-target')), []);
  });

  it('warns of a learning rate out of the usual range of its optimizer', () => {
    check({
      training:
        'training: { optimizer: { adam: { learning_rate: 0.5 } } }\n                                                ^^^ learning-rate',
    });
    check({ training: 'training: { optimizer: { sgd: 5 } }\n                              ^ learning-rate' });
    check({ training: 'training: { optimizer: { sgd: 1.0e-7 } }\n                              ^^^^^^ learning-rate' });
    check({ training: 'training: { optimizer: { sgd: 1 } }' });
    check({ training: 'training: { optimizer: { adam: 0.1 } }' });
  });
});
