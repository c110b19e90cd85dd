/**
 * The six networks that every library trains on the same numbers.
 *
 * A library builds the network from `layers`. Weights and biases start like PyTorch's: uniform within
 * ±1/√fan_in. After `epochs` epochs the squared error of a sample, summed over the outputs, must be below
 * `lossBar`, whatever loss the library trains on. `bars` are the speeds that this engine should reach,
 * relative to the best of others.
 */

const dense = (units, activation) => ({ type: 'dense', units, activation });
const conv = (filters) => ({ type: 'conv', filters, kernel: 5, activation: 'relu' });
const pool = { type: 'pool', size: 2 };

export const workloads = [
  {
    name: 'xor',
    title: 'XOR 2-4-1, tanh and sigmoid, binary cross-entropy, SGD, batch 4',
    inputShape: [2],
    layers: [dense(4, 'tanh'), dense(1, 'sigmoid')],
    loss: 'bce',
    optimizer: { name: 'sgd', rate: 0.5 },
    batch: 4,
    rows: 4,
    epochs: 5000,
    lossBar: 0.02,
    bars: { js: { wide: 10 }, torch: { wide: 1500 } },
  },
  {
    name: 'spiral',
    title: 'two spirals 2-8-8-1, tanh, mean squared error, SGD, batch 10',
    inputShape: [2],
    layers: [dense(8, 'tanh'), dense(8, 'tanh'), dense(1, 'tanh')],
    loss: 'mse',
    optimizer: { name: 'sgd', rate: 0.1 },
    batch: 10,
    rows: 500,
    epochs: 100,
    lossBar: 0.7,
    bars: { js: { wide: 10 }, torch: { wide: 170 } },
  },
  {
    name: 'iris',
    title: 'iris 4-16-3, relu and softmax, cross-entropy, Adam, batch 16',
    inputShape: [4],
    layers: [dense(16, 'relu'), dense(3, 'softmax')],
    loss: 'ce',
    optimizer: { name: 'adam', rate: 0.01 },
    batch: 16,
    rows: 144,
    epochs: 200,
    lossBar: 0.1,
    bars: { js: { wide: 7 }, torch: { wide: 180 } },
  },
  {
    name: 'mnist',
    title: '784-128-10, relu and softmax, cross-entropy, Adam, batch 64',
    inputShape: [784],
    layers: [dense(128, 'relu'), dense(10, 'softmax')],
    loss: 'ce',
    optimizer: { name: 'adam', rate: 0.001 },
    batch: 64,
    rows: 6400,
    epochs: 3,
    lossBar: 0.1,
    bars: { js: { wide: 7 }, torch: { wide: 1.5, plain: 1.1 } },
  },
  {
    name: 'wide',
    title: '1024-1024-1024-10, relu and softmax, cross-entropy, momentum, batch 128',
    inputShape: [1024],
    layers: [dense(1024, 'relu'), dense(1024, 'relu'), dense(10, 'softmax')],
    loss: 'ce',
    optimizer: { name: 'momentum', rate: 0.02, momentum: 0.9 },
    batch: 128,
    rows: 2560,
    epochs: 2,
    lossBar: 0.1,
    bars: { js: { wide: 6 }, torch: { wide: 0.9, plain: 0.45 } },
  },
  {
    name: 'lenet',
    title: 'LeNet on 28×28: conv 6, pool, conv 16, pool, 120-84-10, relu, cross-entropy, momentum, batch 64',
    inputShape: [1, 28, 28],
    layers: [conv(6), pool, conv(16), pool, dense(120, 'relu'), dense(84, 'relu'), dense(10, 'softmax')],
    loss: 'ce',
    optimizer: { name: 'momentum', rate: 0.06, momentum: 0.9 },
    batch: 64,
    rows: 1920,
    epochs: 3,
    lossBar: 0.1,
    bars: { js: { wide: 80 }, torch: { wide: 1.3, plain: 0.8 } },
  },
];

export const sizeOf = (shape) => shape.reduce((product, length) => product * length, 1);

/**
 * The learned tensors in their order, in PyTorch's shapes: `[units, inputs]`, `[filters, channels, height,
 * width]`.
 */
export function tensorsOf({ inputShape, layers }) {
  const tensors = [];
  let shape = inputShape;
  for (const layer of layers) {
    switch (layer.type) {
      case 'dense': {
        const inputs = sizeOf(shape);
        tensors.push({ shape: [layer.units, inputs], fanIn: inputs }, { shape: [layer.units], fanIn: inputs });
        shape = [layer.units];
        break;
      }
      case 'conv': {
        const [channels, height, width] = shape;
        const { filters, kernel } = layer;
        const fanIn = channels * kernel * kernel;
        tensors.push({ shape: [filters, channels, kernel, kernel], fanIn }, { shape: [filters], fanIn });
        shape = [filters, height - kernel + 1, width - kernel + 1];
        break;
      }
      case 'pool':
        shape = [shape[0], shape[1] / layer.size, shape[2] / layer.size];
        break;
      default:
        throw new Error(`No layer of a workload is called ${layer.type}.`);
    }
  }
  return tensors;
}

/** The number of outputs per sample. */
export const outputsOf = ({ layers }) => layers.at(-1).units;
