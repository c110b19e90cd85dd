import assert from 'node:assert/strict';
import { effectiveSpecText } from '../../../src/language/index';
import type { DataFacts } from '../../../src/spec/dataFacts';
import { expectProblems, fixed, problemsOf, sound, specWith } from './marked';

const training = (marked: string, data?: string) =>
  expectProblems(specWith({ data, training: `training:\n${marked}` }));
const moons = 'data: { source: moons }';
const of = (text: string, data?: string) => sound(specWith({ data, training: `training: { ${text} }` })).spec.training;

function facts(more: Partial<DataFacts>): DataFacts {
  const parts = { train: 80, validation: 20, test: 0 };
  return { columns: [], rows: 100, inputSize: 2, inputShape: [2], targetSize: 1, targetKind: 'binary', parts, ...more };
}

describe('training.schedule', () => {
  it('is read in each form, with its defaults; steps are optional', () => {
    assert.equal(of('epochs: 1').schedule, undefined);
    assert.deepEqual(of('schedule: cosine').schedule, { name: 'cosine', parameters: { minimum: 0, warmup: 0 } });
    assert.deepEqual(of('schedule: { exponential: 0.99 }').schedule?.parameters, { gamma: 0.99, warmup: 0 });
    assert.deepEqual(of('schedule: { multi_step: { at: [10, 20], warmup: 5 } }').schedule?.parameters, {
      at: [10, 20],
      gamma: 0.1,
      warmup: 5,
    });
    assert.deepEqual(of('schedule: { multi_step: { at: 10 } }').schedule?.parameters.at, [10]);
    assert.deepEqual(of('optimizer: adam, schedule: { one_cycle: 0.1 }').schedule?.parameters, {
      maximum: 0.1,
      share: 0.3,
      div: 25,
      final_div: 10000,
      cycle_momentum: true,
      warmup: 0,
    });
  });

  it('has its problems marked on the token', () => {
    training('  schedule: cosin\n            ^^^^^ unknown-name');
    training('  schedule: { cosine_annealing: {} }\n              ^^^^^^^^^^^^^^^^ alias-name');
    training('  scheduler: cosine\n  ^^^^^^^^^ alias-name');
    training('  schedule: step\n            ^^^^ missing-key');
    training('  schedule: { step: { every: 0 } }\n                             ^ out-of-range');
    training('  schedule: { multi_step: { at: [20, 10] } }\n                            ^^ conflict');
    training('  schedule: { multi_step: { at: [10, x] } }\n                                     ^ wrong-type');
    training('  schedule: { cyclic: { base: 1, maximum: 0.1 } }\n                        ^^^^ conflict');
    training('  optimizer: adagrad\n  schedule: { one_cycle: 0.1 }\n              ^^^^^^^^^ conflict');
    training(
      '  optimizer: adagrad\n  schedule: { one_cycle: { maximum: 0.1, cycle_momentum: true } }\n                                         ^^^^^^^^^^^^^^ conflict',
    );
    of('optimizer: adagrad, schedule: { one_cycle: { maximum: 0.1, cycle_momentum: false } }');
  });

  it('can monitor only measures of the run', () => {
    training('  schedule: reduce_on_plateau\n            ^^^^^^^^^^^^^^^^^ missing-part');
    training(
      '  schedule: { reduce_on_plateau: { monitor: f1 } }\n                                            ^^ unknown-tag',
    );
    training('  schedule: { reduce_on_plateau: { monitor: loss } }');
    training('  schedule: reduce_on_plateau', moons);
  });
});

describe('training.clip_value, clip_norm and class_weight', () => {
  it('are read', () => {
    const { clipValue, clipNorm, classWeight } = of('clip_value: 0.5, clip_norm: 1, class_weight: { 0: 1, 1: 2.5 }');
    assert.deepEqual([clipValue, clipNorm, classWeight], [0.5, 1, { 0: 1, 1: 2.5 }]);
    assert.equal(of('class_weight: balanced').classWeight, 'balanced');
  });

  it('have their problems marked on the token', () => {
    training('  clip_value: 0\n              ^ out-of-range');
    training('  clip_norm: -1\n             ^^ out-of-range');
    training('  clipnorm: 1\n  ^^^^^^^^ alias-name');
    training('  class_weight: balance\n                ^^^^^^^ unknown-choice');
    training('  class_weight: [1, 2]\n                ^^^^^^ wrong-type');
    training('  class_weight: 2\n                ^ wrong-type');
    training('  class_weight: { 0: -1 }\n                     ^^ out-of-range');
    training('  class_weight: { 0: 0, 1: 0 }\n                ^^^^^^^^^^^^^^ out-of-range');
    training('  class_weight: { yes: 2 }\n                  ^^^ class-weight');
    training('  loss: mean_squared_error\n  class_weight: balanced\n                ^^^^^^^^ class-weight');
  });

  it('name the classes of the data', () => {
    const text = specWith({
      data: 'data: { file: a.csv, target: y }',
      model: 'model: { layers: [{ dense: { units: 3, activation: softmax } }] }',
      training: 'training: { class_weight: { a: 2, d: 1 } }',
    });
    const classes = facts({ targetSize: 3, targetKind: 'classes', classNames: ['a', 'b', 'c'] });
    const [problem, ...more] = problemsOf(text, classes);
    assert.equal(more.length, 0);
    assert.match(problem.message, /“d”.*a, b, c/);
    const labels = facts({ targetSize: 2 });
    const several = specWith({
      data: 'data: { file: a.csv, target: [y, z] }',
      model: 'model: { layers: [{ dense: { units: 2, activation: sigmoid } }] }',
      training: 'training: { class_weight: balanced }',
    });
    assert.deepEqual(
      problemsOf(several, labels).map(({ code }) => code),
      ['class-weight'],
    );
  });

  it('stand in the effective spec with the schedule, and parse back', () => {
    const chapter = 'schedule: { step: { every: 5 } }, clip_value: 1, clip_norm: 2, class_weight: { 1: 3 }';
    const { spec } = sound(specWith({ training: `training: { ${chapter} }` }));
    const text = effectiveSpecText(spec);
    assert.match(text, /schedule: \{ step: \{ every: 5, gamma: 0.1, warmup: 0 \} \}/);
    assert.deepEqual(sound(text).spec.training, { ...spec.training, lossInferred: false });
  });
});

