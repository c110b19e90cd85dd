/** A fake run for developing and testing the panel; `window.fakeFeed` replaces the host. */
import type {
  ActivationProbe,
  GradientProbe,
  LayerInfo,
  Mistakes,
  Progress,
  Started,
  Surface,
  UnitsProbe,
  UnitsQuestion,
  Walk,
  WalkOptions,
} from '../../../src/protocol/engine';
import type { Answers } from '../../../src/protocol/measurements';
import type { Curves, FromPanel, Hydration, StatusChanges, ToPanel } from '../../../src/protocol/panel';
import type { DataState, DataToPanel } from '../../../src/protocol/panelData';
import type { RunState } from '../../../src/runs/series';
import { fakeDataAnswer, fakeOverview } from './fakeData';
import { df, FakeNetwork, f } from './fakeNetwork';
import { type FakeScenario, fakeScenarios } from './fakeScenarios';
import { fakeWalk, norm } from './fakeWalk';

declare global {
  interface Window {
    fakeFeed: FakeFeed;
    /** The panel's messages, oldest first. */
    posted: FromPanel[];
  }
}

export class FakeFeed {
  readonly scenario: FakeScenario;
  readonly network: FakeNetwork;
  epoch = 0;
  step = 0;
  rate: number;
  state: RunState = 'running';
  /** The answer to `openData`. */
  data: DataState = { kind: 'open', view: fakeOverview(), notices: [] };
  #frame = 0;
  #series: Record<string, { x: number[]; y: number[] }> = {};
  #sentPoints: Record<string, number> = {};

  constructor(name: string) {
    this.scenario = fakeScenarios[name]();
    this.network = new FakeNetwork(this.scenario.inputs.length, this.scenario.layers, 42, this.scenario.spread);
    this.rate = this.scenario.rate;
  }

  /** Trains this number of epochs and keeps the points for the next message. */
  train(epochs: number): void {
    const { x, y, trainRows, batch } = this.scenario;
    for (let e = 0; e < epochs; e++) {
      let total = 0;
      let hits = 0;
      for (let from = 0; from < trainRows; from += batch) {
        const to = Math.min(trainRows, from + batch);
        const pass = this.network.forward(x.slice(from, to));
        const targets = y.slice(from, to);
        const output = pass.a[pass.a.length - 1];
        const loss = this.network.loss(output, targets);
        total += loss * (to - from);
        hits += this.#hits(output, targets);
        this.network.update(this.network.backward(pass, targets), this.rate);
        this.step++;
        this.#add('batch_loss', this.step, loss);
      }
      this.epoch++;
      this.#add('loss', this.epoch, total / trainRows);
      if (this.scenario.kind !== 'numbers') {
        this.#add('accuracy', this.epoch, hits / trainRows);
      }
      if (trainRows < x.length) {
        const output = this.network.forward(x.slice(trainRows)).a.at(-1) as number[][];
        this.#add('val_loss', this.epoch, this.network.loss(output, y.slice(trainRows)));
        if (this.scenario.kind !== 'numbers') {
          this.#add('val_accuracy', this.epoch, this.#hits(output, y.slice(trainRows)) / (x.length - trainRows));
        }
      }
      for (const { layer, gradientNorm } of this.gradients().layers) {
        this.#add(`gradient_norm/${this.layers[layer].name}`, this.epoch, gradientNorm);
      }
    }
  }

