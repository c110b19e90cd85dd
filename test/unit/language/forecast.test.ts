import assert from 'node:assert/strict';
import { applyFixes, outcomeOf, predictionsOf } from '../../../src/language/index';
import type { Forecast } from '../../../src/spec/measurements';
import { sound, specWith } from './marked';

const layers = (...items: string[]) => `model:\n  layers:\n${items.map((item) => `    - ${item}`).join('\n')}`;
const deep = (activation: string, more = '') =>
  specWith({
    data: 'data: { source: moons }',
    model: layers(
      ...new Array(3).fill(`dense: { units: 8, activation: ${activation}${more} }`),
      'dense: { units: 1, activation: sigmoid }',
    ),
  });
const forecastOf = (of: Partial<Forecast>): Forecast => ({
  samples: 128,
  layers: [],
  loss: 0.7,
  outputSpread: 1,
  ...of,
});
const deltas = (...values: number[]) => values.map((delta, layer) => ({ layer, delta }));
const vanished = forecastOf({ layers: deltas(1e-4, 1e-3, 1e-2, 0.1) });

describe('A prediction', () => {
  it('of a vanishing gradient stands on the first layer, with the share, the mean and the factor of each layer', () => {
    const [{ problem }] = predictionsOf(sound(deep('sigmoid')), vanished);
    assert.equal(problem.code, 'vanishing-gradient');
    assert.equal(problem.severity, 'hint');
    assert.deepEqual(problem.range.start, { line: 3, character: 6 });
    assert.match(
      problem.message,
      /only 0\.1 % arrives .* passes on 10 % .*\(dense_3 0\.1, dense_2 0\.1, dense_1 0\.1\)/,
    );
  });

  it('of a gradient of 0 says so, and no share of a share', () => {
    const [{ problem }] = predictionsOf(sound(deep('tanh')), forecastOf({ layers: deltas(0, 0, 0, 0.1) }));
    assert.equal(problem.code, 'vanishing-gradient');
    assert.match(problem.message, /nothing arrives at this layer\.$/);
  });

  it('of an exploding one says how many times larger the error is, or that the loss overflows', () => {
    const parsed = sound(deep('tanh'));
    const [{ problem }] = predictionsOf(parsed, forecastOf({ layers: deltas(800, 100, 10, 1) }));
    assert.match(problem.message, /Exploding gradient: .* 800 times .* by 9\.3 on average/);
    const [overflow] = predictionsOf(parsed, forecastOf({ layers: deltas(1, 1), loss: Number.NaN }));
    assert.match(overflow.problem.message, /is NaN before any training/);
  });

  it('of an exploding one needs an error: a batch without any says nothing', () => {
    const parsed = sound(deep('relu'));
    assert.deepEqual(predictionsOf(parsed, forecastOf({ layers: deltas(0, 0, 0, 0) })), []);
    assert.deepEqual(predictionsOf(parsed, forecastOf({ layers: deltas(Number.NaN, 1, 1, 1) })), []);
  });

  it('is absent for a usual network', () => {
    const usual = forecastOf({
      layers: [
        { layer: 0, delta: 0.1, saturated: 0.3, units: 8 },
        { layer: 1, delta: 0.1, dead: 0.3, units: 8 },
        { layer: 2, delta: 0.2 },
      ],
      outputSpread: 0.01,
    });
    assert.deepEqual(predictionsOf(sound(deep('tanh')), usual), []);
  });

  it('of dead and saturated units stands on the activation, with the share', () => {
    const parsed = sound(deep('relu'));
    const found = predictionsOf(
      parsed,
      forecastOf({
        layers: [
          { layer: 0, delta: 1, dead: 0.5, units: 8 },
          { layer: 1, delta: 1, saturated: 0.9, units: 8 },
        ],
      }),
    );
    assert.deepEqual(
      found.map(({ problem: { code, range } }) => [code, range.start.line, range.start.character]),
      [
        ['saturated-units', 4, 37],
        ['dead-units', 3, 37],
      ],
    );
    assert.match(found[1].problem.message, /50 % of the 8 units give 0 for each of 128 samples/);
    const single = predictionsOf(parsed, forecastOf({ layers: [{ layer: 0, delta: 1, dead: 1, units: 1 }] }));
    assert.match(single[0].problem.message, /^Dead unit: the one unit gives 0 for each of 128 samples/);
  });

  it('of a constant output is made where nothing else explains it', () => {
    const parsed = sound(deep('tanh'));
    const flat = { outputSpread: 1e-5 };
    assert.deepEqual(
      predictionsOf(parsed, forecastOf({ ...flat, layers: deltas(1, 1) })).map(({ problem }) => problem.code),
      ['constant-output'],
    );
    assert.deepEqual(
      predictionsOf(parsed, { ...vanished, ...flat }).map(({ problem }) => problem.code),
      ['vanishing-gradient'],
    );
  });

  it('offers other activations, other weights and normalisation, each a whole experiment to measure', () => {
    const text = deep('sigmoid');
    const [{ trials }] = predictionsOf(sound(text), vanished);
    assert.deepEqual(
      trials.map(({ fix }) => fix.title),
      [
        'Use the activation tanh in all of these layers',
        'Use the activation relu in all of these layers',
        'Start the weights with glorot_normal',
        'Put batch_normalization before each layer but the first',
      ],
    );
    const normalised = applyFixes(text, [trials[3].fix]);
    assert.deepEqual(
      sound(normalised).spec.layers.map(({ type }) => type),
      ['dense', 'batch_normalization', 'dense', 'batch_normalization', 'dense', 'batch_normalization', 'dense'],
    );
    assert.ok(trials.every(({ spec }) => spec.layers.length >= 4));
  });

  it('names in the fix’s title the figures after it and now, and omits a fix that hardly helps', () => {
    const parsed = sound(deep('sigmoid'));
    const [{ trials }] = predictionsOf(parsed, vanished);
    const before = { spec: parsed.spec, forecast: vanished };
    const better = outcomeOf(trials[0], before, forecastOf({ layers: deltas(0.05, 0.06, 0.08, 0.1) }));
    assert.equal(
      better?.fix.title,
      'Use the activation tanh in all of these layers: 50 % of the error arrives (now 0.1 %)',
    );
    assert.equal(better?.fix.choice, true);
    assert.equal(outcomeOf(trials[0], before, forecastOf({ layers: deltas(1.2e-4, 1e-3, 1e-2, 0.1) })), undefined);
    const overflow = forecastOf({ layers: deltas(1, 1), loss: Number.POSITIVE_INFINITY });
    assert.equal(outcomeOf(trials[0], before, overflow), undefined);
  });

  it('offers no fix after which the loss still overflows', () => {
    const parsed = sound(deep('sigmoid'));
    const overflow = forecastOf({ layers: deltas(1, 1, 1, 1), loss: Number.NaN });
    const [{ trials }] = predictionsOf(parsed, overflow);
    const outcomes = trials.map((trial) => outcomeOf(trial, { spec: parsed.spec, forecast: overflow }, overflow));
    assert.ok(trials.length > 0 && outcomes.every((outcome) => outcome === undefined));
  });

  it('offers to scale the inputs where they are not, and where they are no truth table', () => {
    const saturated = forecastOf({ layers: [{ layer: 0, delta: 1, saturated: 0.9, units: 8 }] });
    const titles = (data: string) => {
      const text = specWith({
        data,
        model: layers('dense: { units: 8, activation: tanh }', 'dense: { units: 1, activation: sigmoid }'),
      });
      return predictionsOf(sound(text), saturated)[0].trials.map(({ fix }) => fix.title);
    };
    assert.ok(titles('data: { source: breast_cancer }').includes('Add “scale: standard”'));
    assert.ok(!titles('data: { source: breast_cancer, scale: minmax }').some((title) => title.includes('scale')));
    assert.ok(!titles('data: { source: xor }').some((title) => title.includes('scale')));
  });
});
