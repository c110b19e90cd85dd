import assert from 'node:assert/strict';
import {
  collapse,
  compareActivations,
  learnTruthTables,
  referenceBackend,
  Trainer,
  wasmBackend,
} from '../../../src/engine';
import { parseSpec } from '../../../src/language';
import { planNetwork } from '../../../src/spec/planNetwork';
import { dataOf, range, trainOnly } from './support';

const inputs = [...range(8)].map((s) => [...range(3)].map((i) => Math.sin(3 * s + 5 * i)));
const data = dataOf(
  inputs,
  inputs.map(([a, b]) => [Number(a * b > 0)]),
);

function trainerOf(layers: string, backend = wasmBackend): Trainer {
  const text = `data: { source: moons }\nmodel: { layers: [${layers}] }\ntraining: { epochs: 30, batch_size: 4, optimizer: { sgd: 0.1 } }`;
  const { spec, problems } = parseSpec(text, { fileName: 'a' });
  assert.ok(spec, JSON.stringify(problems));
  const { plan, issues } = planNetwork(spec, { inputShape: [3], targetSize: 1, targetKind: 'binary' });
  assert.ok(plan, JSON.stringify(issues));
  const { training } = spec;
  return new Trainer({ plan: { network: plan, training, seed: 4 }, data, parts: trainOnly(data.samples), backend });
}

const output = 'dense: { units: 1, activation: sigmoid }';

describe('A stack of linear layers', () => {
  for (const backend of [referenceBackend, wasmBackend]) {
    it(`is one matrix, with the same outputs on every sample (${backend.name})`, () => {
      const trainer = trainerOf(
        `flatten, dense: 5, dropout: 0.2, dense: { units: 4, use_bias: false }, ${output}`,
        backend,
      );
      trainer.trainEpoch();
      const report = collapse(trainer);
      assert.ok('whole' in report);
      assert.deepEqual(
        report.layers.map(({ name }) => name),
        ['dense_1', 'dense_2', 'dense_3'],
      );
      assert.deepEqual([report.whole.units, report.whole.inputs, report.samples.length], [1, 3, 6]);
      for (const { network, collapsed } of report.samples) {
        assert.ok(Math.abs(network[0] - collapsed[0]) < 1e-6, `${network[0]}, ${collapsed[0]}`);
        assert.notEqual(network[0], 0);
      }
    });
  }

  it('is none where a layer bends, which is then named', () => {
    for (const [layers, obstacle] of [
      [`dense: { units: 5, activation: relu, name: bent }, ${output}`, 'bent'],
      [`dense: 5, activation: tanh, ${output}`, 'activation_1'],
      [`dense: 5, layer_normalization, ${output}`, 'layer_normalization_1'],
      [`residual: [dense: 3], ${output}`, 'residual_1'],
    ]) {
      assert.deepEqual(collapse(trainerOf(layers)), { obstacle });
    }
    assert.ok('whole' in collapse(trainerOf('dense: 5, dense: 1, activation: sigmoid')));
  });
});

describe('One unit', () => {
  it('learns fourteen of the sixteen truth tables, all but XOR and XNOR, in well under two seconds', () => {
    const begin = performance.now();
    const tables = learnTruthTables();
    assert.ok(performance.now() - begin < 2000);
    const failed = tables.filter(({ outputs, answers }) => outputs.join() !== answers.join());
    assert.deepEqual(
      tables.map(({ outputs }) => outputs.join('')),
      [...range(16)].map((table) => table.toString(2).padStart(4, '0')),
    );
    assert.deepEqual(
      failed.map(({ outputs }) => outputs.join('')),
      ['0110', '1001'],
    );
    assert.ok(failed.every(({ loss }) => loss > 0.69) && tables.filter(({ loss }) => loss < 0.2).length === 14);
  });
});

describe('The comparison of activations', () => {
  it('differs in the hidden layers alone, and leaves the run as it is', () => {
    const layers = `dense: { units: 4, activation: prelu }, dense: 4, activation: elu, ${output}`;
    const trainer = trainerOf(layers);
    const before = trainer.read('dense_1.weight').values;
    const { layers: names, runs } = compareActivations(trainer, wasmBackend);
    assert.deepEqual(names, ['dense_1', 'dense_2', 'dense_3']);
    assert.deepEqual(
      runs.map(({ activation, steps }) => [activation, steps]),
      [
        ['sigmoid', 60],
        ['tanh', 60],
        ['relu', 60],
      ],
    );
    for (const { before: norms, after } of runs) {
      assert.ok(norms.length === 3 && [...norms, ...after].every((norm) => norm > 0));
    }
    const arrives = runs.map(({ before: norms }) => norms[0] / norms[2]);
    assert.ok(arrives[0] < arrives[1], 'less comes through sigmoid than through tanh');
    assert.deepEqual(trainer.read('dense_1.weight').values, before);
    // The same network written with tanh starts and ends with the same loss.
    const tanh = trainerOf(layers.replace('prelu', 'tanh').replace('elu', 'tanh'));
    assert.deepEqual(compareActivations(tanh, wasmBackend).runs, runs);
  });

  it('is empty without a hidden activation', () => {
    assert.deepEqual(compareActivations(trainerOf(`dense: 4, ${output}`), wasmBackend), { layers: [], runs: [] });
  });
});
