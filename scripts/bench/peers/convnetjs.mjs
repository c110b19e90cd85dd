/**
 * ConvNetJS: one sample at a time, an update for each batch; two softmax outputs replace a sigmoid. Uses the
 * common initial weights.
 */
import convnet from 'convnetjs';
import { measureHere } from '../protocol.mjs';
import { classOf, predictEach, rowsOf } from './rows.mjs';

await measureHere(async ({ workload, inputs, targets, tensors, inputSize, outputs }) => {
  const { loss, batch, optimizer, inputShape } = workload;
  const [depth, height, width] = inputShape.length === 3 ? inputShape : [inputSize, 1, 1];
  return (rows) => {
    const network = new convnet.Net();
    network.makeLayers([{ type: 'input', out_sx: width, out_sy: height, out_depth: depth }, ...definitions(workload)]);
    if (loss !== 'bce') {
      takeWeights(network, tensors);
    }
    // The release on npm has no Adam. Momentum is an advantage: its steps are less work.
    const { rate, momentum = 0 } = optimizer.name === 'adam' ? { rate: 0.02, momentum: 0.9 } : optimizer;
    const trainer = new convnet.Trainer(network, {
      method: 'sgd',
      learning_rate: rate,
      momentum,
      batch_size: batch,
      l2_decay: 0,
    });
    const samples = rowsOf(inputs, inputSize, rows).map((row) => {
      const volume = new convnet.Vol(width, height, depth, 0);
      for (let i = 0; i < row.length; i++) {
        volume.w[i] = row[i];
      }
      return volume;
    });
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
          const { w } = network.forward(sample);
          return loss === 'bce' ? [w[1]] : w;
        }),
    };
  };
});

function definitions({ layers, loss }) {
  const list = layers.slice(0, -1).map((layer) => {
    switch (layer.type) {
      case 'dense':
        return { type: 'fc', num_neurons: layer.units, activation: layer.activation };
      case 'conv':
        return {
          type: 'conv',
          sx: layer.kernel,
          filters: layer.filters,
          stride: 1,
          pad: 0,
          activation: layer.activation,
        };
      case 'pool':
        return { type: 'pool', sx: layer.size, stride: layer.size };
      default:
        throw new Error(`No layer is called ${layer.type}.`);
    }
  });
  const { units } = layers.at(-1);
  // Its regression layer allows no tanh, so the spiral's last layer is linear.
  list.push(
    loss === 'mse' ? { type: 'regression', num_neurons: units } : { type: 'softmax', num_classes: Math.max(2, units) },
  );
  return list;
}

/**
 * Its filters have the channels last. A dense layer after a convolution gets the same weights in another
 * order, which are equally good initial weights.
 */
function takeWeights(network, tensors) {
  const learned = network.layers.filter(({ filters }) => filters);
  learned.forEach(({ filters, biases }, i) => {
    const [weight, bias] = tensors.slice(2 * i);
    const size = filters[0].w.length;
    const { sx, sy, depth } = filters[0];
    filters.forEach((filter, f) => {
      for (let d = 0; d < depth; d++) {
        for (let place = 0; place < sx * sy; place++) {
          filter.w[place * depth + d] = weight.values[f * size + d * sx * sy + place];
        }
      }
      biases.w[f] = bias.values[f];
    });
  });
}
