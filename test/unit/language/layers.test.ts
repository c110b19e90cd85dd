import assert from 'node:assert/strict';
import { hoverAt } from '../../../src/language/hover';
import { checkSpec, effectiveSpecText, parseSpec } from '../../../src/language/index';
import { layerRanges } from '../../../src/language/reading/parse';
import { nodeAt } from '../../../src/language/unfinished/nodeAt';
import type { DataFacts } from '../../../src/spec/dataFacts';
import { expectProblems, fixed, problemsOf, sound } from './marked';

const head = 'data: { source: digits, shape: [1, 8, 8] }\nmodel:\n  layers:\n';
const flat = 'data: { source: digits }\nmodel:\n  layers:\n';
const end = '    - flatten\n    - dense: { units: 10, activation: softmax }\n';
const layers = (marked: string, from = head) => expectProblems(`${from}${marked}\n${end}`);
const message = (text: string, code: string, from = head) =>
  problemsOf(`${from}${text}\n${end}`).find((problem) => problem.code === code)?.message ?? '';

describe('convolution, pooling and normalisation in a file', () => {
  it('are read with one size for all axes or one for each, and their defaults', () => {
    const { spec } = sound(
      `${head}    - conv2d: { filters: 4, kernel_size: [3, 1], padding: same }\n    - max_pooling2d: 2\n    - batch_normalization\n${end}`,
    );
    const [conv, pool, norm] = spec.layers;
    assert.deepEqual(
      [conv.parameters.kernel_size, conv.parameters.padding, conv.parameters.strides, conv.parameters.groups],
      [[3, 1], 'same', 1, 1],
    );
    assert.equal(conv.activation?.name, 'linear');
    assert.deepEqual(pool.parameters, { pool_size: 2, strides: null, padding: 0 });
    assert.deepEqual(norm.parameters, { momentum: 0.1, epsilon: 1e-5, trainable: true });
  });

  it('are checked for sizes, words and conflicts', () => {
    layers('    - conv2d: { filters: 4, kernel_size: 0 }\n                                         ^ out-of-range');
    layers('    - conv2d: { filters: 4, kernel_size: [3] }\n                                         ^^^ list-length');
    layers('    - conv2d: { filters: 4, kernel_size: big }\n                                         ^^^ wrong-type');
    layers('    - conv2d: { filters: 4 }\n      ^^^^^^ missing-key');
    layers(
      '    - conv2d: { filters: 4, kernel_size: 3, padding: full }\n                                                     ^^^^ unknown-choice',
    );
    layers(
      '    - conv2d: { filters: 4, kernel_size: 3, padding: same, strides: 2 }\n                                                     ^^^^ conflict',
    );
    layers(
      '    - conv2d: { filters: 4, kernel_size: 3, groups: 3 }\n                                                    ^ conflict',
    );
    layers(
      '    - max_pooling2d: { pool_size: 2, padding: 2 }\n                                              ^ conflict',
    );
    layers(
      '    - conv2d: { filters: 4, kernel_size: 3, kernel_initializer: identity }\n                                                                ^^^^^^^^ conflict',
    );
    layers(
      '    - conv2d: { filters: 4, kernel_size: 99999999 }\n                                         ^^^^^^^^ out-of-range',
    );
  });

  it('name both shapes where the input does not fit, and data.shape where the data are flat', () => {
    layers('    - conv2d: { filters: 4, kernel_size: 3 }\n      ^^^^^^ shape-mismatch', flat);
    const text = message('    - conv2d: { filters: 4, kernel_size: 3 }', 'shape-mismatch', flat);
    assert.match(text, /\[C, H, W\].*\[64\].*under data.*shape: \[1, 8, 8\]/);
    assert.match(message('    - dense: 4\n    - max_pooling2d: 2', 'shape-mismatch', flat), /\[4\].*data\.shape/);
    assert.match(message('    - conv1d: { filters: 4, kernel_size: 3 }', 'shape-mismatch'), /\[C, L\].*\[1, 8, 8\]/);
    assert.match(message('    - conv2d: { filters: 4, kernel_size: 9 }', 'shape-mismatch'), /\[9, 9\].*\[8, 8\]/);
    assert.match(
      message('    - conv2d: { filters: 4, kernel_size: 3, groups: 2 }', 'shape-mismatch'),
      /2 groups.*1 channel\./,
    );
    assert.match(message('    - reshape: [5, 5]', 'shape-mismatch'), /\[5, 5\].*64 numbers/);
    layers('    - reshape: [-1, 16]\n    - reshape: [2, 2, 16]');
    layers('    - reshape: [-1, -1]\n               ^^^^^^^^ conflict');
  });

  it('offer to give flat data their shape', () => {
    const text = `${flat}    - conv2d: { filters: 4, kernel_size: 3 }\n${end}`;
    assert.match(fixed(text, 'shape-mismatch'), /^data: \{ source: digits, shape: \[1, 8, 8\] \}/);
    const line = `${flat}    - conv1d: { filters: 4, kernel_size: 3 }\n${end}`;
    assert.match(fixed(line, 'shape-mismatch'), /shape: \[1, 64\]/);
  });

  it('offer flatten before dense, also inside a block', () => {
    const text = `${head}    - residual:\n        - dense: 4\n${end}`;
    assert.match(fixed(text, 'shape-mismatch'), / {8}- flatten\n {8}- dense: 4/);
  });

  it('refuse a network of more numbers than memory before anything is allocated', () => {
    layers('    - conv2d: { filters: 60000, kernel_size: 1, padding: 4000 }\n      ^^^^^^ too-many-numbers');
    layers(
      '    - conv2d: { filters: 300000000, kernel_size: 1 }\n                         ^^^^^^^^^ too-many-parameters',
    );
  });

  it('refuse batch normalisation of a batch of one, even if only an epoch’s last batch is so small', () => {
    const model = '    - flatten\n    - batch_normalization\n';
    const one = `${head}${model}${end}training: { batch_size: 1 }\n`;
    assert.ok(problemsOf(one).some(({ code }) => code === 'batch-of-one'));
    const facts: DataFacts = {
      columns: [],
      rows: 81,
      inputSize: 64,
      inputShape: [1, 8, 8],
      targetSize: 10,
      targetKind: 'classes',
      parts: { train: 65, validation: 16, test: 0 },
    };
    const codes = (size: number) =>
      problemsOf(`${head}${model}${end}training: { batch_size: ${size} }\n`, facts).filter(
        ({ code }) => code === 'batch-of-one',
      );
    assert.match(codes(32)[0]?.message ?? '', /65 training samples in batches of 32.*such as 33/);
    assert.equal(codes(33).length, 0);
    assert.equal(codes(100).length, 0);
    const single = { ...facts, parts: { train: 1, validation: 80, test: 0 } };
    const [problem] = problemsOf(`${head}${model}${end}`, single).filter(({ code }) => code === 'batch-of-one');
    assert.match(problem.message, /more than one training sample/);
    layers('    - batch_normalization');
  });
});

