/** The lesson's walk on the fake feed's network. */
import type { TensorView, Walk, WalkOptions, WalkStep } from '../../../src/protocol/engine';
import type { FakeNetwork } from './fakeNetwork';
import type { FakeScenario } from './fakeScenarios';

export function norm(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

export function fakeWalk(
  network: FakeNetwork,
  scenario: FakeScenario,
  rate: number,
  options: WalkOptions,
): Pick<Walk, 'steps' | 'again' | 'samples' | 'trainSamples'> {
  const { x, y, trainRows, batch } = scenario;
  const rows =
    options.subject.kind === 'sample'
      ? [Math.min(options.subject.index, trainRows - 1)]
      : Array.from({ length: Math.min(batch, trainRows) }, (_, i) => i);
  const targets = rows.map((row) => y[row]);
  const pass = network.forward(rows.map((row) => x[row]));
  const g = network.backward(pass, targets);
  const { W, b } = network;
  const last = scenario.layers.length - 1;
  const forward = ({ inputs, z, a }: typeof pass): WalkStep[] => [
    ...scenario.layers.map(
      (_, layer): WalkStep => ({
        phase: { kind: 'forward', layer },
        tensors: {
          input: view('input', inputs[layer]),
          W: view('W', W[layer]),
          b: view('b', [b[layer]]),
          z: view('z', z[layer]),
          a: view('a', a[layer]),
        },
      }),
    ),
    {
      phase: { kind: 'loss' },
      loss: network.loss(a[last], targets),
      tensors: { output: view('output', a[last]), target: view('target', targets) },
    },
  ];
  const steps = forward(pass);
  const output = steps[last + 1];
  steps[last + 1] = { ...output, tensors: { ...output.tensors, delta: view('delta', g.delta[last]) } };
  for (let layer = last; layer >= 0; layer--) {
    steps.push({
      phase: { kind: 'backward', layer },
      tensors: {
        input: view('input', pass.inputs[layer]),
        z: view('z', pass.z[layer]),
        W: view('W', W[layer]),
        delta: view('delta', g.delta[layer]),
        dW: view('dW', g.dW[layer]),
        db: view('db', [g.db[layer]]),
        dInput: view('dInput', g.dInput[layer]),
      },
    });
  }
  for (let layer = 0; layer <= last; layer++) {
    steps.push({
      phase: { kind: 'update', layer },
      tensors: {
        W: view('W', W[layer]),
        b: view('b', [b[layer]]),
        dW: view('dW', g.dW[layer]),
        db: view('db', [g.db[layer]]),
        Wafter: view(
          'Wafter',
          W[layer].map((row, j) => row.map((w, i) => w - rate * g.dW[layer][j][i])),
        ),
        bafter: view('bafter', [b[layer].map((value, j) => value - rate * g.db[layer][j])]),
      },
    });
  }
  const move = (way: number) => {
    W.forEach((rows, layer) => {
      rows.forEach((row, j) => {
        row.forEach((_, i) => {
          row[i] -= way * g.dW[layer][j][i];
        });
        b[layer][j] -= way * g.db[layer][j];
      });
    });
  };
  move(rate);
  const again = forward(network.forward(rows.map((row) => x[row])));
  move(-rate);
  return {
    steps,
    again,
    samples: rows.length,
    trainSamples: trainRows,
  };
}

function view(name: string, rows: number[][]): TensorView {
  const columns = rows[0].length;
  const all = rows.flat();
  if (all.length <= 64) {
    return { name, shape: [rows.length, columns], shown: [rows.length, columns], values: Float64Array.from(all) };
  }
  const shown = [Math.min(8, rows.length), Math.min(8, columns)];
  return {
    name,
    shape: [rows.length, columns],
    shown,
    values: Float64Array.from(rows.slice(0, shown[0]).flatMap((row) => row.slice(0, shown[1]))),
    summary: {
      minimum: Math.min(...all),
      maximum: Math.max(...all),
      mean: all.reduce((a, b) => a + b, 0) / all.length,
      norm: norm(all),
    },
  };
}
