/**
 * toygrad: one sample at a time, an update for each batch; two softmax outputs replace a sigmoid. Uses its
 * own initial weights.
 */
import { NeuralNetwork, Tensor, Trainers } from 'toygrad';
import { randomFrom } from '../data.mjs';
import { measureHere } from '../protocol.mjs';
import { classOf, predictEach, rowsOf, seedRandom } from './rows.mjs';

await measureHere(async ({ workload, inputs, targets, inputSize, outputs }) => {
  const { loss, batch, optimizer, inputShape } = workload;
  const [depth, height, width] = inputShape.length === 3 ? inputShape : [inputSize, 1, 1];
  return (rows) => {
    seedRandom(randomFrom(7));
    const layers = [{ type: 'input', sx: width, sy: height, sz: depth }, ...definitions(workload)];
    const network = new NeuralNetwork({ layers });
    const options = { batchSize: batch, learningRate: optimizer.rate, momentum: optimizer.momentum ?? 0 };
    const trainer =
      optimizer.name === 'adam' ? new Trainers.Adam(network, options) : new Trainers.SGD(network, options);
    const samples = rowsOf(inputs, inputSize, rows).map(
      (row) => new Tensor(width, height, depth, Float32Array.from(row)),
    );
    const wanted = rowsOf(targets, outputs, rows).map((row) => {
      if (loss === 'mse') {
        return row;
      }
      return loss === 'bce' ? row[0] : classOf(row);
    });
    return {
      train(epochs) {
        for (let epoch = 0; epoch < epochs; epoch++) {
          for (let row = 0; row < rows; row++) {
            trainer.train(samples[row], wanted[row]);
          }
        }
      },
      predict: () =>
        predictEach(samples, (sample) => {
          const { w } = network.forward(sample, false);
          return loss === 'bce' ? [w[1]] : w;
        }),
    };
  };
});

function definitions({ layers, loss }) {
  const list = [];
  for (const { type, units, filters, kernel, size, activation } of layers) {
    if (type === 'pool') {
      list.push({ type, sx: size, stride: size });
    } else if (type === 'conv') {
      list.push({ type, filters, sx: kernel, stride: 1, pad: 0 });
    } else {
      list.push({ type, filters: loss === 'bce' && activation === 'sigmoid' ? 2 : units });
    }
    if (activation === 'relu' || activation === 'tanh') {
      list.push({ type: activation });
    }
  }
  return [...list, { type: loss === 'mse' ? 'regression' : 'softmax' }];
}
