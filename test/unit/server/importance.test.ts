import assert from 'node:assert/strict';
import { permutation, purposes } from '../../../src/common/random';
import { type ImportanceRequest, permutationImportance } from '../../../src/server/importance';
import fixture from '../../fixtures/engine/importance.json';
import { dataOf, dense, engines, near, network, plan, range, thing } from '../engine/support';

/** The linear model of the fixture, as a network on its rows. */
function linear(metric: string, { backend, precision } = engines[0]): Omit<ImportanceRequest, 'repeats' | 'order'> {
  const { inputs, targets, weight, bias } = fixture;
  const { length: samples } = inputs;
  const whole = plan(network([3], [dense(1)], 'mean_squared_error'));
  const data = dataOf(
    inputs,
    targets.map((target) => [target]),
  );
  const initial = new Map([
    ['dense_1.weight', Float64Array.from(weight)],
    ['dense_1.bias', Float64Array.of(bias)],
  ]);
  const program = backend.compile(whole, data, { maxBatch: 10, precision, initial });
  const columns = ['a', 'b', 'c'].map((name) => ({ name, width: 1 }));
  return { program, plan: whole, metric: thing(metric), columns, rows: range(samples), maxBatch: 10 };
}

const inOrder = ['a', 'b', 'c'];
const sd = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
};

describe('permutation importance', () => {
  it('is that of scikit-learn for the same permutations, on both backends', () => {
    const orders = fixture.permutations;
    for (const engine of engines) {
      const request = { ...linear('r2', engine), repeats: orders.length };
      const found = permutationImportance({ ...request, order: (_, repeat) => orders[repeat] });
      const columns = found.columns.toSorted((a, b) => inOrder.indexOf(a.column) - inOrder.indexOf(b.column));
      for (const [k, { loss, metric }] of columns.entries()) {
        for (const [spread, wanted] of [
          [loss, fixture.mean_squared_error[k]],
          [metric, fixture.r2[k]],
        ] as const) {
          const mean = wanted.reduce((sum, value) => sum + value) / wanted.length;
          near([spread.mean, spread.sd], [mean, sd(wanted)], engine.values, engine.title, 'scikit-learn');
        }
      }
      assert.deepEqual([found.rows, found.repeats, found.metric, found.metricBetter], [24, 4, 'r2', 'higher']);
    }
  });

  it('of a linear model is on average 2w²·var(x) + 2w·cov(error, x), the largest first', () => {
    const { inputs, targets, weight, bias } = fixture;
    const repeats = 400;
    const found = permutationImportance({
      ...linear('mean_absolute_error'),
      repeats,
      order: (column, repeat) => permutation(5, purposes.permute, repeat * 3 + column, inputs.length),
    });
    assert.equal(found.metricBetter, 'lower');
    const rises = found.columns.map(({ loss }) => loss.mean);
    assert.deepEqual(
      rises,
      rises.toSorted((a, b) => b - a),
    );
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value) / values.length;
    const errors = inputs.map(
      (x, row) => targets[row] - bias - x.reduce((sum, value, k) => sum + weight[k] * value, 0),
    );
    for (const { column, loss } of found.columns) {
      const k = inOrder.indexOf(column);
      const xs = inputs.map((x) => x[k]);
      const product = (a: readonly number[], b: readonly number[]) =>
        mean(a.map((value, i) => value * b[i])) - mean(a) * mean(b);
      const expected = 2 * weight[k] ** 2 * product(xs, xs) + 2 * weight[k] * product(errors, xs);
      const standardError = loss.sd / Math.sqrt(repeats);
      assert.ok(Math.abs(loss.mean - expected) < 4 * standardError, `${column}: ${loss.mean} for ${expected}`);
      assert.ok(standardError < 0.05 * expected);
    }
  });

  it('takes the inputs of one column together, and gives the rows their cells back', () => {
    const request = linear('r2');
    const before = request.program.data.inputs.slice();
    const reverse = range(24).reverse();
    const together = permutationImportance({
      ...request,
      columns: [
        { name: 'all', width: 2 },
        { name: 'c', width: 1 },
      ],
      repeats: 1,
      order: () => reverse,
    });
    assert.deepEqual(request.program.data.inputs, before);
    // The same by hand: both columns of each row come from the row at the other end.
    const { inputs, targets, weight, bias } = fixture;
    const lossOf = (xs: readonly (readonly number[])[]) =>
      xs.reduce((sum, x, row) => sum + (targets[row] - bias - x.reduce((so, v, k) => so + weight[k] * v, 0)) ** 2, 0) /
      xs.length;
    const moved = inputs.map((x, row) => [inputs[23 - row][0], inputs[23 - row][1], x[2]]);
    const [all] = together.columns.filter(({ column }) => column === 'all');
    near([all.loss.mean], [lossOf(moved) - lossOf(inputs)], 1e-9, 'the rise of the loss', 'by hand');
    assert.ok(Number.isNaN(all.loss.sd));
  });

  it('of some rows permutes the cells of these rows alone', () => {
    const request = linear('r2');
    const rows = Int32Array.of(2, 3, 5, 7);
    const others = new Set(request.program.data.inputs);
    const used = permutationImportance({ ...request, rows, repeats: 1, order: () => [0, 1, 2, 3] });
    assert.deepEqual(
      used.columns.map(({ loss }) => loss.mean),
      [0, 0, 0],
    );
    assert.deepEqual(new Set(request.program.data.inputs), others);
    assert.equal(used.rows, 4);
  });
});