describe('initialisers and penalties in a file', () => {
  it('are read in each of their forms', () => {
    const { spec } = sound(
      `${flat}    - dense: { units: 4, kernel_initializer: he_normal, bias_initializer: { constant: 0.1 }, kernel_regularizer: { l2: 0.01 } }\n${end}`,
    );
    const { kernel_initializer, bias_initializer, kernel_regularizer } = spec.layers[0].parameters;
    assert.deepEqual(kernel_initializer, { name: 'he_normal', parameters: {} });
    assert.deepEqual(bias_initializer, { name: 'constant', parameters: { value: 0.1 } });
    assert.deepEqual(kernel_regularizer, { l1: 0, l2: 0.01 });
  });

  it('report what is wrong on its token', () => {
    layers(
      '    - dense: { units: 4, kernel_initializer: xavier }\n                                             ^^^^^^ alias-name',
      flat,
    );
    layers(
      '    - dense: { units: 4, kernel_initializer: { constant: {} } }\n                                               ^^^^^^^^ missing-key',
      flat,
    );
    layers(
      '    - dense: { units: 4, bias_initializer: orthogonal }\n                                           ^^^^^^^^^^ conflict',
      flat,
    );
    layers(
      '    - dense: { units: 4, kernel_regularizer: { l2: -1 } }\n                                                   ^^ out-of-range',
      flat,
    );
    layers(
      '    - dense: { units: 4, kernel_regularizer: { l3: 1 } }\n                                               ^^ unknown-key',
      flat,
    );
    layers(
      '    - dense: { units: 4, kernel_regularizer: 0.1 }\n                                             ^^^ wrong-type',
      flat,
    );
    layers(
      '    - dense: { units: 4, kernel_initializer: { random_uniform: { minimum: 1, maximum: 0 } } }\n                                                                 ^^^^^^^ conflict',
      flat,
    );
  });
});

