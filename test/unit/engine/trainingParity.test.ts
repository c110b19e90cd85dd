import assert from 'node:assert/strict';
import { Trainer } from '../../../src/engine';
import { Plateau } from '../../../src/engine/plateau';
import { catalogue } from '../../../src/spec/catalogue';
import type { Kind } from '../../../src/spec/catalogue/types';
import { makeSchedule } from '../../../src/spec/schedules';
import type { Thing } from '../../../src/spec/spec';
import frozenCases from '../../fixtures/engine/frozen.json';
import lossCases from '../../fixtures/engine/losses.json';
import optimizerCases from '../../fixtures/engine/optimizers.json';
import scheduleCases from '../../fixtures/engine/schedules.json';
import { complete, dataOf, engines, type LayerSketch, near, network, plan, range, trainOnly } from './support';

interface ParityCase {
  readonly name: string;
  readonly inputShape: readonly number[];
  readonly layers: readonly LayerSketch[];
  readonly loss: Thing;
  readonly inputs: readonly (readonly number[])[];
  readonly targets: readonly (readonly number[])[];
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly outputs: readonly number[];
  readonly lossValue: number;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
  readonly optimizer: Thing;
  readonly schedule?: Thing;
  readonly clipValue?: number;
  readonly clipNorm?: number;
  /** One weight for each class. */
  readonly classWeight?: readonly number[];
  readonly curve: readonly number[];
  readonly finalWeights: Readonly<Record<string, readonly number[]>>;
}

interface ScheduleCase {
  readonly schedule: Thing;
  readonly learningRate: number;
  readonly steps: number;
  readonly rates: readonly number[];
  readonly momenta?: readonly number[];
  /** Values of the monitored tag, one for each epoch. */
  readonly values?: readonly number[];
}

const losses = lossCases as unknown as readonly ParityCase[];
const optimizers = optimizerCases as unknown as readonly ParityCase[];
const frozen = frozenCases as unknown as readonly ParityCase[];
const schedules = scheduleCases as unknown as readonly ScheduleCase[];

function trainerOf(parity: ParityCase, engine: (typeof engines)[number]): Trainer {
  const { clipValue, clipNorm, optimizer, schedule } = parity;
  const weighed = parity.classWeight && Object.fromEntries(parity.classWeight.map((weight, k) => [String(k), weight]));
  const samples = parity.inputs.length;
  return new Trainer({
    plan: plan(network(parity.inputShape, parity.layers, parity.loss), {
      optimizer,
      schedule,
      clipValue,
      clipNorm,
      classWeight: weighed,
      epochs: parity.curve.length,
      batchSize: samples,
      shuffle: false,
    }),
    data: dataOf(parity.inputs, parity.targets),
    parts: trainOnly(samples),
    backend: engine.backend,
    precision: engine.precision,
    classNames: parity.classWeight?.map((_, k) => String(k)),
    weights: new Map(Object.entries(parity.weights)),
  });
}

for (const engine of engines) {
  const { values, curve, title } = engine;
  describe(`PyTorch's losses, optimizers, schedules and clipping in the engine ${title}`, () => {
    it(`outputs, loss and gradients agree within ${values}`, () => {
      for (const parity of [...losses, ...optimizers, ...frozen]) {
        const program = trainerOf(parity, engine).scratch();
        const count = parity.inputs.length;
        const layers = program.plan.network.layers.length;
        program.begin(range(count), 0, count, 'training');
        for (let layer = 0; layer < layers; layer++) {
          program.forward(layer);
        }
        const loss = program.loss();
        near(program.outputs().subarray(0, parity.outputs.length), parity.outputs, values, `${parity.name}: outputs`);
        near([loss], [parity.lossValue], values, `${parity.name}: loss`);
        for (let layer = layers - 1; layer >= 0; layer--) {
          program.backward(layer);
        }
        for (const [name, gradient] of Object.entries(parity.gradients)) {
          near(program.read(`${name}.gradient`).values, gradient, values, `${parity.name}: ${name}.gradient`);
        }
      }
    });

    it(`losses of 20 steps and the weights after them agree within ${curve}`, () => {
      for (const parity of [...losses, ...optimizers, ...frozen]) {
        const trainer = trainerOf(parity, engine);
        const found = parity.curve.map(() => {
          trainer.trainBatch();
          return trainer.batchLoss;
        });
        near(found, parity.curve, curve, `${parity.name}: losses`);
        for (const [name, final] of Object.entries(parity.finalWeights)) {
          near(trainer.read(name).values, final, curve, `${parity.name}: ${name}`);
        }
      }
    });
  });
}

