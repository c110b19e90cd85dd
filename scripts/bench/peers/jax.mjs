/** jax-js on its `wasm` backend: one compiled step, full batches only. Uses the common initial weights. */
import { defaultDevice, init, jit, lax, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { measureHere } from '../protocol.mjs';

await measureHere(async (data) => {
  await init('wasm');
  defaultDevice('wasm');
  return (rows) => build(data, rows);
});

function build({ workload, inputs, targets, tensors, inputSize, outputs }, rows) {
  const { batch, layers, optimizer, loss, inputShape } = workload;
  const fresh = () => tensors.map(({ shape, values }) => np.array(values.slice()).reshape(shape));
  const zeros = () => tensors.map(({ shape }) => np.zeros(shape));
  let weights = fresh();
  let first = zeros();
  let second = zeros();
  let steps = 0;

  const logits = (learned, x) => {
    let next = 0;
    for (const layer of layers) {
      if (layer.type === 'pool') {
        x = pooled(x, layer.size);
        continue;
      }
      const weight = learned[next++];
      const bias = learned[next++];
      if (layer.type === 'conv') {
        x = lax.conv(x, weight, [1, 1], 'VALID').add(bias.reshape([1, layer.filters, 1, 1]));
      } else {
        const flat = x.ndim === 2 ? x : x.reshape([batch, -1]);
        x = np.matmul(flat, np.transpose(weight)).add(bias);
      }
      if (layer.activation === 'relu') {
        x = nn.relu(x);
      }
      if (layer.activation === 'tanh') {
        x = np.tanh(x);
      }
    }
    return x;
  };
  const lossOf = (learned, x, y) => {
    const z = logits(learned, x);
    if (loss === 'ce') {
      return nn
        .logSoftmax(z)
        .mul(y)
        .sum()
        .mul(-1 / batch);
    }
    if (loss === 'mse') {
      return np.square(z.sub(y)).mean();
    }
    // log(1+eᶻ) − y·z, without overflow.
    return nn.softplus(z.ref).sub(y.mul(z)).mean();
  };
  // Adam's bias corrections are arguments, so that the step is compiled only once.
  const step = jit((learned, m, v, x, y, rate, scale) => {
    const [value, gradients] = valueAndGrad(lossOf)(
      learned.map((tensor) => tensor.ref),
      x,
      y,
    );
    const next = { learned: [], m: [], v: [] };
    learned.forEach((tensor, i) => {
      const gradient = gradients[i];
      if (optimizer.name === 'adam') {
        const mean = m[i].mul(0.9).add(gradient.ref.mul(0.1));
        const square = v[i].mul(0.999).add(np.square(gradient).mul(0.001));
        next.m.push(mean.ref);
        next.v.push(square.ref);
        next.learned.push(tensor.sub(mean.mul(rate.ref).div(np.sqrt(square).mul(scale.ref).add(1e-8))));
      } else if (optimizer.name === 'momentum') {
        const velocity = m[i].mul(optimizer.momentum).add(gradient);
        next.m.push(velocity.ref);
        next.v.push(v[i]);
        next.learned.push(tensor.sub(velocity.mul(rate.ref)));
      } else {
        next.m.push(m[i]);
        next.v.push(v[i]);
        next.learned.push(tensor.sub(gradient.mul(rate.ref)));
      }
    });
    rate.dispose?.();
    scale.dispose?.();
    return [value, next.learned, next.m, next.v];
  });
  const outputOf = jit((learned, x) => {
    const z = logits(learned, x);
    return { bce: nn.sigmoid, mse: (value) => value, ce: nn.softmax }[loss](z);
  });

  const batches = [];
  for (let from = 0; from < rows; from += batch) {
    batches.push([
      np.array(inputs.slice(from * inputSize, (from + batch) * inputSize)).reshape([batch, ...inputShape]),
      np.array(targets.slice(from * outputs, (from + batch) * outputs)).reshape([batch, outputs]),
    ]);
  }
  const clear = () => {
    for (const tensor of [...weights, ...first, ...second]) {
      tensor.dispose();
    }
  };
  return {
    train(epochs) {
      let value;
      for (let epoch = 0; epoch < epochs; epoch++) {
        for (const [x, y] of batches) {
          steps++;
          const adam = optimizer.name === 'adam';
          const rate = np.array(adam ? optimizer.rate / (1 - 0.9 ** steps) : optimizer.rate);
          const scale = np.array(adam ? 1 / Math.sqrt(1 - 0.999 ** steps) : 1);
          value?.dispose();
          [value, weights, first, second] = step(weights, first, second, x.ref, y.ref, rate, scale);
        }
      }
      return value.js();
    },
    predict() {
      return batches.flatMap(([x]) =>
        outputOf(
          weights.map((tensor) => tensor.ref),
          x.ref,
        )
          .js()
          .flat(),
      );
    },
    reset() {
      clear();
      weights = fresh();
      first = zeros();
      second = zeros();
      steps = 0;
    },
    dispose: clear,
  };
}

/** Max pooling with windows that do not overlap. */
function pooled(x, size) {
  const [count, channels, height, width] = x.shape;
  return np.max(x.reshape([count, channels, height / size, size, width / size, size]), [3, 5]);
}