describe('blocks in a file', () => {
  const block = `${flat}    - dense: 8
    - residual:
        - dense: { units: 4, activation: tanh, name: narrow }
        - dense: 8
    - residual: { layers: [{ dense: 8 }, dropout], name: second }
${end}`;

  it('name their layers after themselves, counting from 1', () => {
    const { spec } = sound(block);
    assert.deepEqual(
      spec.layers.flatMap(({ name, layers: inner }) => [name, ...(inner ?? []).map((layer) => layer.name)]),
      [
        'dense_1',
        'residual_1',
        'residual_1.narrow',
        'residual_1.dense_2',
        'second',
        'second.dense_1',
        'second.dropout_1',
        'flatten_1',
        'dense_2',
      ],
    );
  });

  it('tell where each layer stands, in the plan’s order', () => {
    const ranges = layerRanges(parseSpec(block, { fileName: 'a' }));
    assert.deepEqual(
      ranges.map(({ name, typeRange }) => `${name} ${typeRange.start.line}`),
      [
        'dense_1 3',
        'residual_1.narrow 5',
        'residual_1.dense_2 6',
        'residual_1 4',
        'second.dense_1 7',
        'second.dropout_1 7',
        'second 7',
        'flatten_1 8',
        'dense_2 9',
      ],
    );
    assert.deepEqual(nodeAt(block, { line: 5, character: 12 })?.thing, { kind: 'layer', name: 'dense' });
    assert.deepEqual(nodeAt(block, { line: 5, character: 42 })?.thing, { kind: 'activation', name: 'tanh' });
    assert.deepEqual(nodeAt(block, { line: 7, character: 29 })?.thing, { kind: 'layer', name: 'dense' });
  });

  it('must end in the shape of their input', () => {
    layers(
      '    - dense: 8\n    - residual:\n      ^^^^^^^^ shape-mismatch\n        - dense: { units: 4, activation: tanh }',
      flat,
    );
    assert.match(
      message('    - dense: 8\n    - residual: [dense: 4]', 'shape-mismatch', flat),
      /\[8\].*\[4\].*give \[8\]/,
    );
    layers('    - residual: []\n                ^^ list-length', flat);
    layers('    - residual\n      ^^^^^^^^ missing-key', flat);
    layers('    - residual:\n        - dense: { units: x }\n                          ^ wrong-type', flat);
    layers(
      '    - residual: [{ dense: { units: 64, name: a } }, { dense: { units: 64, name: a } }]\n                                                                                ^ duplicate-name',
      flat,
    );
  });

  it('come back unchanged from the effective spec, like the rest of the spec', () => {
    const rich = `${head}    - conv2d: { filters: 2, kernel_size: [3, 1], padding: [1, 0], kernel_regularizer: { l1: 0.1 }, kernel_initializer: { orthogonal: { gain: 2 } } }
    - residual:
        - conv2d: { filters: 2, kernel_size: 3, padding: same, activation: { custom: "max(x, 0.1 * x)" }, name: wide }
        - batch_normalization
    - average_pooling2d: { pool_size: 2, strides: 1 }
    - reshape: [-1]
    - residual: [{ residual: [gaussian_noise: 0.1] }, alpha_dropout]
${end}`;
    const { spec } = sound(rich);
    const again = sound(effectiveSpecText(spec));
    assert.deepEqual(again.spec, { ...spec, training: { ...spec.training, lossInferred: false } });
  });
});

