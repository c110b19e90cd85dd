/**
 * brain.js, its stable and its next version: one update for each sample, squared error. Uses the common
 * initial weights; with its own the spiral takes far longer.
 */
import { measureHere } from '../protocol.mjs';
import { predictEach, rowsOf } from './rows.mjs';

/**
 * The largest rates at which it learns steadily. They are smaller than the workload's because it updates
 * after every sample.
 */
const rates = { xor: 0.5, spiral: 0.03, iris: 0.01, mnist: 0.002, wide: 0.0005 };

await measureHere(async ({ workload, inputs, targets, tensors, inputSize, outputs }, { variant }) => {
  const { default: brain } = variant === '1' ? await import('brain1') : await import('brain2');
  const { name, layers } = workload;
  return (rows) => {
    const samples = rowsOf(inputs, inputSize, rows);
    const wanted = rowsOf(targets, outputs, rows);
    const data = samples.map((input, i) => ({ input, output: wanted[i] }));
    const network = new brain.NeuralNetwork({
      hiddenLayers: layers.slice(0, -1).map(({ units }) => units),
      // All layers have the same activation: leaky relu, since an output with plain relu can stay at 0.
      activation: { xor: 'sigmoid', spiral: 'tanh' }[name] ?? 'leaky-relu',
    });
    const train = (iterations) =>
      network.train(data, {
        iterations,
        errorThresh: 1e-12,
        errorCheckInterval: 1e9,
        learningRate: rates[name],
        momentum: 0.1,
        log: false,
      });
    // The first call of train creates the layers.
    train(1);
    takeWeights(network, tensors);
    return { train, predict: () => predictEach(samples, (sample) => network.run(sample)) };
  };
});

function takeWeights(network, tensors) {
  for (let layer = 1; 2 * layer <= tensors.length; layer++) {
    const [weight, bias] = tensors.slice(2 * layer - 2);
    const inputs = weight.shape[1];
    network.biases[layer].forEach((_, unit) => {
      network.biases[layer][unit] = bias.values[unit];
      for (let i = 0; i < inputs; i++) {
        network.weights[layer][unit][i] = weight.values[unit * inputs + i];
      }
    });
  }
}
