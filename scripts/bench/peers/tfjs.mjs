/**
 * TensorFlow.js on its `cpu` or `wasm` backend: tensors and `optimizer.minimize`. Uses the common initial
 * weights.
 */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { measureHere } from '../protocol.mjs';

await measureHere(async (data, { variant }) => {
  // It uses no threads in Node: its workers are started from a kind of address that Node does not support.
  if (!(await tf.setBackend(variant))) {
    throw new Error(`The backend ${variant} did not start.`);
  }
  await tf.ready();
  return (rows) => build(data, rows);
});

function build({ workload, inputs, targets, tensors, inputSize, outputs }, rows) {
  const { batch, layers, inputShape } = workload;
  const picture = inputShape.length === 3;
  const variables = tensors.map((tensor) => tf.variable(channelsLast(tensor)));
  const initial = variables.map((variable) => variable.clone());
  const optimizer = () => {
    const { name, rate, momentum } = workload.optimizer;
    if (name === 'adam') {
      return tf.train.adam(rate);
    }
    return momentum ? tf.train.momentum(rate, momentum) : tf.train.sgd(rate);
  };
  let own = optimizer();
  const logits = (x) => {
    let next = 0;
    for (const [i, layer] of layers.entries()) {
      if (layer.type === 'pool') {
        x = tf.maxPool(x, layer.size, layer.size, 'valid');
        continue;
      }
      const weight = variables[next++];
      const bias = variables[next++];
      if (layer.type === 'conv') {
        x = tf.conv2d(x, weight, 1, 'valid');
      } else {
        x = tf.matMul(x.rank === 2 ? x : tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0], -1]), weight);
      }
      x = tf.add(x, bias);
      if (layer.activation === 'relu') {
        x = tf.relu(x);
      }
      if (layer.activation === 'tanh') {
        x = tf.tanh(x);
      }
      if (layer.activation === 'softmax' && i < layers.length - 1) {
        throw new Error('Softmax stands last.');
      }
    }
    return x;
  };
  const losses = {
    bce: tf.losses.sigmoidCrossEntropy,
    mse: tf.losses.meanSquaredError,
    ce: tf.losses.softmaxCrossEntropy,
  };
  const outputOf = { bce: tf.sigmoid, mse: (x) => x, ce: tf.softmax }[workload.loss];
  const sampleShape = picture ? [inputShape[1], inputShape[2], inputShape[0]] : [inputSize];
  const batches = [];
  for (let from = 0; from < rows; from += batch) {
    const count = Math.min(batch, rows - from);
    batches.push([
      tf.tensor(inputs.slice(from * inputSize, (from + count) * inputSize), [count, ...sampleShape]),
      tf.tensor(targets.slice(from * outputs, (from + count) * outputs), [count, outputs]),
    ]);
  }
  return {
    async train(epochs) {
      for (let epoch = 0; epoch < epochs; epoch++) {
        for (const [x, y] of batches) {
          own.minimize(() => losses[workload.loss](y, logits(x)), false, variables);
        }
      }
      await variables[0].data();
    },
    predict: () => batches.flatMap(([x]) => Array.from(tf.tidy(() => outputOf(logits(x)).dataSync()))),
    reset() {
      variables.forEach((variable, i) => {
        variable.assign(initial[i]);
      });
      own.dispose();
      own = optimizer();
    },
    dispose: () => tf.disposeVariables(),
  };
}

/** A dense weight becomes `[inputs, units]`, a filter `[height, width, channels, filters]`. */
function channelsLast({ shape, values }) {
  const tensor = tf.tensor(values, shape);
  switch (shape.length) {
    case 2:
      return tf.transpose(tensor);
    case 4:
      return tf.transpose(tensor, [2, 3, 1, 0]);
    default:
      return tensor;
  }
}