  #hits(output: number[][], y: number[][]): number {
    return output.filter((row, n) => classOf(row) === classOf(y[n])).length;
  }

  #add(tag: string, x: number, y: number): void {
    this.#series[tag] ??= { x: [], y: [] };
    this.#series[tag].x.push(x);
    this.#series[tag].y.push(y);
  }

  get layers(): LayerInfo[] {
    const { layers, inputs } = this.scenario;
    return layers.map((layer, i) => {
      const from = i === 0 ? inputs.length : layers[i - 1].units;
      return {
        name: `dense_${i + 1}`,
        type: 'dense',
        forward: 'weigh',
        shape: [layer.units],
        inputShape: [from],
        parameters: layer.units * (from + 1),
        activation: { name: layer.activation, parameters: {}, ofWholeVector: layer.activation === 'softmax' },
        line: 8 + i,
      };
    });
  }

  started(): Started {
    const { scenario, layers } = this;
    return {
      name: scenario.name,
      seed: 42,
      parameters: layers.reduce((sum, layer) => sum + layer.parameters, 0),
      samples: { train: scenario.trainRows, validation: scenario.x.length - scenario.trainRows, test: 0 },
      layers,
      linear: scenario.layers.slice(0, -1).every(({ activation }) => activation === 'linear'),
      engine: { version: '0.1.0', backend: 'reference', threads: 1 },
      batches: Math.ceil(scenario.trainRows / scenario.batch),
      inputNames: scenario.inputs,
      classNames: scenario.classNames,
      targetKind: scenario.kind,
      warnings: [],
      facts: {
        columns: [],
        rows: scenario.x.length,
        inputSize: scenario.inputs.length,
        inputShape: [scenario.inputs.length],
        targetSize: scenario.y[0].length,
        targetKind: scenario.kind,
        classNames: scenario.classNames,
        parts: { train: scenario.trainRows, validation: scenario.x.length - scenario.trainRows, test: 0 },
      },
      spec: {
        name: scenario.name,
        seed: 42,
        expect: [],
        layers: [],
        data: {
          origin: { kind: 'source', source: { name: scenario.name.toLowerCase(), parameters: {} } },
          types: {},
          split: { train: 1, validation: 0, test: 0 },
          stratify: false,
          scale: 'none',
          missing: 'error',
        },
        training: {
          loss: { name: scenario.loss, parameters: {} },
          lossInferred: false,
          optimizer: { name: 'sgd', parameters: { learning_rate: scenario.rate } },
          batchSize: scenario.batch,
          epochs: scenario.epochs,
          shuffle: false,
          metrics: scenario.kind === 'numbers' ? [] : [{ name: 'accuracy', parameters: {} }],
        },
      },
    };
  }

  curves(): Curves {
    const x = Float64Array.from({ length: 101 }, (_, i) => (i - 50) / 10);
    const formulas: Record<string, [string, string]> = {
      sigmoid: ['1/(1+e^-x)', 'f(x)·(1−f(x))'],
      tanh: ['sinh(x)/cosh(x)', '1−f(x)²'],
      relu: ['max(0, x)', 'x>0 ? 1 : 0'],
      softmax: ['e^x_i/Σ_j e^x_j', ''],
      linear: ['x', '1'],
    };
    const e = x.map((value) => Math.exp(value));
    const total = e.reduce((a, b) => a + b, 0);
    return Object.fromEntries(
      this.scenario.layers.map(({ activation }, i) => [
        i,
        {
          x,
          f: activation === 'softmax' ? e.map((value) => value / total) : x.map((value) => f(activation, value)),
          df: activation === 'softmax' ? undefined : x.map((value) => df(activation, value)),
          formula: formulas[activation][0],
          derivative: formulas[activation][1] || undefined,
        },
      ]),
    );
  }

  progress(): Progress {
    return {
      state: this.state,
      epoch: this.epoch,
      epochs: this.scenario.epochs,
      step: this.step,
      rate: 830,
      memory: 85_000_000,
      secondsLeft: (this.scenario.epochs - this.epoch) / 40,
      learningRate: this.rate,
    };
  }

  activations(): ActivationProbe {
    const rows = this.scenario.x.slice(0, this.scenario.trainRows);
    const pass = this.network.forward(rows);
    return {
      epoch: this.epoch,
      step: this.step,
      samples: rows.length,
      layers: this.scenario.layers.map(({ activation, units }, layer) => {
        if (activation === 'softmax') {
          return {
            layer,
            meanProbabilities: Float64Array.from(
              { length: units },
              (_, k) => pass.a[layer].reduce((sum, row) => sum + row[k], 0) / rows.length,
            ),
          };
        }
        const z = pass.z[layer].flat();
        const counts = new Float64Array(40);
        for (const value of z) {
          counts[Math.max(0, Math.min(39, Math.floor(((value + 5) / 10) * 40)))]++;
        }
        const top = activation === 'sigmoid' ? 0.25 : 1;
        return {
          layer,
          histogram: { low: -5, high: 5, counts },
          saturated:
            activation === 'tanh' || activation === 'sigmoid'
              ? z.filter((value) => df(activation, value) < 0.05 * top).length / z.length
              : undefined,
          dead:
            activation === 'relu'
              ? Array.from({ length: units }, (_, j) => pass.a[layer].every((row) => row[j] === 0)).filter(Boolean)
                  .length / units
              : undefined,
        };
      }),
    };
  }

  gradients(): GradientProbe {
    const { x, y, trainRows, batch } = this.scenario;
    const rows = Math.min(batch, trainRows);
    const gradients = this.network.backward(this.network.forward(x.slice(0, rows)), y.slice(0, rows));
    return {
      epoch: this.epoch,
      step: this.step,
      layers: this.scenario.layers.map((_, layer) => ({
        layer,
        gradientNorm: norm(gradients.dW[layer].flat()),
        weightNorm: norm(this.network.W[layer].flat()),
        deltaNorm: norm(gradients.delta[layer].flat()),
        updateNorm: this.rate * norm(gradients.dW[layer].flat()),
      })),
    };
  }

  /** The points of a picture over one or two inputs. */
  #grid(resolution: number) {
    const { x, inputs } = this.scenario;
    if (inputs.length > 2) {
      return undefined;
    }
    const axes = inputs.map((name, i) => {
      const values = x.map((row) => row[i]);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      return { name, low: low - 0.15 * (high - low), high: high + 0.15 * (high - low), count: resolution };
    });
    const at = (axis: (typeof axes)[0], i: number) => axis.low + ((axis.high - axis.low) * i) / (axis.count - 1);
    const grid =
      axes.length === 1
        ? Array.from({ length: resolution }, (_, i) => [at(axes[0], i)])
        : Array.from({ length: resolution ** 2 }, (_, i) => [
            at(axes[0], i % resolution),
            at(axes[1], Math.floor(i / resolution)),
          ]);
    return { axes, grid };
  }

  surface(resolution = 60): Surface | undefined {
    const { x, y, trainRows, kind } = this.scenario;
    const picture = this.#grid(resolution);
    if (!picture) {
      return undefined;
    }
    const { axes, grid } = picture;
    const outputs = (this.network.forward(grid).a.at(-1) as number[][]).flat();
    return {
      epoch: this.epoch,
      step: this.step,
      axes,
      outputs: Float32Array.from(outputs),
      outputSize: this.scenario.layers[this.scenario.layers.length - 1].units,
      points: {
        x: Float32Array.from(x.flat()),
        target: Float32Array.from(y.map((row) => (kind === 'classes' ? row.indexOf(1) : row[0]))),
        part: Uint8Array.from(x, (_, i) => (i < trainRows ? 0 : 1)),
      },
    };
  }

  units({ layers, units, resolution, sample, inputs = this.scenario.x[sample] }: UnitsQuestion): UnitsProbe {
    const { x, y, trainRows, batch } = this.scenario;
    const rows = Math.min(batch, trainRows);
    const gradients = this.network.backward(this.network.forward(x.slice(0, rows)), y.slice(0, rows));
    const pass = this.network.forward([[...inputs]]);
    const { axes, grid } = this.#grid(resolution) ?? {};
    const response = grid && this.network.forward(grid);
    return {
      epoch: this.epoch,
      step: this.step,
      inputs: Float32Array.from(inputs),
      ranges: {
        low: Float32Array.from(inputs, (_, i) => Math.min(...x.map((row) => row[i]))),
        high: Float32Array.from(inputs, (_, i) => Math.max(...x.map((row) => row[i]))),
        shift: new Float32Array(inputs.length),
        scale: new Float32Array(inputs.length).fill(1),
      },
      target: Float32Array.from(y[sample]),
      axes,
      layers: layers.map((layer) => {
        const count = Math.min(units, this.scenario.layers[layer].units);
        const columns = Math.min(units, this.network.W[layer][0].length);
        const block = (all: readonly (readonly number[])[]) =>
          Float32Array.from(all.slice(0, count).flatMap((row) => row.slice(0, columns)));
        const first = (all: readonly number[]) => Float32Array.from(all.slice(0, count));
        return {
          layer,
          count,
          z: first(pass.z[layer][0]),
          a: first(pass.a[layer][0]),
          responses:
            response &&
            Float32Array.from(
              Array.from({ length: count }, (_, unit) => response.a[layer].map((row) => row[unit])).flat(),
            ),
          weight: { columns, values: block(this.network.W[layer]), gradients: block(gradients.dW[layer]) },
          bias: { values: first(this.network.b[layer]), gradients: first(gradients.db[layer]) },
        };
      }),
    };
  }

  confusion() {
    const classNames = this.scenario.classNames ?? [];
    const counts = new Float64Array(classNames.length ** 2);
    const answers = this.network.forward(this.scenario.x).a.at(-1) as number[][];
    answers.forEach((row, n) => {
      counts[classOf(this.scenario.y[n]) * classNames.length + classOf(row)]++;
    });
    const steps = 10;
    const above = (target: number) =>
      Float64Array.from({ length: steps + 1 }, (_, k) => {
        const found = answers.filter((row, n) => classOf(this.scenario.y[n]) === target && row[0] > k / steps);
        return found.length;
      });
    const thresholds = { steps, first: above(0), second: above(1) };
    return {
      part: 'train' as const,
      classNames,
      counts,
      ...(this.scenario.kind === 'binary' && { thresholds }),
    };
  }

  mistakes(): Mistakes {
    const { x, y, inputs, classNames } = this.scenario;
    const answers = this.network.forward(x).a.at(-1) as number[][];
    const said = (row: readonly number[]) => (classNames ? [classNames[classOf(row)]] : row);
    const wrong = answers.map((row, n) => Math.hypot(...row.map((value, k) => value - y[n][k])));
    const order = wrong.map((_, n) => n).sort((a, b) => wrong[b] - wrong[a]);
    return {
      question: { part: 'train', from: 0 },
      total: x.length,
      columns: inputs.map((name) => ({ name, isNumber: true })),
      samples: order.slice(0, 24).map((n) => ({
        row: n + 1,
        target: said(y[n]),
        predicted: said(answers[n]),
        wrong: wrong[n],
        cells: x[n],
      })),
    };
  }

  walk(options: WalkOptions): Walk {
    const { epoch, step, rate } = this;
    return { ...fakeWalk(this.network, this.scenario, rate, options), epoch, step, learningRate: rate };
  }

  #points(all: boolean): Record<string, { x: Float64Array; y: Float64Array }> {
    return Object.fromEntries(
      Object.entries(this.#series).map(([tag, points]) => {
        const from = all ? 0 : (this.#sentPoints[tag] ?? 0);
        this.#sentPoints[tag] = points.x.length;
        return [tag, { x: Float64Array.from(points.x.slice(from)), y: Float64Array.from(points.y.slice(from)) }];
      }),
    );
  }

  /** The last question of the panel. */
  #unitsAsked(): UnitsQuestion {
    const asked = window.posted.flatMap((message) => (message.type === 'subscribe' ? [message.questions.units] : []));
    const layers = this.scenario.layers.map((_, layer) => layer);
    return asked.findLast((question) => question) ?? { layers, units: 16, resolution: 24, sample: 0 };
  }

  #probes(): Answers {
    return {
      activations: this.activations(),
      surface: this.surface(),
      gradients: this.gradients(),
      units: this.units(this.#unitsAsked()),
      confusion: this.scenario.classNames && this.confusion(),
      mistakes: this.mistakes(),
    };
  }

  hydrate(change: Partial<Hydration> = {}): void {
    const hydration: Hydration = {
      runId: 'fake-1',
      title: this.scenario.name,
      specUri: 'file:///fake.nnspec',
      state: this.state,
      started: this.started(),
      curves: this.curves(),
      progress: this.progress(),
      series: this.#points(true),
      stored: false,
      ...this.#probes(),
      ...change,
    };
    send({ type: 'hydrate', frame: ++this.#frame, hydration });
  }

  append(changes: StatusChanges = {}): void {
    const { state } = this;
    send({
      type: 'append',
      frame: ++this.#frame,
      series: this.#points(false),
      changes: { progress: this.progress(), state, ...this.#probes(), ...changes },
    });
  }

  /** A spec without a run. */
  idle(): void {
    send({ type: 'idle', title: 'titanic.nnspec', specUri: 'file:///fake.nnspec' });
  }

  send(message: DataToPanel): void {
    send(message);
  }

  /** Answers requests of the panel as a host would. */
  answer(message: FromPanel): void {
    if (message.type === 'walk') {
      send({ type: 'walk', id: message.id, walk: this.walk(message.options) });
    } else if (message.type === 'moment' && message.frame === undefined && message.questions.units) {
      send({ type: 'moment', id: message.id, answers: { units: this.units(message.questions.units) } });
    } else if (message.type === 'openData') {
      send({ type: 'dataChanged', changed: false });
      send({ type: 'dataState', state: this.data });
    } else if (message.type === 'askData') {
      send({ type: 'dataAnswer', id: message.id, reply: { ok: fakeDataAnswer(message.question) } });
    }
  }
}

/** The class that an output or a one-hot target stands for. */
function classOf(row: readonly number[]): number {
  return row.length === 1 ? Number(row[0] > 0.5) : row.indexOf(Math.max(...row));
}

function send(message: ToPanel): void {
  window.postMessage(message, '*');
}

(window as unknown as { FakeFeed: typeof FakeFeed }).FakeFeed = FakeFeed;