describe('a loss and the outputs it reads', () => {
  const problems = (loss: string, activation: string, units = 1, data = moons) => {
    const text = specWith({
      data,
      model: `model: { layers: [{ dense: { units: 4, activation: tanh } }, { dense: { units: ${units}, activation: ${activation} } }] }`,
      training: `training: { loss: ${loss} }`,
    });
    return problemsOf(text).map(({ code, severity }) => `${severity} ${code}`);
  };
  const iris = 'data: { source: iris, scale: standard }';

  it('cause no remark where they suit each other', () => {
    for (const [loss, activation, units, data] of [
      ['mean_absolute_error', 'linear', 1, moons],
      ['huber', 'linear', 1, moons],
      ['log_cosh', 'linear', 1, moons],
      ['negative_log_likelihood', 'log_softmax', 3, iris],
      ['categorical_hinge', 'linear', 3, iris],
      ['kl_divergence', 'softmax', 3, iris],
      ['categorical_crossentropy', 'softmin', 3, iris],
      ['kl_divergence', 'softmin', 3, iris],
      ['focal', 'softmax', 3, iris],
      ['focal', 'sigmoid', 1, moons],
      ['hinge', 'linear', 1, moons],
      ['squared_hinge', 'tanh', 1, moons],
      ['poisson', 'exponential', 1, moons],
      ['poisson', 'softplus', 1, moons],
      ['gaussian_nll', 'linear', 2, moons],
    ] as const) {
      assert.deepEqual(problems(loss, activation, units, data), [], `${loss} after ${activation}`);
    }
  });

  it('cause an error or a warning where they do not suit each other', () => {
    for (const [loss, activation, units, data, expected] of [
      ['negative_log_likelihood', 'linear', 3, iris, 'error linear-output'],
      ['negative_log_likelihood', 'softmax', 3, iris, 'error loss-activation'],
      ['kl_divergence', 'log_softmax', 3, iris, 'error loss-activation'],
      ['kl_divergence', 'sparsemax', 3, iris, 'warning loss-activation'],
      ['focal', 'linear', 1, moons, 'error linear-output'],
      ['poisson', 'linear', 1, moons, 'error linear-output'],
      ['poisson', 'tanh', 1, moons, 'error loss-activation'],
      ['poisson', 'relu', 1, moons, 'warning loss-activation'],
      ['hinge', 'sigmoid', 1, moons, 'warning loss-activation'],
      ['gaussian_nll', 'linear', 1, moons, 'error output-size'],
      ['gaussian_nll', 'relu', 2, moons, 'warning loss-activation'],
      ['cosine_similarity', 'linear', 1, moons, 'error loss-target'],
    ] as const) {
      assert.deepEqual(problems(loss, activation, units, data), [expected], `${loss} after ${activation}`);
    }
  });

  it('are matched by a quick fix', () => {
    const text = (activation: string) =>
      specWith({
        data: moons,
        model: `model: { layers: [{ dense: { units: 1, activation: ${activation} } }] }`,
        training: 'training: { loss: poisson }',
      });
    assert.equal(fixed(text('linear'), 'linear-output'), text('exponential'));
  });

  it('top_k_accuracy needs classes; other metrics of classes warn where values are measured', () => {
    const data = 'data: { file: a.csv, target: y }';
    const model = 'model: { layers: [{ dense: 1 }] }';
    const columns = [{ name: 'y', type: 'number', missing: 0, minimum: -3, maximum: 8 }] as const;
    const numbers = facts({ targetKind: 'numbers', columns });
    const codes = (metrics: string) =>
      problemsOf(specWith({ data, model, training: `training: { metrics: [${metrics}] }` }), numbers).map(
        ({ code, severity }) => `${severity} ${code}`,
      );
    assert.deepEqual(codes('top_k_accuracy'), ['error metric-target']);
    assert.deepEqual(codes('f1, auc, r2, root_mean_squared_error'), ['warning metric-target', 'warning metric-target']);
  });
});
