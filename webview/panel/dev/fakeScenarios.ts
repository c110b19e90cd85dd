/** Small problems for the fake feed. */
import { type FakeLayer, fakeRandom } from './fakeNetwork';

export interface FakeScenario {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly classNames?: readonly string[];
  readonly kind: 'classes' | 'binary' | 'numbers';
  readonly layers: readonly FakeLayer[];
  readonly loss: string;
  readonly rate: number;
  readonly epochs: number;
  readonly x: number[][];
  readonly y: number[][];
  /** The number of training rows; the rows after them are for validation. */
  readonly trainRows: number;
  readonly batch: number;
  readonly spread?: number;
}

const dense = (units: number, activation: FakeLayer['activation']): FakeLayer => ({ units, activation });
const truth = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];

function xor(): FakeScenario {
  return {
    name: 'XOR',
    inputs: ['x1', 'x2'],
    classNames: ['0', '1'],
    kind: 'binary',
    loss: 'binary_crossentropy',
    rate: 0.5,
    epochs: 500,
    layers: [dense(4, 'tanh'), dense(1, 'sigmoid')],
    x: truth,
    y: [[0], [1], [1], [0]],
    trainRows: 4,
    batch: 4,
    spread: 1.4,
  };
}

export const fakeScenarios: Readonly<Record<string, () => FakeScenario>> = {
  xor,
  linear: () => ({
    ...xor(),
    name: 'XOR, linear stack',
    epochs: 300,
    layers: [dense(4, 'linear'), dense(1, 'sigmoid')],
    spread: undefined,
  }),
  deep: () => ({
    ...xor(),
    name: 'Deep sigmoid',
    epochs: 300,
    layers: [...Array.from({ length: 7 }, () => dense(6, 'sigmoid')), dense(1, 'sigmoid')],
    spread: undefined,
  }),
  spiral,
  iris: clusters,
  sine,
};

function spiral(): FakeScenario {
  const random = fakeRandom(7);
  const x: number[][] = [];
  const y: number[][] = [];
  for (let i = 0; i < 300; i++) {
    const k = i % 3;
    const r = 0.1 + 0.9 * random();
    const angle = r * 3.2 + (k * 2 * Math.PI) / 3 + (random() - 0.5) * 0.35;
    x.push([r * Math.cos(angle), r * Math.sin(angle)]);
    y.push([0, 1, 2].map((c) => (c === k ? 1 : 0)));
  }
  return {
    name: 'Spiral',
    inputs: ['x1', 'x2'],
    classNames: ['red', 'green', 'blue'],
    kind: 'classes',
    loss: 'categorical_crossentropy',
    rate: 0.4,
    epochs: 400,
    layers: [dense(16, 'tanh'), dense(8, 'relu'), dense(3, 'softmax')],
    x,
    y,
    trainRows: 240,
    batch: 30,
    spread: 1.5,
  };
}

function clusters(): FakeScenario {
  const random = fakeRandom(3);
  const centres = [
    [5, 3.4, 1.5, 0.2],
    [5.9, 2.8, 4.3, 1.3],
    [6.6, 3, 5.6, 2],
  ];
  const x: number[][] = [];
  const y: number[][] = [];
  for (let i = 0; i < 150; i++) {
    x.push(centres[i % 3].map((c) => c - 3.5 + (random() + random() - 1) * 0.8));
    y.push([0, 1, 2].map((c) => (c === i % 3 ? 1 : 0)));
  }
  return {
    name: 'Iris classifier',
    inputs: ['sepal_length', 'sepal_width', 'petal_length', 'petal_width'],
    classNames: ['setosa', 'versicolor', 'virginica'],
    kind: 'classes',
    loss: 'categorical_crossentropy',
    rate: 0.05,
    epochs: 100,
    layers: [dense(16, 'relu'), dense(3, 'softmax')],
    x,
    y,
    trainRows: 120,
    batch: 16,
  };
}

function sine(): FakeScenario {
  const random = fakeRandom(5);
  const x = Array.from({ length: 120 }, () => [(random() * 2 - 1) * 3]);
  return {
    name: 'Sine regression',
    inputs: ['x'],
    kind: 'numbers',
    loss: 'mean_squared_error',
    rate: 0.05,
    epochs: 300,
    layers: [dense(12, 'tanh'), dense(1, 'linear')],
    x,
    y: x.map(([v]) => [Math.sin(v * 1.3) + (random() - 0.5) * 0.3]),
    trainRows: 96,
    batch: 16,
    spread: 1.5,
  };
}
