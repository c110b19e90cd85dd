/** The same network with sigmoid, tanh and relu in its hidden layers: how much reaches the first layer? */
import { activation, defaultsOf } from '../spec/catalogue';
import type { DepthReport } from '../spec/measurements';
import type { LayerPlan, NetworkPlan } from '../spec/plan';
import type { Backend } from './backend';
import { forwardAll } from './forwardAll';
import { gradientNorms } from './probes';
import { Trainer } from './trainer';

const compared = ['sigmoid', 'tanh', 'relu'] as const;
const mostSteps = 2000;

/** Three trainings from the initial weights of the spec. The trainer itself is not changed. */
export function compareActivations(
  { plan, data, parts }: Trainer,
  backend: Backend,
  onProgress?: (done: number, total: number) => void,
): DepthReport {
  const hidden = hiddenActivations(plan.network);
  if (hidden.length === 0) {
    return { layers: [], runs: [] };
  }
  // Runs of the same length are compared, and class weights would need the names of the classes.
  const training = { ...plan.training, earlyStopping: undefined, classWeight: undefined };
  const measured = compared.map((name, index) => {
    const network = withActivation(plan.network, hidden, name);
    const trainer = new Trainer({ plan: { ...plan, network, training }, data, parts: onlyTrain(parts), backend });
    const batch = trainer.nextRows();
    const [norms, lossBefore] = [gradientNorms(trainer.scratch(), batch), lossOf(trainer, batch)];
    let steps = 0;
    while (!trainer.ended && steps < mostSteps) {
      steps += trainer.trainBatch().steps;
    }
    onProgress?.(index + 1, compared.length);
    const after = gradientNorms(trainer.scratch(), batch).map(({ gradientNorm }) => gradientNorm);
    const before = norms.map(({ gradientNorm }) => gradientNorm);
    const run = { activation: name, steps, before, after, lossBefore, lossAfter: lossOf(trainer, batch) };
    return { layers: norms.map(({ layer }) => network.layers[layer].name), run };
  });
  return { layers: measured[0].layers, runs: measured.map(({ run }) => run) };
}

/** The layers before the last one with weights whose activation bends each number on its own. */
function hiddenActivations({ layers }: NetworkPlan): readonly LayerPlan[] {
  const last = layers.findLastIndex(({ tensors }) =>
    tensors.some(({ role }) => role === 'weight' || role === 'filters'),
  );
  return layers.slice(0, Math.max(0, last)).filter(({ activation: thing }) => {
    return thing && thing.name !== 'linear' && activation(thing.name)?.shape === 'elementwise';
  });
}

function withActivation(network: NetworkPlan, hidden: readonly LayerPlan[], name: string): NetworkPlan {
  const entry = activation(name);
  const parameters = entry ? defaultsOf(entry) : {};
  const layers = network.layers.map((layer) =>
    hidden.includes(layer)
      ? { ...layer, activation: { name, parameters }, tensors: layer.tensors.filter(({ role }) => role !== 'slope') }
      : layer,
  );
  return { ...network, layers };
}

function onlyTrain({ train }: Trainer['parts']): Trainer['parts'] {
  return { train, validation: new Int32Array(), test: new Int32Array() };
}

function lossOf(trainer: Trainer, batch: Int32Array): number {
  const program = trainer.scratch();
  forwardAll(program, batch, 0, batch.length);
  return program.loss();
}
