import assert from 'node:assert/strict';
import { referenceBackend } from '../../../src/engine';
import { catalogue, defaultsOf } from '../../../src/spec/catalogue';
import { curvature, landscapeRate, minimum, pathOf, start } from '../../../src/spec/catalogue/landscape';
import type { ParameterValues } from '../../../src/spec/catalogue/types';
import { dataOf, dense, network, plan, range, thing } from './support';

/** Two samples whose mean of ½(w·x − t)² is the landscape. */
const [along, across] = [Math.sqrt(2 * curvature.x), Math.sqrt(2 * curvature.y)];
const data = dataOf(
  [
    [along, 0],
    [0, across],
  ],
  [[along * minimum.x], [across * minimum.y]],
);

/** Parameters that, unlike the defaults, change the optimizer's rule. */
const variants: Readonly<Record<string, readonly ParameterValues[]>> = {
  sgd: [{ momentum: 0.9 }, { momentum: 0.9, nesterov: true }, { momentum: 0.5, dampening: 0.3, weight_decay: 0.1 }],
  adam: [{ amsgrad: true, weight_decay: 0.1 }],
  adamw: [{ weight_decay: 0.1 }],
  rmsprop: [{ centered: true, momentum: 0.5 }],
  adagrad: [{ initial_accumulator_value: 0.1 }],
  lion: [{ weight_decay: 0.1 }],
};

/** At the minimum the sign of a gradient depends on rounding alone. */
const trembling = 0.01;

describe('the paths of optimizers on a landscape', () => {
  const optimizers = catalogue.filter(({ kind }) => kind === 'optimizer');

  it('are those of a network that the engine trains in float64, within 1e-12', () => {
    for (const entry of optimizers) {
      for (const variant of [{}, ...(variants[entry.name] ?? [])]) {
        const values: ParameterValues = { ...defaultsOf(entry), ...variant };
        const parameters = { ...values, learning_rate: landscapeRate(entry.name, values) };
        const path = pathOf({ name: entry.name, parameters });
        const net = network([2], [{ ...dense(1), useBias: false }], 'half_mean_squared_error');
        const optimizer = thing(entry.name, parameters);
        const program = referenceBackend.compile(plan(net, { optimizer, batchSize: 2 }), data, {
          maxBatch: 2,
          precision: 'float64',
        });
        program.write('dense_1.weight', [start.x, start.y]);
        for (let step = 1; step <= path.steps; step++) {
          program.trainStep(range(2), 0, 2);
          const [x, y] = program.read('dense_1.weight').values;
          const [px, py] = path.points.slice(2 * step, 2 * step + 2);
          const gap = Math.max(Math.abs(x - px), Math.abs(y - py));
          assert.ok(gap <= 1e-12, `${entry.name} ${JSON.stringify(variant)}, step ${step}: ${gap}`);
          if (Math.abs(px - minimum.x) < trembling || Math.abs(py - minimum.y) < trembling) {
            break;
          }
        }
      }
    }
  });

  it('arrive at the minimum with the rates that are chosen for them', () => {
    for (const { name, parameters } of optimizers) {
      const values = Object.fromEntries(parameters.map((each) => [each.name, each.default ?? null]));
      const { distance, diverged } = pathOf({
        name,
        parameters: { ...values, learning_rate: landscapeRate(name, values) },
      });
      assert.ok(!diverged && distance < 0.1, `${name}: ${distance}`);
    }
  });
});