describe('the hover of a layer', () => {
  const at = (line: number, character: number) =>
    hoverAt(
      `${head}    - conv2d: { filters: 4, kernel_size: 3 }\n    - residual: { layers: [{ batch_normalization: {} }] }\n${end}`,
      { line, character },
      { language: 'en', dark: true },
    )?.markdown ?? '';

  it('gives its shapes and number of parameters in the network', () => {
    assert.match(at(3, 8), /^\*\*conv2d\*\* · layer\n\n`\[1, 8, 8\] → \[4, 6, 6\]` · 40 parameters/);
    assert.match(at(4, 30), /^\*\*batch\\_normalization\*\* · layer\n\n`\[4, 6, 6\] → \[4, 6, 6\]` · 8 parameters/);
    assert.match(
      at(4, 8),
      /^\*\*residual\*\* · layer\n\n`\[4, 6, 6\] → \[4, 6, 6\]` · 8 parameters/,
      'of the layers inside',
    );
    const wide = `${head}    - flatten\n    - dense: 4000\n    - dense: 10\n${end}`;
    const hover = hoverAt(wide, { line: 4, character: 8 }, { language: 'en', dark: true })?.markdown ?? '';
    assert.match(hover, /`\[64\] → \[4000\]` · 260,000 parameters/);
    assert.match(at(5, 8), /^\*\*flatten\*\* · layer\n\n`\[4, 6, 6\] → \[144\]` · 0 parameters/);
    const one = `${head}    - flatten\n    - activation: prelu\n${end}`;
    const single = hoverAt(one, { line: 4, character: 8 }, { language: 'en', dark: true })?.markdown ?? '';
    assert.match(single, /`\[64\] → \[64\]` · 1 parameter\n/);
    const listed = `${head}    - flatten\n    - reshape: [1, 8, 8]\n    - max_pooling2d: [2, 4]\n    - residual: []\n${end}`;
    const listHover = (line: number) =>
      hoverAt(listed, { line, character: 8 }, { language: 'en', dark: true })?.markdown ?? '';
    assert.match(listHover(4), /`shape` = `\[1,8,8\]` \(required\)[\s\S]*Reshape\(\(1, 8, 8\)\)/);
    assert.match(listHover(5), /`pool_size` = `\[2,4\]` [\s\S]*MaxPool2d\(\(2, 4\)\)/);
    assert.match(listHover(6), /- `layers` \(required\)/);
    const momentum = hoverAt(
      `${head}    - batch_normalization: { momentum: 0.3 }\n${end}`,
      { line: 3, character: 8 },
      { language: 'en', dark: true },
    );
    assert.match(momentum?.markdown ?? '', /momentum=0\.3\)`.*\n.*keras.*momentum=0\.7/);
    assert.match(at(3, 8), /`kernel_regularizer` \(default `none`\)/);
  });
});

describe('a formula in a file', () => {
  const custom = (formula: string) => `    - dense: { units: 4, activation: { custom: ${formula} } }`;

  it('is a diagnostic on the exact character', () => {
    layers(
      `${custom('"x * sigmoyd(x)"')}\n                                                    ^^^^^^^ custom-formula`,
      flat,
    );
    layers(`${custom('"x + "')}\n                                                  ^ custom-formula`, flat);
    layers(`${custom('x^0.5')}\n                                                ^ custom-formula`, flat);
    layers(`${custom("'log(x)'")}\n                                                ^^^ custom-formula`, flat);
    layers(`${custom('[x]')}\n                                               ^^^ wrong-type`, flat);
    assert.match(fixed(`${flat}${custom('"x * sigmoyd(x)"')}\n${end}`, 'custom-formula'), /"x \* sigmoid\(x\)"/);
    assert.match(fixed(`${flat}${custom('x ** 2')}\n${end}`, 'custom-formula'), /custom: x \^ 2/);
    for (const [sign, written] of ['·*', '×*', '÷/', '−-'].map((pair) => [...pair])) {
      const mended = fixed(`${flat}${custom(`x ${sign} 2`)}\n${end}`, 'custom-formula');
      assert.ok(mended.includes(`custom: x ${written} 2 }`), mended);
    }
    assert.match(fixed(`${flat}${custom('x² + 1')}\n${end}`, 'custom-formula'), /custom: x\^2 \+ 1/);
    assert.match(fixed(`${flat}${custom('x +\u200b 2')}\n${end}`, 'custom-formula'), /custom: x \+ 2/);
    assert.match(fixed(`${flat}${custom('π * x')}\n${end}`, 'custom-formula'), /custom: pi \* x/);
  });

  it('marks the exact characters of a formula however it is written: folded, escaped, as a block', () => {
    const lineOf = (formula: string) => `- dense:\n        units: 4\n        activation:\n          custom: ${formula}`;
    for (const [formula, marked] of [
      ['"x + \\u0040 2"', '\\u0040'],
      ['"\\x78\\t+ sqrt(x)"', 'sqrt'],
      ['"\\U0001F642 + x"', '\\U0001F642'],
      ['"x \\\n            + foo(x)"', 'foo'],
      ["'x + ''y'", "''"],
      ["'x\n\n            + @'", '@'],
      ['x +\n            2 y', 'y'],
      ['>-\n            x +\n            2 + foo(x)', 'foo'],
      ['| # a comment\n            x +\n              sqrt(x)', 'sqrt'],
    ] as const) {
      const text = `${flat}    ${lineOf(formula)}\n${end}`;
      const problem = parseSpec(text, { fileName: 'lab.nnspec' }).problems.find(
        ({ code }) => code === 'custom-formula',
      );
      assert.ok(problem, formula);
      const { start, end: until } = problem.range;
      const lines = text.split('\n');
      assert.equal(start.line, until.line, formula);
      assert.equal(lines[start.line].slice(start.character, until.character), marked, formula);
    }
  });

  it('is marked after its last allowed character, even where that is a space from folding', () => {
    const long = `1+-x\n${'            + x\n'.repeat(150)}`;
    for (const formula of [`>\n            ${long}`, long, `"${long}            "`]) {
      const text = `${flat}    - dense:\n        units: 4\n        activation:\n          custom: ${formula}\n${end}`;
      const { problems } = parseSpec(text, { fileName: 'lab.nnspec' });
      const problem = problems.find(({ code }) => code === 'custom-formula');
      assert.match(problem?.message ?? '', /at most 500/);
      // Four characters a line behind the four of the first: the 501st is the space before the 125th plus.
      const first = text.slice(0, text.indexOf(long)).split('\n').length - 1;
      assert.deepEqual(problem?.range.start, { line: first + 125, character: 12 });
      assert.equal(problem?.range.end.line, first + 150);
    }
  });

  it('with a comma is quoted where braces would end it at the comma', () => {
    for (const [written, mended] of [
      ['max(x, 0)', '"max(x, 0)"'],
      ['min(max(x,0), 6) - max(x, 2)', '"min(max(x,0), 6) - max(x, 2)"'],
      ['{ formula: max(x, 0) }', '{ formula: "max(x, 0)" }'],
    ] as const) {
      assert.equal(fixed(`${flat}${custom(written)}\n${end}`, 'custom-formula'), `${flat}${custom(mended)}\n${end}`);
    }
    layers(`${custom('max(x, 0)')}\n                                                    ^ custom-formula`, flat);
  });

  it('gets only a warning if it has no value somewhere other than 0', () => {
    const [problem, ...more] = problemsOf(`${flat}${custom('log(x + 1)')}\n${end}`);
    assert.deepEqual([problem.code, problem.severity, more.length], ['custom-formula', 'warning', 0]);
    assert.ok(parseSpec(`${flat}${custom('log(x + 1)')}\n${end}`, { fileName: 'a' }).spec);
  });

  it('shows formula, derivative and plot in its hover; a broken one its page without them', () => {
    const at = (formula: string) =>
      hoverAt(`${flat}${custom(formula)}\n${end}`, { line: 3, character: 40 }, { language: 'en', dark: true })
        ?.markdown ?? '';
    const good = at('x * sigmoid(1.702 * x)');
    assert.match(good, /`f\(x\) = x \* sigmoid\(1\.702 \* x\)`/);
    assert.match(good, /`f′\(x\) = sigmoid\(1\.702\*x\) \+ x\*/);
    assert.match(good, /central differences by at most \d+e-\d+/);
    assert.match(good, /data:image\/svg\+xml/);
    assert.doesNotMatch(at('x *'), /data:image/);
    assert.doesNotMatch(at('log(x + 1)'), /data:image/);
  });
});

