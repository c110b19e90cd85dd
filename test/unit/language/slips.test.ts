import assert from 'node:assert/strict';
import { takeAll } from '../../../src/common/steps';
import { fixAllSteps } from '../../../src/language/index';
import { fixed, problemsOf, specWith } from './marked';

const model = (layers: string) => specWith({ model: `model:\n  layers:\n${layers}` });
const out = '    - dense: { units: 1, activation: sigmoid }\n';

/** The text after the only fix; fails if that leaves an error. */
function mended(text: string, code: string): string {
  const after = fixed(text, code);
  assert.deepEqual(
    problemsOf(after).filter(({ severity }) => severity === 'error'),
    [],
    after,
  );
  return after;
}

describe('The fix of a slip of the pen', () => {
  it('moves a dash in another column to the column of the others, with everything under it', () => {
    for (const dash of ['   ', '      ', '  ', ' ']) {
      const text = model(`    - dense: 8\n${dash}- dense:\n${dash}    units: 1\n${dash}    activation: sigmoid\n`);
      assert.equal(
        mended(text, 'yaml-syntax'),
        model('    - dense: 8\n    - dense:\n        units: 1\n        activation: sigmoid\n'),
      );
    }
  });

  it('is offered in a text that begins with an empty line', () => {
    assert.equal(problemsOf('\n - a: 1\n- b: 2\n')[0].code, 'yaml-syntax');
    assert.ok(problemsOf('\n\n  a: b: c\n d: e\n').length > 0);
  });

  it('moves a key in another column to the column of its neighbours, and a chapter to the first', () => {
    const at = (column: number) => `data:\n  source: moons\n${' '.repeat(column)}scale: standard\n`;
    assert.equal(mended(specWith({ data: at(1) }), 'yaml-syntax'), specWith({ data: at(2) }));
    assert.equal(mended(specWith({ data: at(5) }), 'yaml-syntax'), specWith({ data: at(2) }));
    assert.equal(
      mended(specWith({ data: 'data:\n  source: moons' }).replace('\nmodel', '\n model'), 'yaml-syntax'),
      specWith({ data: 'data:\n  source: moons' }),
    );
  });

  it('indents keys below an empty one, at once in all chapters', () => {
    const flat = 'data:\nsource: moons\nmodel:\nlayers:\n- dense: 8\n- dense: { units: 1, activation: sigmoid }\n';
    const after = takeAll(
      // biome-ignore lint/correctness/useYield: checking in one step.
      fixAllSteps(flat, function* (text) {
        return problemsOf(text);
      }),
    );
    assert.equal(
      after,
      'data:\n  source: moons\nmodel:\n  layers:\n  - dense: 8\n  - dense: { units: 1, activation: sigmoid }\n',
    );
  });

  it('moves parameters below a bare name under it, and other keys back to their column', () => {
    const under = (text: string) => specWith({ training: `training:\n  optimizer: adam\n${text}` });
    assert.equal(
      mended(under('    learning_rate: 0.01\n    beta_1: 0.8\n  epochs: 5'), 'yaml-syntax'),
      specWith({
        training: 'training:\n  optimizer:\n    adam:\n      learning_rate: 0.01\n      beta_1: 0.8\n  epochs: 5',
      }),
    );
    assert.equal(mended(under('    epochs: 5'), 'yaml-syntax'), under('  epochs: 5'));
  });

  it('turns calls into maps', () => {
    const text = (layer: string) => model(`    - ${layer}\n${out}`);
    const calls: readonly [string, string][] = [
      ['Dense(16)', 'dense: 16'],
      [
        "keras.layers.Dense(16, activation='relu', use_bias=False)",
        'dense: { units: 16, activation: relu, use_bias: false }',
      ],
      ["Dense(16, activation='relu', use_bias=False)", 'dense: { units: 16, activation: relu, use_bias: false }'],
      ['nn.ReLU()', 'activation: relu'],
      ['LeakyReLU(0.2)', 'activation: { leaky_relu: 0.2 }'],
    ];
    for (const [call, written] of calls) {
      assert.equal(mended(text(call), 'unknown-name'), text(written));
    }
    const optimizer = (value: string) => specWith({ training: `training: { optimizer: ${value} }` });
    assert.equal(mended(optimizer('SGD(lr=0.1)'), 'unknown-name'), optimizer('{ sgd: 0.1 }'));
  });

  it('makes a name inside a thing its key', () => {
    assert.equal(
      mended(model(`    - type: Dense\n      units: 8\n      activation: tanh\n${out}`), 'one-key'),
      model(`    - dense:\n        units: 8\n        activation: tanh\n${out}`),
    );
    assert.equal(
      mended(specWith({ training: 'training: { optimizer: { name: adam, beta_1: 0.8 } }' }), 'one-key'),
      specWith({ training: 'training: { optimizer: { adam: { beta_1: 0.8 } } }' }),
    );
  });

  it('removes dashes before keys, turns brackets around keys into braces, gives layers their key', () => {
    assert.equal(
      mended(specWith({ data: 'data:\n  - source: moons\n  - split:\n      train: 1\n' }), 'wrong-type'),
      specWith({ data: 'data:\n  source: moons\n  split:\n    train: 1\n' }),
    );
    assert.equal(
      mended(model(`    - dense: [units: 8, activation: tanh]\n${out}`), 'wrong-type'),
      model(`    - dense: { units: 8, activation: tanh }\n${out}`),
    );
    assert.equal(
      mended(specWith({ model: `model:\n${out}` }), 'wrong-type'),
      specWith({ model: `model:\n    layers:\n${out}` }),
    );
  });

  it('puts the space that is missing after a colon, wherever the line stands', () => {
    const training = (text: string) => specWith({ training: `training:\n${text}` });
    for (const [text, code] of [
      ['  epochs:50', 'wrong-type'],
      ['  epochs:50\n  batch_size: 3', 'yaml-syntax'],
      ['  batch_size: 3\n  epochs:50  # many\n', 'yaml-syntax'],
    ] as const) {
      const [{ message }] = problemsOf(training(text));
      assert.equal(message, 'After a colon comes a space: “epochs: 50”.');
      assert.equal(mended(training(text), code), training(text.replace('epochs:', 'epochs: ')));
    }
  });

  it('mends a decimal comma in braces, where YAML reads a second key', () => {
    const training = (text: string) => specWith({ training: `training: { optimizer: ${text}, epochs: 3 }` });
    for (const [text, code] of [
      ['{ sgd: 0,01 }', 'one-key'],
      ['{ adam: { learning_rate: 0,001 } }', 'unknown-key'],
      ['{ adam: { learning_rate: 0,01, beta_1: 0.8 } }', 'unknown-key'],
    ] as const) {
      const problem = problemsOf(training(text)).find((each) => each.code === code);
      assert.match(problem?.message ?? '', /^A comma ends the value before it\. Write the number with a point: 0\.0/);
      assert.equal(mended(training(text), code), training(text.replace('0,0', '0.0')));
    }
  });

  it('reads grouped digits as a whole number; where a decimal is possible too, it leaves the choice', () => {
    const training = (text: string) => specWith({ training: `training:\n  ${text}` });
    assert.equal(mended(training('epochs: 1,000'), 'wrong-type'), training('epochs: 1000'));
    const [problem] = problemsOf(training('clip_norm: 1,000'));
    assert.deepEqual(
      problem.fixes?.map(({ title, choice }) => [title, choice]),
      [
        ['Change to “1000”', true],
        ['Change to “1.000”', true],
      ],
    );
    assert.equal(mended(training('clip_norm: 0,5'), 'wrong-type'), training('clip_norm: 0.5'));
  });

  it('turns all percentages into fractions of 1 at once, and leaves other shares to the user', () => {
    const data = (split: string) => specWith({ data: `data: { source: moons, split: ${split} }` });
    const parts = data('{ train: 0.7, validation: 0.15, test: 0.15 }');
    assert.equal(mended(data('{ train: 70, validation: 15, test: 15 }'), 'out-of-range'), parts);
    assert.equal(mended(data('[0.7, 0.15, 0.15]'), 'wrong-type'), parts);
    assert.equal(mended(data('70/15/15'), 'wrong-type'), parts);
    for (const split of [
      '{ train: 1.5, validation: 0.2 }',
      '{ train: 80, data: 20 }',
      '{ validation: 0.7, test: 0.3 }',
    ]) {
      assert.equal(problemsOf(data(split))[0].fixes, undefined, split);
    }
  });
});

