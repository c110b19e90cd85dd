import assert from 'node:assert/strict';
import fc from 'fast-check';
import Papa from 'papaparse';
import { toCsv } from '../../../../src/runs/export/csv';
import type { ExportedRun } from '../../../../src/runs/export/exportedRun';
import { eventFileName, toTensorBoard } from '../../../../src/runs/export/tensorBoard';
import type { Points } from '../../../../src/runs/series';
import { crc32c, readEvents } from './eventFile';

const points = (...pairs: readonly (readonly [number, number])[]): Points => ({
  x: Float64Array.from(pairs, ([x]) => x),
  y: Float64Array.from(pairs, ([, y]) => y),
});

/** Two epochs of two steps. */
const small: ExportedRun = {
  created: '2026-12-02T14:30:00.500Z',
  seconds: 8,
  series: {
    batch_loss: points([1, 0.75], [2, 0.5], [3, 0.25], [4, 0.125]),
    loss: points([1, 0.625], [2, 0.1875]),
    val_loss: points([1, 1], [2, Number.NaN]),
    test_accuracy: points([2, 0.5]),
    'gradient_norm/a, "b"\n😀': points([2, 3]),
  },
  epochSteps: points([1, 2], [2, 4]),
};

/** Tags and values of every kind. */
const anyRun: fc.Arbitrary<ExportedRun> = fc
  .record({
    tags: fc.uniqueArray(
      fc.string({ unit: fc.constantFrom('a', '_', '/', ',', '"', '\n', '\r', ' ', '가', '😀'), minLength: 1 }),
      { maxLength: 4 },
    ),
    values: fc.array(fc.double(), { minLength: 1, maxLength: 20 }),
    perEpoch: fc.integer({ min: 1, max: 2 ** 40 }),
  })
  .map(({ tags, values, perEpoch }) => {
    const epochs = values.map((_, i) => i + 1);
    const series = points(...epochs.map((epoch, i) => [epoch, values[i]] as const));
    return {
      created: '2026-01-01T00:00:00Z',
      seconds: 1,
      series: Object.fromEntries(tags.map((tag) => [tag, series])),
      epochSteps: points(...epochs.map((epoch) => [epoch, epoch * perEpoch] as const)),
    };
  });

describe('a run as CSV', () => {
  it('has a row for each step and a column for each tag', () => {
    assert.equal(
      toCsv(small),
      [
        'step,epoch,batch_loss,loss,val_loss,test_accuracy,"gradient_norm/a, ""b""\n😀"',
        '1,,0.75,,,,',
        '2,1,0.5,0.625,1,,',
        '3,,0.25,,,,',
        '4,2,0.125,0.1875,NaN,0.5,3',
        '',
      ].join('\n'),
    );
  });

  it('gives every name and every number back to the bit', () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const tags = Object.keys(run.series);
        const [head, ...rows] = Papa.parse<string[]>(toCsv(run), { newline: '\n', skipEmptyLines: true }).data;
        assert.deepEqual(head, ['step', 'epoch', ...tags]);
        tags.forEach((tag, column) => {
          const { y } = run.series[tag];
          assert.deepEqual(
            rows.map((row) => Number(row[column + 2])),
            Array.from(y, (value) => (Object.is(value, -0) ? 0 : value)),
          );
        });
      }),
    );
  });
});

describe('a run as a file of TensorBoard', () => {
  it('names its version, then has an event for each step, with tags in groups', () => {
    const start = Date.parse(small.created) / 1000;
    const [head, ...events] = readEvents(toTensorBoard(small));
    assert.deepEqual(head, { wallTime: start, step: 0, fileVersion: 'brain.Event:2', scalars: [] });
    assert.deepEqual(events, [
      { wallTime: start + 2, step: 1, scalars: [['loss/batch', 0.75]] },
      {
        wallTime: start + 4,
        step: 2,
        scalars: [
          ['loss/batch', 0.5],
          ['loss/train', 0.625],
          ['loss/validation', 1],
          ['epoch', 1],
        ],
      },
      { wallTime: start + 6, step: 3, scalars: [['loss/batch', 0.25]] },
      {
        wallTime: start + 8,
        step: 4,
        scalars: [
          ['loss/batch', 0.125],
          ['loss/train', 0.1875],
          ['loss/validation', Number.NaN],
          ['accuracy/test', 0.5],
          ['gradient_norm/a, "b"\n😀', 3],
          ['epoch', 2],
        ],
      },
    ]);
    // Where the times of a run were measured, each event has its own.
    const [, ...timed] = readEvents(toTensorBoard({ ...small, times: points([2, 1], [4, 7]) }));
    assert.deepEqual(
      timed.map(({ wallTime }) => wallTime - start),
      [0.5, 1, 4, 7],
    );
    assert.equal(eventFileName(small), 'events.out.tfevents.1796221800.nnspec.0');
  });

  it('gives every step and every value back, in single precision', () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const [, ...events] = readEvents(toTensorBoard(run));
        const [first] = Object.values(run.series);
        assert.deepEqual(
          events.map(({ step, scalars: [[, value]] }) => [step, value]),
          first ? Array.from(first.y, (value, i) => [run.epochSteps.y[i], Math.fround(value)]) : [],
        );
      }),
      { numRuns: 30 },
    );
  });

  it('puts an epoch whose steps are not listed where its step must be', () => {
    const sparse = { ...small, series: { loss: points([3, 0.5]) } };
    assert.deepEqual(readEvents(toTensorBoard(sparse)).at(-1)?.step, 6);
  });

  it('is of a run without values the version alone', () => {
    assert.equal(readEvents(toTensorBoard({ ...small, series: {}, epochSteps: points() })).length, 1);
  });

  it('does not pass with any byte changed', () => {
    const bytes = toTensorBoard({ ...small, series: { loss: small.series.loss } });
    for (const [i, byte] of bytes.entries()) {
      bytes[i] = byte ^ 16;
      assert.throws(() => readEvents(bytes), Error, `byte ${i}`);
      bytes[i] = byte;
    }
  });

  it('is read with the checksum of RFC 3720', () => {
    assert.equal(crc32c(new TextEncoder().encode('123456789')), 0xe3069283n);
  });
});
