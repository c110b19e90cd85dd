import assert from 'node:assert/strict';
import { expectProblems, fixed, problemsOf, sound, specWith } from './marked';

const training = (marked: string, more = '') => expectProblems(specWith({ training: `training:\n${marked}`, more }));
const trainingOf = (text: string, model?: string) => sound(specWith({ training: text, model })).spec.training;
const descent = { momentum: 0, dampening: 0, nesterov: false, weight_decay: 0 };
const moons = 'data: { source: moons }';

describe('training', () => {
  it('has the defaults of the language', () => {
    const { lossInferred, loss, optimizer, batchSize, epochs, shuffle, metrics, earlyStopping } = trainingOf('');
    assert.equal(lossInferred, true);
    assert.deepEqual(loss, { name: 'binary_crossentropy', parameters: { label_smoothing: 0 } });
    assert.deepEqual(optimizer, { name: 'sgd', parameters: { ...descent, learning_rate: 0.01 } });
    assert.deepEqual([batchSize, epochs, shuffle, earlyStopping], [32, 100, true, undefined]);
    assert.deepEqual(metrics, [{ name: 'accuracy', parameters: {} }]);
  });

  it('takes a number of folds, under the names that other libraries give them', () => {
    const { crossValidation } = trainingOf('training: { cross_validation: 5 }');
    assert.deepEqual([crossValidation, trainingOf('').crossValidation], [5, undefined]);
    training('  cross_validation: 1\n                    ^ out-of-range');
    training('  cross_validation: 2.5\n                    ^^^ wrong-type');
    for (const name of ['cv', 'n_splits', 'folds', '교차검증']) {
      const text = specWith({ training: `training: { ${name}: 3 }` });
      assert.match(fixed(text, 'alias-name'), /training: \{ cross_validation: 3 \}/);
    }
  });

  it('infers the loss from the last activation, and says where it cannot', () => {
    const model = (last: string) => `model: { layers: [{ dense: { units: 4, activation: tanh } }, ${last}] }`;
    const inferred = (last: string) => trainingOf('', model(last)).loss.name;
    assert.equal(inferred('{ dense: { units: 1, activation: sigmoid } }'), 'binary_crossentropy');
    assert.equal(inferred('{ dense: 2 }, { activation: softmax }'), 'categorical_crossentropy');
    assert.equal(inferred('{ dense: 1 }'), 'mean_squared_error');
    assert.equal(inferred('{ dense: { units: 1, activation: sigmoid } }, flatten'), 'binary_crossentropy');
    expectProblems(
      specWith({
        model: model('{ dense: { units: 1, activation: tanh } }'),
        training: 'training: {}\n^^^^^^^^ missing-loss',
      }),
    );
    expectProblems(
      specWith({ model: `${model('{ dense: { units: 1, activation: tanh } }')}\n^^^^^ missing-loss`, training: '' }),
    );
  });

  it('has accuracy as metric under a cross-entropy only', () => {
    assert.equal(trainingOf('training: { loss: mean_squared_error }').metrics.length, 0);
    assert.equal(trainingOf('training: { metrics: [] }').metrics.length, 0);
  });

  it('reads optimizers in each form', () => {
    const optimizer = (text: string) => trainingOf(`training: { optimizer: ${text} }`).optimizer.parameters;
    assert.deepEqual(optimizer('{ sgd: 0.1 }'), { ...descent, learning_rate: 0.1 });
    assert.deepEqual(optimizer('{ sgd: { momentum: 0.9, nesterov: true } }'), {
      ...descent,
      learning_rate: 0.01,
      momentum: 0.9,
      nesterov: true,
    });
    assert.deepEqual(optimizer('adam'), {
      learning_rate: 0.001,
      beta_1: 0.9,
      beta_2: 0.999,
      epsilon: 1e-8,
      amsgrad: false,
      weight_decay: 0,
    });
    training('  optimizer: { sgd: { nesterov: true } }\n                      ^^^^^^^^ conflict');
    training('  optimizer: { adm: 0.1 }\n               ^^^ unknown-name');
    training('  optimizer: { adam: 0.1, sgd: 0.1 }\n                          ^^^ one-key');
  });

  it('lists a metric once', () => {
    training('  metrics: [accuracy, accuracy]\n                      ^^^^^^^^ duplicate-name');
  });

  it('reads early stopping, whose monitor must be measured', () => {
    const { earlyStopping } = sound(specWith({ data: moons, training: 'training: { early_stopping: {} }' })).spec
      .training;
    assert.deepEqual(earlyStopping, { monitor: 'val_loss', patience: 10, minDelta: 0, restoreBest: true });
    training('  early_stopping: {}\n  ^^^^^^^^^^^^^^ missing-part');
    training('  early_stopping: { monitor: val_loss }\n                             ^^^^^^^^ missing-part');
    training('  early_stopping: { monitor: test_loss }\n                             ^^^^^^^^^ unknown-tag');
    training('  early_stopping: { monitor: parameters }\n                             ^^^^^^^^^^ unknown-tag');
    training('  early_stopping: { monitor: acuracy }\n                             ^^^^^^^ unknown-tag');
    training('  early_stopping: { monitor: acc }\n                             ^^^ alias-name');
    training(
      '  early_stopping: { monitor: accuracy, patience: -1 }\n                                                 ^^ out-of-range',
    );
  });
});

