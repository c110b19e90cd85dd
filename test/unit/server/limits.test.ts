import assert from 'node:assert/strict';
import { describedColumns, longestShownCsv, shownClasses, shownPoints, shownText } from '../../../src/common/limits';
import { RunSeries } from '../../../src/runs/runSeries';
import { predictTable } from '../../../src/server/predictTable';
import { measured } from '../../harness/measured';
import { code, type Harness, ok, startEngine, startOptions } from './harness';

const specOf = (units: number, target = 'y') => `
seed: 1
data: { file: a.csv, target: ${target}, split: { train: 1 } }
model: { layers: [dense: { units: ${units}, activation: softmax }] }
training: { loss: categorical_crossentropy, epochs: 1, batch_size: 512 }
`;

/** Two inputs and `count` classes. */
const classes = (count: number) =>
  `a,b,y\n${Array.from({ length: count }, (_, i) => `${i},${i % 7},k${i}\n`).join('')}`;

describe('Messages of the engine', () => {
  let engine: Harness;
  afterEach(() => engine.dispose());

  async function started(table: string, units: number) {
    engine = startEngine({ 'a.csv': table });
    ok(await engine.client.ask('start', startOptions(specOf(units))));
    await engine.until('ended');
    const [event] = engine.ofType('started');
    return event.started;
  }

  it('hold no matrix and no picture of many classes, and say why', async () => {
    await started(classes(shownClasses), shownClasses);
    const { counts } = ok(await measured(engine.client, 'confusion', { part: 'train' }));
    assert.equal(counts.length, shownClasses ** 2);
    ok(await measured(engine.client, 'surface', { resolution: 2 }));
    engine.dispose();
    await started(classes(shownClasses + 1), shownClasses + 1);
    const refused = await measured(engine.client, 'confusion', { part: 'train' });
    assert.equal('err' in refused && refused.err.message, 'There are 101 classes; up to 100 can be shown.');
    assert.equal(code(await measured(engine.client, 'surface', { resolution: 2 })), 'too-many-classes');
  });

  it('refuse a matrix of many classes before it is allocated', async () => {
    await started(classes(1000), 1000);
    const before = process.memoryUsage().arrayBuffers;
    assert.equal(code(await measured(engine.client, 'confusion', { part: 'train' })), 'too-many-classes');
    // The matrix would take 8 MB.
    assert.ok(process.memoryUsage().arrayBuffers - before < 4e6);
  });

  it('hold a bounded number of names, none of them long', async () => {
    const columns = describedColumns + 5;
    const line = (cell: (column: number) => string | number) => Array.from({ length: columns }, (_, i) => cell(i));
    const name = 'n'.repeat(500);
    const lines = [line((i) => `${name}${i}`).concat('y'), line((i) => i).concat('k0'), line((i) => -i).concat('k1')];
    const { inputNames, facts } = await started(`${lines.map((cells) => cells.join(',')).join('\n')}\n`, 2);
    assert.equal(inputNames.length, describedColumns);
    assert.ok(inputNames.every(({ length }) => length === shownText + 1));
    assert.deepEqual([facts.inputSize, facts.columns.length], [columns, describedColumns]);
  });

  it('hold a bounded number of points', async () => {
    const rows = 2 * shownPoints + 3;
    await started(`a,b,y\n${Array.from({ length: rows }, (_, i) => `${i},${-i},k${i % 3}\n`).join('')}`, 3);
    const { points, axes } = ok(await measured(engine.client, 'surface', { resolution: 2 }));
    assert.ok(points.target.length <= shownPoints && points.target.length > shownPoints / 2);
    assert.deepEqual([points.x.length, points.part.length], [2 * points.target.length, points.target.length]);
    assert.deepEqual([...points.x.subarray(0, 4)], [0, 0, 3, -3]);
    // The picture still reaches as far as all points do.
    assert.ok(axes[0].high > rows);
  });

  it('refuse predictions that are too long for a document, before they are made', async () => {
    await started(classes(3), 3);
    const weights = ok(await engine.client.ask('saveWeights', null));
    const { spec } = startOptions(specOf(3));
    const table = new TextEncoder().encode(classes(3));
    assert.ok('ok' in predictTable(weights, spec, table, 'a.csv', { longest: longestShownCsv }));
    const refused = predictTable(weights, spec, table, 'a.csv', { longest: 250 });
    assert.match(
      'problem' in refused ? refused.problem : '',
      /^The predictions for 3 rows are too long for the editor/,
    );
  });
});

describe('The series of a run', () => {
  it('have bounded bytes, however many layers and epochs', () => {
    const store = new RunSeries();
    for (let layer = 0; layer < 200; layer++) {
      for (let epoch = 1; epoch <= 3000; epoch++) {
        store.append(`gradient_norm/${layer}`, epoch, epoch % 17);
      }
    }
    assert.ok(store.byteLength < 10e6, `${store.byteLength}`);
  });
});
