/**
 * synaptic: one update for each sample, squared error. Uses the common initial weights; with its own small
 * ones XOR takes far longer.
 */
import synaptic from 'synaptic';
import { measureHere } from '../protocol.mjs';
import { predictEach, rowsOf } from './rows.mjs';

const { Architect, Neuron, Trainer } = synaptic;
const squashes = { tanh: Neuron.squash.TANH, relu: Neuron.squash.RELU };

await measureHere(async ({ workload, inputs, targets, tensors, inputSize, outputs }) => {
  const { name, layers, optimizer } = workload;
  return (rows) => {
    const samples = rowsOf(inputs, inputSize, rows);
    const wanted = rowsOf(targets, outputs, rows);
    const network = new Architect.Perceptron(inputSize, ...layers.map(({ units }) => units));
    [...network.layers.hidden, network.layers.output].forEach((layer, i) => {
      takeWeights(layer, tensors.slice(2 * i));
      const squash = squashes[layers[i].activation];
      if (squash) {
        layer.set({ squash });
      }
    });
    const data = samples.map((input, i) => ({ input, output: wanted[i] }));
    const trainer = new Trainer(network);
    const rate = name === 'iris' ? 0.05 : optimizer.rate;
    return {
      train: (iterations) =>
        trainer.train(data, { rate, iterations, error: -1, shuffle: false, cost: Trainer.cost.MSE }),
      predict: () => predictEach(samples, (sample) => network.activate(sample)),
    };
  };
});

/** A neuron's incoming connections are in the order of the layer before. */
function takeWeights(layer, [weight, bias]) {
  layer.list.forEach((neuron, unit) => {
    const incoming = Object.values(neuron.connections.inputs);
    neuron.bias = bias.values[unit];
    incoming.forEach((connection, i) => {
      connection.weight = weight.values[unit * incoming.length + i];
    });
  });
}