describe('expect', () => {
  const expectations = (marked: string, data?: string, chapter?: string) =>
    expectProblems(specWith({ data, training: chapter, more: `expect:\n${marked}` }));

  it('reads every form of the grammar', () => {
    const { spec } = sound(
      specWith({
        data: 'data: { source: moons, split: { train: 0.6, validation: 0.2, test: 0.2 } }',
        more: `expect:
  - accuracy >= 0.95 within 5
  - "val_loss<0.3"
  - test_accuracy > .5
  - loss <= 1e-3
  - parameters == 17
  - gradient_check < 1e-6
  - dead_units < 0.5`,
      }),
    );
    assert.deepEqual(
      spec.expect.map(({ tag, comparison, value, within }) => [tag, comparison, value, within]),
      [
        ['accuracy', '>=', 0.95, 5],
        ['val_loss', '<', 0.3, undefined],
        ['test_accuracy', '>', 0.5, undefined],
        ['loss', '<=', 0.001, undefined],
        ['parameters', '==', 17, undefined],
        ['gradient_check', '<', 1e-6, undefined],
        ['dead_units', '<', 0.5, undefined],
      ],
    );
    assert.equal(spec.expect[1].text, 'val_loss<0.3');
  });

  it('marks the word that is wrong', () => {
    expectations('  - accuracy => 0.95\n             ^^ bad-expectation');
    expectations('  - accuracy = 0.95\n             ^ bad-expectation');
    expectations('  - accuracy\n    ^^^^^^^^ bad-expectation');
    expectations('  - accuracy >= high\n                ^^^^ bad-expectation');
    expectations('  - accuracy >= 95%\n                ^^^ bad-expectation');
    expectations('  - "accuracy >="\n              ^^ bad-expectation');
    expectations('  - loss < 1 in 50\n             ^^ bad-expectation');
    expectations('  - loss < 1 within 0\n                    ^ bad-expectation');
    expectations('  - loss < 1 within\n             ^^^^^^ bad-expectation');
    expectations('  - loss < 1 within 5 epochs\n                      ^^^^^^ bad-expectation');
    expectations('  - 3\n    ^ wrong-type');
    expectations('  - loss < 1 within 5000\n                    ^^^^ within-beyond-epochs');
    const text = (line: string) => specWith({ more: `expect: ["${line}"]` });
    assert.equal(fixed(text('accuracy => 0.9'), 'bad-expectation'), text('accuracy >= 0.9'));
    assert.equal(fixed(text('accuracy > 90%'), 'bad-expectation'), text('accuracy > 0.9'));
    assert.equal(fixed(specWith({ more: 'expect: loss < 1' }), 'wrong-type'), specWith({ more: 'expect: [loss < 1]' }));
  });

  it('knows the tags of this run; time is not one', () => {
    expectations('  - acuracy > 0.9\n    ^^^^^^^ unknown-tag');
    const misspelt = specWith({ more: 'expect: [val_acuracy > 0.9]' }).replace('source: xor', 'source: moons');
    assert.match(fixed(misspelt, 'unknown-tag'), /val_accuracy > 0\.9/);
    expectations('  - val_acc > 0.9\n    ^^^^^^^ alias-name', moons);
    expectations('  - accuracy > 0.9\n    ^^^^^^^^ unknown-tag', undefined, 'training: { metrics: [] }');
    expectations('  - f1 > 0.9\n    ^^ unknown-tag');
    expectations('  - seconds < 3\n    ^^^^^^^ unknown-tag');
    assert.match(problemsOf(specWith({ more: 'expect: [time < 1]' }))[0].message, /Time is no tag/);
  });

  it('refuses a tag whose part the split lacks', () => {
    expectations('  - val_loss < 1\n    ^^^^^^^^ missing-part');
    expectations('  - test_accuracy > 0.5\n    ^^^^^^^^^^^^^ missing-part', moons);
  });
});
