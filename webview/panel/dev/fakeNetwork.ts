/** A minimal network for the fake feed: dense layers and gradient descent, without the engine's exactness. */

type FakeActivation = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'softmax';

export interface FakeLayer {
  readonly units: number;
  readonly activation: FakeActivation;
}

export interface Pass {
  /** By layer: input, z and a of each sample. */
  readonly inputs: number[][][];
  readonly z: number[][][];
  readonly a: number[][][];
}

export interface Gradients {
  readonly delta: number[][][];
  readonly dW: number[][][];
  readonly db: number[][];
  readonly dInput: number[][][];
}

/** Uniform numbers in [0, 1), the same for the same seed. */
export function fakeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function f(name: FakeActivation, z: number): number {
  return name === 'sigmoid'
    ? 1 / (1 + Math.exp(-z))
    : name === 'tanh'
      ? Math.tanh(z)
      : name === 'relu'
        ? Math.max(0, z)
        : z;
}

export function df(name: FakeActivation, z: number): number {
  const y = f(name, z);
  return name === 'sigmoid' ? y * (1 - y) : name === 'tanh' ? 1 - y * y : name === 'relu' ? (z > 0 ? 1 : 0) : 1;
}

function softmax(z: readonly number[]): number[] {
  const largest = Math.max(...z);
  const e = z.map((value) => Math.exp(value - largest));
  const total = e.reduce((a, b) => a + b, 0);
  return e.map((value) => value / total);
}

export class FakeNetwork {
  readonly layers: readonly FakeLayer[];
  /** `[units][inputs]` of each layer. */
  readonly W: number[][][];
  readonly b: number[][];

  constructor(inputs: number, layers: readonly FakeLayer[], seed: number, spread = 1) {
    const random = fakeRandom(seed);
    this.layers = layers;
    this.W = layers.map((layer, l) => {
      const fan = l === 0 ? inputs : layers[l - 1].units;
      return Array.from({ length: layer.units }, () =>
        Array.from({ length: fan }, () => ((random() * 2 - 1) * spread * Math.sqrt(3)) / Math.sqrt(fan)),
      );
    });
    this.b = layers.map((layer) => Array.from({ length: layer.units }, () => 0));
  }

  forward(x: number[][]): Pass {
    const pass: Pass = { inputs: [], z: [], a: [] };
    let input = x;
    this.layers.forEach((layer, l) => {
      const z = input.map((row) =>
        this.W[l].map((w, j) => w.reduce((sum, weight, i) => sum + weight * row[i], this.b[l][j])),
      );
      const a = z.map((row) =>
        layer.activation === 'softmax' ? softmax(row) : row.map((value) => f(layer.activation, value)),
      );
      pass.inputs.push(input);
      pass.z.push(z);
      pass.a.push(a);
      input = a;
    });
    return pass;
  }

  loss(output: number[][], y: number[][]): number {
    const last = this.layers[this.layers.length - 1].activation;
    let total = 0;
    output.forEach((row, n) => {
      row.forEach((a, k) => {
        const p = Math.min(1 - 1e-12, Math.max(1e-12, a));
        total +=
          last === 'softmax'
            ? -y[n][k] * Math.log(p)
            : last === 'sigmoid'
              ? -(y[n][k] * Math.log(p) + (1 - y[n][k]) * Math.log(1 - p)) / row.length
              : (a - y[n][k]) ** 2 / row.length;
      });
    });
    return total / output.length;
  }

  backward(pass: Pass, y: number[][]): Gradients {
    const n = y.length;
    const count = this.layers.length;
    const result: Gradients = { delta: [], dW: [], db: [], dInput: [] };
    let upstream = pass.a[count - 1].map((row, s) =>
      row.map((a, k) => ((this.layers[count - 1].activation === 'linear' ? 2 / row.length : 1) * (a - y[s][k])) / n),
    );
    for (let l = count - 1; l >= 0; l--) {
      const name = this.layers[l].activation;
      const fused = l === count - 1;
      const slope = pass.z[l].map((row) => row.map((z) => (fused ? 1 : df(name, z))));
      const delta = upstream.map((row, s) => row.map((value, j) => value * slope[s][j]));
      result.delta[l] = delta;
      result.dW[l] = this.W[l].map((w, j) =>
        w.map((_, i) => delta.reduce((sum, row, s) => sum + row[j] * pass.inputs[l][s][i], 0)),
      );
      result.db[l] = this.W[l].map((_, j) => delta.reduce((sum, row) => sum + row[j], 0));
      result.dInput[l] = delta.map((row) =>
        this.W[l][0].map((_, i) => row.reduce((sum, d, j) => sum + d * this.W[l][j][i], 0)),
      );
      upstream = result.dInput[l];
    }
    return result;
  }

  update(gradients: Gradients, rate: number): void {
    for (const [l, layer] of this.W.entries()) {
      for (const [j, w] of layer.entries()) {
        for (const i of w.keys()) {
          w[i] -= rate * gradients.dW[l][j][i];
        }
        this.b[l][j] -= rate * gradients.db[l][j];
      }
    }
  }
}