describe('A quick fix', () => {
  it('writes what early stopping monitors, and leaves its key alone', () => {
    const text = specWith({ training: 'training: { early_stopping: { patience: 5 } }' });
    const fixes = problemsOf(text).find(({ code }) => code === 'missing-part')?.fixes ?? [];
    assert.deepEqual(
      fixes.map(({ title }) => title),
      ['Add “split: { train: 0.8, validation: 0.2 }”', 'Add “monitor: loss”'],
    );
  });

  it('adds nothing after a map whose last lines could not be read', () => {
    const twice = 'model:\n  layers:\n    - dense: 8\n  layers:\n    - dense: 1\n';
    const loss = problemsOf(specWith({ model: twice, training: '' })).find(({ code }) => code === 'missing-loss');
    assert.equal(loss?.fixes, undefined);
  });

  it('is not offered for columns without rows, without effect, or for a list that would be wrong', () => {
    const first = (text: string) => problemsOf(text)[0];
    assert.equal(first(specWith({ data: 'data: { columns: [a, y], target: y }' })).fixes, undefined);
    const tagged = problemsOf(specWith({ training: 'training: { optimizer: { sgd: !!str 0.1 } }' }));
    assert.equal(tagged.find(({ code }) => code === 'wrong-type')?.fixes, undefined);
    assert.equal(first(specWith({ training: 'training:\n  metrics: f1, @auc' })).fixes, undefined);
  });

  it('writes layers in braces where the map has them', () => {
    assert.equal(
      fixed('data: { source: xor }\nmodel: {}\n', 'missing-key'),
      'data: { source: xor }\nmodel: { layers: [{ dense: { units: 4, activation: tanh } }, { dense: { units: 1, activation: sigmoid } }] }\n',
    );
  });

  it('writes no key twice: neither into braces that have it, nor in place of an alias', () => {
    const beside = model('    - dense: { units: 1, activation: sigmoid }\n      activation: tanh\n');
    assert.equal(problemsOf(beside).find(({ code }) => code === 'indentation')?.fixes, undefined);
    const [first, second] = problemsOf(specWith({ training: 'training: { batch: 3, batchsize: 4 }' }));
    assert.deepEqual([first.code, second.code, second.fixes?.[0].choice], ['alias-name', 'unknown-key', true]);
  });

  it('removes no second key in a file with syntax errors, where its end is unknown', () => {
    const text = 'model:\n  layers:\n    - dense: 8\nmodel:\n  layers:\n    - dense: { units: 1\n';
    assert.equal(problemsOf(text).find(({ code }) => code === 'duplicate-key')?.fixes, undefined);
  });
});