describe("PyTorch's schedules", () => {
  it('give the same learning rates and momenta within 1e-12 of the largest', () => {
    for (const { schedule, learningRate, steps, rates, momenta, values } of schedules) {
      if (values) {
        continue;
      }
      const made = makeSchedule(complete('schedule', schedule), { learningRate, steps });
      const name = JSON.stringify(schedule);
      const largest = Math.max(...rates);
      rates.forEach((rate, k) => {
        assert.ok(Math.abs(made.rate(k) - rate) <= 1e-12 * largest, `${name}: step ${k}: ${made.rate(k)}, not ${rate}`);
      });
      momenta?.forEach((momentum, k) => {
        assert.ok(Math.abs((made.momentum?.(k) ?? Number.NaN) - momentum) <= 1e-12, `${name}: momentum of step ${k}`);
      });
    }
  });

  it('lower the rate at the same epochs when a value stops improving', () => {
    for (const { schedule, learningRate, rates, values } of schedules) {
      if (!values) {
        continue;
      }
      const plateau = new Plateau(complete('schedule', schedule), learningRate);
      const found = values.map((value) => {
        plateau.observe(value);
        return learningRate * plateau.factor;
      });
      found.forEach((rate, epoch) => {
        assert.ok(Math.abs(rate - rates[epoch]) <= 1e-12 * learningRate, `${JSON.stringify(schedule)}: epoch ${epoch}`);
      });
    }
  });
});

describe('parity coverage', () => {
  const named = (kind: Kind): readonly string[] => {
    switch (kind) {
      case 'loss':
        return losses.map(({ loss }) => loss.name);
      case 'optimizer':
        return optimizers.map(({ optimizer }) => optimizer.name);
      case 'schedule':
        return schedules.map(({ schedule }) => schedule.name);
      default:
        return [];
    }
  };

  it('each way of clipping has a case, alone and together, and so have class weights', () => {
    const ways = losses.map(({ clipValue, clipNorm, classWeight }) =>
      Object.entries({ clipValue, clipNorm, classWeight }).flatMap(([name, value]) =>
        value === undefined ? [] : [name],
      ),
    );
    for (const wanted of [['clipValue'], ['clipNorm'], ['clipValue', 'clipNorm'], ['classWeight']]) {
      assert.ok(
        ways.some((way) => way.join() === wanted.join()),
        wanted.join(' and '),
      );
    }
  });

  for (const kind of ['loss', 'optimizer', 'schedule'] as const) {
    it(`every ${kind} of the catalogue has a case`, () => {
      const missing = catalogue.filter((entry) => entry.kind === kind && !named(kind).includes(entry.name));
      assert.deepEqual(
        missing.map(({ name }) => name),
        [],
      );
    });

    it(`every parameter of a ${kind} differs from its default in some case`, () => {
      const uses = [...losses, ...optimizers, ...frozen].flatMap(({ loss, optimizer, schedule }) => [
        loss,
        optimizer,
        schedule,
      ]);
      const things = [...uses, ...schedules.map(({ schedule }) => schedule)];
      const reasons: Readonly<Record<string, string>> = {
        'polynomial.end': 'PyTorch 1.13 ends at 0; tested against the formula',
        'reduce_on_plateau.monitor': 'the cases give its values',
      };
      for (const entry of catalogue.filter((each) => each.kind === kind)) {
        for (const parameter of entry.parameters) {
          const where = `${entry.name}.${parameter.name}`;
          // Warm-up is a factor of our own on every schedule, tested against its formula.
          if (parameter.name === 'warmup' || Object.hasOwn(reasons, where)) {
            continue;
          }
          const set = things.some((thing) => {
            const value = thing?.name === entry.name ? thing.parameters[parameter.name] : undefined;
            return value !== undefined && value !== parameter.default;
          });
          assert.ok(set, where);
        }
      }
    });
  }
});
