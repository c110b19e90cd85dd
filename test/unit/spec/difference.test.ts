import assert from 'node:assert/strict';
import { parseSpec } from '../../../src/language';
import { differenceOf, differingSettings } from '../../../src/spec/difference';

const specOf = (layers: string, { seed = 1, optimizer = 'sgd: 0.5' } = {}) =>
  parseSpec(
    `name: XOR ${seed}
seed: ${seed}
data: { source: xor }
model: { layers: [${layers}] }
training: { loss: binary_crossentropy, optimizer: { ${optimizer} }, epochs: 10 }
`,
    { fileName: '' },
  ).spec;
const two = (units: number, activation = 'tanh') =>
  `dense: { units: ${units}, activation: ${activation} }, dense: { units: 1, activation: sigmoid }`;
const tableOf = (...specs: Parameters<typeof differingSettings>[0]) =>
  Object.fromEntries(differingSettings(specs).map(({ label, values }) => [label, values]));

describe('the settings that differ between specs', () => {
  it('have a value for each spec, and the shortest name that tells them apart', () => {
    assert.deepEqual(tableOf(specOf(two(4)), specOf(two(8, 'relu')), specOf(two(4), { seed: 7 })), {
      seed: [1, 1, 7],
      units: [4, 8, 4],
      activation: ['tanh', 'relu', 'tanh'],
    });
    const [{ where }] = differingSettings([specOf(two(4)), specOf(two(5))]);
    assert.equal(where, 'model.layers.dense_1.units');
    const three = (first: number, second: number) => specOf(`dense: ${first}, dense: ${second}, dense: 1`);
    assert.deepEqual(Object.keys(tableOf(three(1, 2), three(3, 4))), ['dense_1.units', 'dense_2.units']);
  });

  it('are those of each optimizer where the optimizers differ', () => {
    const found = tableOf(specOf(two(4)), specOf(two(4), { optimizer: 'adam: 0.01' }));
    assert.deepEqual(found.optimizer, ['sgd', 'adam']);
    assert.deepEqual(found.learning_rate, [0.5, 0.01]);
    assert.equal(found.beta_1?.[0], undefined);
  });

  it('are none where a run is older than a switch of its layers', () => {
    const spec = specOf(two(4));
    assert.ok(spec);
    const old = spec.layers.map((layer) => {
      const { trainable: _, ...parameters } = layer.parameters;
      return { ...layer, parameters };
    });
    assert.deepEqual(tableOf(spec, { ...spec, layers: old }), {});
    assert.equal(differenceOf({ ...spec, layers: old }, spec), undefined);
    const frozen = specOf(two(4).replace('units: 4', 'units: 4, trainable: false'));
    assert.deepEqual(tableOf({ ...spec, layers: old }, frozen), { trainable: [true, false] });
  });

  it('are found in networks of different depth', () => {
    const deep = specOf(`${two(4)}, dense: { units: 1 }`);
    const found = tableOf(specOf(two(4)), specOf(two(8)), deep);
    assert.deepEqual(found.units, [4, 8, 4]);
    assert.deepEqual(found.dense_3, [undefined, undefined, 'dense_3']);
  });

  it('are none of a single spec, of equal ones, and of one that cannot be read', () => {
    assert.deepEqual(tableOf(specOf(two(4)), specOf(two(4))), {});
    assert.deepEqual(tableOf(undefined, specOf(two(4))), {});
    assert.deepEqual(tableOf(), {});
    assert.deepEqual(tableOf(specOf(two(4)), undefined, specOf(two(5))).units, [4, undefined, 5]);
  });
});