describe('the lesson on how layers start', () => {
  const remarks = (text: string, from = flat) =>
    checkSpec(parseSpec(`${from}${text}\n${end}`, { fileName: 'a' })).map(
      ({ code, severity, range }) => `${code} ${severity} ${range.start.line}`,
    );

  it('warns of relu from zeros, on the initialiser', () => {
    layers(
      '    - dense: { units: 4, activation: relu, kernel_initializer: zeros }\n                                                               ^^^^^ relu-zero-weights',
      flat,
    );
    assert.deepEqual(
      remarks('    - dense: { units: 4, kernel_initializer: { constant: 0 } }\n    - activation: relu'),
      ['relu-zero-weights warning 3'],
    );
    assert.deepEqual(remarks('    - dense: { units: 4, activation: tanh, kernel_initializer: zeros }'), []);
    assert.deepEqual(remarks('    - dense: { units: 4, activation: relu, kernel_initializer: he_normal }'), []);
  });

  it('warns of Keras’ momentum, with the number to write', () => {
    layers(
      '    - batch_normalization: { momentum: 0.99 }\n                                       ^^^^ batch-norm-momentum',
    );
    const found = message('    - batch_normalization: { momentum: 0.99 }', 'batch-norm-momentum');
    assert.match(found, /0\.99 looks like Keras.*Write 0\.01/);
    layers('    - batch_normalization: { momentum: 0.5 }');
  });

  it('hints at what selu needs', () => {
    assert.deepEqual(remarks('    - dense: { units: 4, activation: selu }\n    - dropout: 0.1'), [
      'selu-setup hint 3',
      'selu-setup hint 4',
    ]);
    assert.deepEqual(
      remarks(
        '    - dense: { units: 4, activation: selu, kernel_initializer: lecun_normal }\n    - alpha_dropout: 0.1',
      ),
      [],
    );
  });

  it('looks into blocks', () => {
    assert.deepEqual(remarks('    - residual:\n        - dense: { units: 64, activation: softmax }'), [
      'softmax-hidden warning 4',
    ]);
    assert.deepEqual(remarks('    - residual:\n        - dense: { units: 64, activation: step }'), [
      'step-untrainable warning 4',
    ]);
  });
});
