import assert from 'node:assert/strict';
import { measured } from '../../harness/measured';
import { code, type Harness, ok, startEngine, startOptions } from './harness';

describe('the samples that a network gets wrong', () => {
  const engines: Harness[] = [];
  afterEach(() => {
    for (const engine of engines.splice(0)) {
      engine.dispose();
    }
  });

  async function trained(spec: string, files: Readonly<Record<string, string>> = {}): Promise<Harness> {
    const engine = startEngine(files);
    engines.push(engine);
    await engine.client.ask('start', startOptions(spec, { film: {} }));
    await engine.until('ended');
    return engine;
  }

  const moons = `seed: 3
data: { source: { moons: { samples: 300, noise: 0.3 } }, split: { train: 0.5, validation: 0.5 } }
model: { layers: [dense: { units: 4, activation: tanh }, dense: { units: 1, activation: sigmoid }] }
training: { optimizer: { adam: 0.03 }, epochs: 30, metrics: [accuracy] }
`;

  it('are those of a cell, by the probability of their class, also at another threshold and another moment', async () => {
    const { client } = await trained(moons);
    const part = 'validation';
    const { counts, thresholds } = ok(await measured(client, 'confusion', { part }));
    assert.ok(thresholds);
    const [, falseYes, falseNo] = counts;
    assert.ok(falseYes > 0 && falseNo > 0, [...counts].join());
    const at = thresholds.steps / 2;
    assert.deepEqual([thresholds.first[at], thresholds.second[at]], [falseYes, counts[3]]);
    const cell = { target: 1, predicted: 0 };
    const missed = ok(await measured(client, 'mistakes', { part, cell, from: 0 }));
    assert.equal(missed.total, falseNo);
    const given = missed.samples.map(({ probability = 1 }) => probability);
    assert.ok(given.every((p) => p <= 0.5) && given.every((p, i) => i === 0 || p >= given[i - 1]), given.join());
    assert.ok(missed.samples.every(({ target, predicted }) => target[0] === '1' && predicted[0] === '0'));
    // A threshold above which hardly any sample is: nearly all of the class are missed.
    const threshold = 0.9;
    const strict = ok(await measured(client, 'mistakes', { part, cell, threshold, from: 0 }));
    assert.equal(strict.total, counts[2] + counts[3] - thresholds.second[threshold * thresholds.steps]);
    assert.ok(strict.total > missed.total);
    const next = ok(await measured(client, 'mistakes', { part, cell, threshold, from: 3 }));
    assert.deepEqual(next.samples[0], strict.samples[3]);
    // Before the first step nothing is learned.
    const early = ok(await client.ask('measure', { questions: { confusion: { part } }, frame: 0 })).confusion!;
    const first = ok(await client.ask('measure', { questions: { mistakes: { part, cell, from: 0 } }, frame: 0 }));
    assert.equal(ok(first.mistakes!).total, ok(early).counts[2]);
    assert.equal(code(await measured(client, 'mistakes', { part: 'test', from: 0 })), 'empty-part');
  });

  it('count every sample at the threshold that training decides by, for two outputs too', async () => {
    const { client } = await trained(`seed: 3
data: { source: { moons: { samples: 200, noise: 0.3 } } }
model: { layers: [dense: { units: 2, activation: softmax }] }
training: { loss: categorical_crossentropy, epochs: 5 }
`);
    const { counts, thresholds } = ok(await measured(client, 'confusion', { part: 'train' }));
    assert.ok(thresholds);
    const at = thresholds.steps / 2;
    assert.deepEqual([thresholds.first[at], thresholds.second[at]], [counts[1], counts[3]]);
  });

  it('are shown as rows of the table in its own units, with the rows that were left out passed over', async () => {
    const table =
      'size,color,day,price\n1,red,2024-01-31,10\n,red,2024-02-01,20\n3,blue,2024-02-02,30\n4,red,2024-02-03,400\n';
    const { client } = await trained(
      `seed: 1
data: { file: t.csv, target: price, missing: drop, scale: standard, scale_target: standard, split: { train: 1 } }
model: { layers: [dense: 1] }
training: { epochs: 1 }
`,
      { 't.csv': table },
    );
    const { columns, samples, total } = ok(await measured(client, 'mistakes', { part: 'train', from: 0 }));
    assert.equal(total, 3);
    assert.deepEqual(
      columns?.map(({ name }) => name),
      ['size', 'color', 'day'],
    );
    const worst = samples.find(({ row }) => row === 4)!;
    assert.deepEqual(worst.cells, [4, 'red', '2024-02-03']);
    assert.deepEqual(worst.target, [400]);
    assert.ok(Math.abs(worst.wrong - Math.abs(400 - Number(worst.predicted[0]))) < 1e-6);
    assert.deepEqual(
      [...samples].map(({ wrong }) => wrong),
      samples.map(({ wrong }) => wrong).sort((a, b) => b - a),
    );
    assert.equal(
      samples.some(({ row }) => row === 2),
      false,
    );
  });

  it('are pictures where the inputs are the pixels of one', async () => {
    const pixels = Array.from({ length: 16 }, (_, i) => `p${i}`);
    const rows = [0, 1].map((of) => [...pixels.map((_, i) => (i === 5 ? 16 * of : 4)), of].join());
    const spec = (shape: string) => `
data: { file: t.csv, target: y, scale: minmax, split: { train: 1 }${shape} }
model: { layers: [${shape ? 'flatten, ' : ''}dense: { units: 1, activation: sigmoid }] }
training: { epochs: 1 }
`;
    const files = { 't.csv': `${[...pixels, 'y'].join()}\n${rows.join('\n')}\n` };
    for (const shape of ['', ', shape: [1, 4, 4]']) {
      const { client } = await trained(spec(shape), files);
      const { picture, samples, columns } = ok(await measured(client, 'mistakes', { part: 'train', from: 0 }));
      assert.deepEqual(picture, { channels: 1, height: 4, width: 4 });
      assert.equal(columns, undefined);
      const one = samples.find(({ target }) => target[0] === '1')?.pixels;
      assert.deepEqual([one?.[5], one?.[0]], [255, 64]);
    }
  });
});
