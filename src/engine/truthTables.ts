/** Trains one unit on each of the sixteen truth tables of two inputs: which of them can it learn? */
import { defaultsOf, find } from '../spec/catalogue';
import { outputLayer } from '../spec/layers/linearModel';
import type { TruthTable } from '../spec/measurements';
import { planNetwork } from '../spec/planNetwork';
import type { Spec, Thing } from '../spec/spec';
import { referenceBackend } from './referenceBackend';
import { Trainer } from './trainer';

const inputs = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;
/** Enough for each table that a line separates. */
const epochs = 500;

/** In the order of their outputs as binary numbers: 0000, 0001, … 1111. */
export function learnTruthTables(): readonly TruthTable[] {
  return Array.from({ length: 16 }, (_, table) => learn(inputs.map((_pair, row) => (table >> (3 - row)) & 1)));
}

function learn(outputs: readonly number[]): TruthTable {
  const spec = oneUnit();
  const { plan } = planNetwork(spec, { inputShape: [2], targetSize: 1, targetKind: 'binary' });
  if (!plan) {
    throw new Error('One unit on two inputs cannot be planned: check its spec.');
  }
  const trainer = new Trainer({
    plan: { network: plan, training: spec.training, seed: spec.seed },
    data: {
      inputs: Float32Array.from(inputs.flat()),
      targets: Float32Array.from(outputs),
      samples: inputs.length,
      targetSize: 1,
    },
    parts: { train: Int32Array.of(0, 1, 2, 3), validation: new Int32Array(), test: new Int32Array() },
    backend: referenceBackend,
  });
  while (!trainer.ended) {
    trainer.trainEpoch();
  }
  const [[w1, w2], [b]] = plan.layers[0].tensors.map(({ name }) => trainer.read(name).values);
  // The output is above 0.5 where the weighted sum is above 0.
  const answers = inputs.map(([x1, x2]) => Number(w1 * x1 + w2 * x2 + b > 0));
  return { outputs, answers, weights: [w1, w2], bias: b, loss: trainer.history.valuesOf('loss', epochs)[epochs - 1] };
}

function oneUnit(): Spec {
  return {
    name: 'unit',
    seed: 1,
    data: {
      origin: { kind: 'rows', columns: ['x1', 'x2', 'y'], rows: [] },
      types: {},
      split: { train: 1, validation: 0, test: 0 },
      stratify: false,
      scale: 'none',
      missing: 'error',
    },
    layers: [outputLayer(1, thing('activation', 'sigmoid'))],
    training: {
      loss: thing('loss', 'binary_crossentropy'),
      lossInferred: false,
      optimizer: thing('optimizer', 'sgd', { learning_rate: 1 }),
      batchSize: 4,
      epochs,
      shuffle: false,
      metrics: [],
    },
    expect: [],
  };
}

function thing(
  kind: 'layer' | 'activation' | 'loss' | 'optimizer',
  name: string,
  own: Thing['parameters'] = {},
): Thing {
  const entry = find(kind, name);
  if (!entry) {
    throw new Error(`The catalogue has no ${kind} ${name}.`);
  }
  return { name, parameters: { ...defaultsOf(entry), ...own } };
}
