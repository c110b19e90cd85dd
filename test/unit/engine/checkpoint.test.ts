import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  decodeCheckpoint,
  type FloatArray,
  findNonFiniteTensor,
  findStateMismatch,
  type Trainer,
  type TrainerState,
} from '../../../src/engine';
import { sealCheckpoint } from '../../../src/engine/checkpoint/checkpoint';
import { rounds } from '../../harness/rounds';
import {
  advanced,
  finish,
  type Header,
  load,
  phases,
  run,
  save,
  set,
  trainer,
  withHeader,
  withState,
} from './checkpointFiles';
import { sgd, thing } from './support';

describe('a checkpoint', () => {
  // Must run first: once JavaScript's compiler has optimised a copy, such bits may survive it by chance.
  it('keeps the bits of float64 halves in the buffers of an unfinished step, even where they form a float32 NaN', () => {
    const halves = Uint32Array.of(0x7f8545fe, 0x3fdfe151, 0xffa00001, 0x7fffffff, 0xffc12345, 1);
    const { program, ...rest } = advanced(5).snapshot();
    assert.ok(program.batch);
    const buffers = [...program.batch.buffers, new Float32Array(halves.buffer)];
    const { state } = load(save({ ...rest, program: { ...program, batch: { ...program.batch, buffers } } }));
    const found = state.program.batch?.buffers.at(-1);
    assert.deepEqual(new Uint32Array(found?.buffer ?? new ArrayBuffer(0)), halves);
  });

  it('keeps the state at any phase to the bit, and a run resumed from it ends like an uninterrupted one', () => {
    const straight = finish(trainer());
    for (const moves of [0, 1, 3, 4, 5, 8, 11, phases, 3 * phases + 2]) {
      const run = advanced(moves);
      if (moves === 0) {
        run.setLearningRate(0.0123);
      }
      const state = run.snapshot();
      const file = load(save(state));
      assert.deepEqual(file.state, state);
      const other = trainer();
      assert.equal(findStateMismatch(file.state, other), undefined, `${moves} moves`);
      other.restore(file.state);
      assert.deepEqual(other.position, run.position);
      const end = finish(other);
      assert.deepEqual(end, finish(run));
      if (moves > 0) {
        assert.deepEqual(end, straight);
      }
    }
  });

  it('records that the last epoch is complete, and a run goes on from there to its end, or to more epochs', () => {
    const run = trainer();
    const all = run.plan.training.epochs;
    while (!run.isClosing) {
      run.runChunk(() => false);
    }
    const state = run.snapshot();
    assert.equal(state.closing, 'completed');
    const file = load(save(state));
    assert.deepEqual(file.state, state);
    const [same, longer] = [trainer(), trainer({ epochs: all + 2 })];
    for (const other of [same, longer]) {
      assert.equal(findStateMismatch(file.state, other), undefined);
      other.restore(file.state);
    }
    assert.deepEqual(finish(same), finish(trainer()));
    assert.deepEqual(finish(longer), finish(trainer({ epochs: all + 2 })));
  });

  it('keeps the sample weights of the current batch', () => {
    const weighted = { classWeight: { 0: 1, 1: 3, 2: 0.5 } };
    const straight = finish(trainer(weighted));
    for (const moves of [1, 4, 5]) {
      const other = trainer(weighted);
      other.restore(load(save(advanced(moves, weighted).snapshot())).state);
      assert.deepEqual(finish(other), straight, `${moves} moves`);
    }
  });

  it('keeps NaN, the infinities and -0', () => {
    const run = trainer();
    const state = { ...run.snapshot(), lossSum: -0 };
    assert.ok(Number.isNaN(state.batchLoss) && state.watch?.best === Number.POSITIVE_INFINITY);
    const loaded = load(save(state)).state;
    assert.ok(Object.is(loaded.lossSum, -0) && Number.isNaN(loaded.batchLoss));
    assert.equal(loaded.watch?.best, Number.POSITIVE_INFINITY);
  });

  it('keeps the options of its run', () => {
    assert.deepEqual(load(save(trainer().snapshot())).run, JSON.parse(JSON.stringify(run)));
  });

  it('of a completed run trains on if the plan has more epochs, and ends like a run that had them from the start', () => {
    const short = trainer({ epochs: 2 });
    finish(short);
    const longer = trainer({ epochs: 5 });
    const { state } = load(save(short.snapshot()));
    assert.equal(findStateMismatch(state, longer), undefined);
    longer.restore(state);
    assert.equal(longer.ended, undefined);
    assert.deepEqual(finish(longer), finish(trainer({ epochs: 5 })));
  });
});

const metadata = (bytes: Uint8Array, key: string, value: string | undefined): Uint8Array =>
  withHeader(bytes, ({ __metadata__: all }) => {
    if (value === undefined) {
      delete all[key];
    } else {
      all[key] = value;
    }
  });

type Refusal = readonly [what: string, edit: (bytes: Uint8Array) => Uint8Array, message: RegExp];

describe('a checkpoint is refused, with a sentence that says which part and why, for', () => {
  const good = save(advanced(5).snapshot());
  const atRest = save(advanced(0).snapshot());
  const setters = (field: string, values: readonly unknown[]): Refusal[] =>
    values.map((value) => [
      `${field} of ${JSON.stringify(value)}`,
      (b) =>
        withState(b, (state) => {
          state[field] = value;
        }),
      new RegExp(`“${field}”`),
    ]);
  const container: readonly Refusal[] = [
    ['an empty file', () => new Uint8Array(0), /0 bytes/],
    ['seven bytes', (b) => b.slice(0, 7), /7 bytes/],
    ['a text file', () => new TextEncoder().encode('epoch,loss\n1,0.5\n2,0.25\n'), /no safetensors file/],
    ['a picture', () => Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13), /no safetensors file/],
    ['a file cut in its header', (b) => b.slice(0, 100), /cut short/],
    ['a file cut in its numbers', (b) => b.slice(0, b.length - 8), /outside the file/],
    ['a file with bytes behind its end', (b) => Uint8Array.of(...b, 0, 0, 0, 0, 0, 0, 0, 0), /last 8 bytes/],
    ['a header said to be 2^60 bytes long', (b) => b.slice().fill(16, 7, 8), /claims/],
    ['a header nested 100,000 deep', () => nested(100_000), /nested more than 3 deep/],
    [
      'a name that stands twice',
      (b) => {
        const text = new TextDecoder('latin1').decode(b.slice(0, 20000));
        const at = text.indexOf('"weights.1"');
        const twice = b.slice();
        twice.set(new TextEncoder().encode('"weights.0"'), at);
        return twice;
      },
      /names “weights.0” twice/,
    ],
    [
      'overlapping tensors',
      (b) =>
        withHeader(b, (h) => {
          const one = h['weights.1'] as { data_offsets: number[] };
          one.data_offsets = one.data_offsets.map((offset) => offset - 4);
        }),
      /overlaps/,
    ],
    [
      'a gap between tensors',
      (b) =>
        withHeader(b, (h) => {
          delete h['weights.1'];
        }),
      /belong to no tensor/,
    ],
    [
      'a dtype of integers',
      (b) =>
        withHeader(b, (h) => {
          (h['weights.1'] as { dtype: string }).dtype = 'I32';
        }),
      /“weights.1”.*I32; only F32, F64/,
    ],
    [
      'a dtype of another precision',
      (b) =>
        withHeader(b, (h) => {
          const one = h['weights.1'] as { dtype: string; shape: number[] };
          one.dtype = 'F64';
        }),
      /“weights.1”.*do not fit its shape/,
    ],
    [
      'a shape beyond all numbers',
      (b) =>
        withHeader(b, (h) => {
          (h['weights.1'] as { shape: number[] }).shape = [2 ** 40, 2 ** 40];
        }),
      /do not fit its shape/,
    ],
    ['a weights file', (b) => metadata(b, 'nnspec_checkpoint', undefined), /no checkpoint/],
    [
      'a weights file of another precision',
      (b) =>
        withHeader(b, (h) => {
          delete h.__metadata__.nnspec_checkpoint;
          (h['weights.1'] as { dtype: string }).dtype = 'F16';
        }),
      /no checkpoint/,
    ],
    ['another format', (b) => metadata(b, 'nnspec_checkpoint', '2'), /format 2/],
    ['another version', (b) => metadata(b, 'engine_version', '9.9.9'), /saved by NNSpec 9\.9\.9/],
    ['no version', (b) => metadata(b, 'engine_version', undefined), /saved by NNSpec \?/],
    ['an unknown backend', (b) => metadata(b, 'backend', 'abacus'), /“backend”/],
    ['no spec', (b) => metadata(b, 'spec', undefined), /“spec”/],
    ['a data hash that is none', (b) => metadata(b, 'data_hash', 'abc'), /“data_hash”/],
    ['a run that is no JSON', (b) => metadata(b, 'run', '{'), /“run”/],
    ['a run without a spec', (b) => metadata(b, 'run', '{"fileName":"a"}'), /“run”/],
    [
      'a spec nested 100,000 deep',
      (b) => metadata(b, 'run', `{"spec":{"data":{"origin":{}},"layers":${'['.repeat(1e5)}${']'.repeat(1e5)}}}`),
      /“run”/,
    ],
    ['no state', (b) => metadata(b, 'state', undefined), /“state”/],
    ['a state that is a list', (b) => metadata(b, 'state', '[]'), /“state”/],
    ['a state nested 100,000 deep', (b) => metadata(b, 'state', `${'['.repeat(100_000)}`), /“state”/],
    [
      'a checksum at another place',
      (b) => {
        const move = (h: Header): void => {
          const { checksum, ...rest } = h.__metadata__;
          h.__metadata__ = { ...rest, checksum };
        };
        return withHeader(b, move, false);
      },
      /checksum is wrong/,
    ],
    [
      'a changed number',
      (b) => {
        const changed = b.slice();
        changed[b.length - 1] ^= 1;
        return changed;
      },
      /checksum is wrong/,
    ],
  ];
  const fields: readonly Refusal[] = [
    ...setters('epoch', [-1, 1.5, 'NaN', null, '2']),
    ...setters('step', [-1, 1e300, 'NaN']),
    ...setters('learningRate', ['NaN', 'Infinity', null, 'fast']),
    ...setters('lossSum', ['nan', null, []]),
    ...setters('mass', ['NaN']),
    ...setters('manual', [1, null]),
    ...setters('interventions', [
      null,
      [1],
      [{ step: 1, kind: 'spell' }],
      [{ step: 1, kind: 'learning_rate', value: 'NaN' }],
    ]),
    ...setters('tags', [null, ['loss', 'loss'], [1]]),
    ...setters('best', [null, 1]),
    ...setters('last', ['no']),
    ...setters('ended', ['diverged', 1]),
    ['a plateau without its best', (b) => withState(b, set('plateau', { factor: 1, best: 'x', waited: 0 })), /“best”/],
    ['a watch that is a text', (b) => withState(b, set('watch', 'now')), /“state”/],
    [
      'a tensor of its own making',
      (b) =>
        withHeader(b, (h) => {
          h['weights.9'] = h['weights.0'];
          delete h['weights.0'];
        }),
      /“weights/,
    ],
    [
      'a history that is too short',
      (b) =>
        withState(b, (s) => {
          s.epochs = 7;
        }),
      /“history.loss”/,
    ],
  ];
  for (const [what, edit, message] of [...container, ...fields]) {
    it(what, () => {
      const result = decodeCheckpoint(edit(good));
      assert.ok('problem' in result, 'accepted');
      assert.match(result.problem, message);
    });
  }

  const mismatches: readonly (readonly [what: string, bytes: () => Uint8Array, part: string])[] = [
    [
      'weights of another length',
      () => save(withArrays(advanced(5), 'weights', (a) => [a[0].slice(1), ...a.slice(1)])),
      'weights.0',
    ],
    [
      'weights in float64',
      () => save(withArrays(advanced(5), 'weights', (a) => [Float64Array.from(a[0]), ...a.slice(1)])),
      'weights.0',
    ],
    ['a tensor too few', () => save(withArrays(advanced(5), 'weights', (a) => a.slice(1))), 'weights.'],
    ['a tensor too many', () => save(withArrays(advanced(5), 'weights', (a) => [...a, a[0]])), 'weights.'],
    [
      'memory of another optimizer',
      () => save(withArrays(advanced(5), 'optimizer', (a) => a.slice(0, 2))),
      'optimizer.2',
    ],
    ['a buffer too few', () => save(noBuffer(advanced(5))), 'buffer.'],
    ['an epoch beyond its steps', () => withState(atRest, set('epoch', 3)), 'epochs'],
    ['a batch beyond the epoch', () => withState(atRest, set('batch', 9)), 'metric.1'],
    ['a phase beyond the last', () => withState(good, set('phase', phases)), 'phase'],
    ['a phase without a batch', () => withState(atRest, set('phase', 2)), 'phase'],
    ['a batch of another size', () => withState(good, set('under_way', { count: 4, loss: 1 })), 'count'],
    ['no plateau', () => withState(good, set('plateau', undefined)), 'plateau'],
    ['no watch', () => withState(good, set('watch', undefined)), 'best'],
    ['an end in the middle', () => withState(good, set('ended', 'completed')), 'last'],
    ['an end under way in the middle', () => withState(good, set('closing', 'completed')), 'last'],
    ['an end under way that is over', () => withState(save(finish(trainer())), set('closing', 'completed')), 'closing'],
  ];
  for (const [what, bytes, part] of mismatches) {
    it(`${what}, which is well formed but not this network’s`, () => {
      const found = findStateMismatch(load(bytes()).state, trainer());
      assert.ok(found?.startsWith(part), `${found}`);
    });
  }

  it('weights that are not finite, those of the best epoch included', () => {
    const { state } = load(good);
    assert.equal(findNonFiniteTensor(state, trainer()), undefined);
    const spoilt = (arrays: readonly FloatArray[], at: number) =>
      arrays.map((values, i) => (i === at ? values.map((value, k) => (k === 1 ? Number.NaN : value)) : values));
    const { program, best = [] } = state;
    const weights = spoilt(program.weights, 1);
    assert.equal(findNonFiniteTensor({ ...state, program: { ...program, weights } }, trainer()), 'dense_1.bias');
    assert.equal(findNonFiniteTensor({ ...state, best: spoilt(best, 0) }, trainer()), 'dense_1.weight');
  });

  it('an optimizer memory that is NaN, while an infinite one is accepted', () => {
    const { state } = load(good);
    const filled = (value: number) => {
      const optimizer = state.program.optimizer.map((values, i) => (i === 1 ? values.map(() => value) : values));
      return { ...state, program: { ...state.program, optimizer } };
    };
    assert.equal(findNonFiniteTensor(filled(Number.NaN), trainer()), 'optimizer.1');
    assert.equal(findNonFiniteTensor(filled(Number.POSITIVE_INFINITY), trainer()), undefined);
  });

  it('a momentum that no schedule sets, and a missing one that a schedule sets', () => {
    const { state } = load(good);
    const program = { ...state.program, momentum: 0.9 };
    assert.equal(findStateMismatch({ ...state, program }, trainer()), 'momentum');
    const cycle = { schedule: thing('one_cycle', { maximum: 0.1 }) };
    const moved = trainer(cycle).snapshot();
    assert.equal(findStateMismatch(moved, trainer(cycle)), undefined);
    assert.equal(
      findStateMismatch({ ...moved, program: { ...moved.program, momentum: undefined } }, trainer(cycle)),
      'momentum',
    );
  });

  it('another network, another optimizer and another batch size', () => {
    const { state } = load(good);
    const sgdRun = trainer({ optimizer: sgd({ learning_rate: 0.1 }) });
    assert.match(findStateMismatch(state, sgdRun) ?? '', /^optimizer/);
    assert.match(findStateMismatch(state, trainer({ batchSize: 4 })) ?? '', /^(metric|step|count)/);
    assert.equal(findStateMismatch(state, trainer({ metrics: [thing('accuracy')] })), 'metric');
  });
});

describe('a damaged checkpoint', () => {
  const good = save(advanced(5).snapshot());

  it(`is always refused where one byte is changed, and never throws: ${rounds(500)} changes`, () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = good.slice();
        bytes[at] ^= change;
        assert.ok('problem' in decodeCheckpoint(bytes), `byte ${at}`);
      }),
      { numRuns: rounds(500) },
    );
  });

  it(`with a corrected checksum is refused or well formed, and never throws: ${rounds(500)} changes`, () => {
    const length = new DataView(good.buffer).getUint32(0, true);
    let accepted = 0;
    fc.assert(
      fc.property(fc.nat(8 + length + 40), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = good.slice();
        bytes[at] ^= change;
        sealCheckpoint(bytes);
        const file = decodeCheckpoint(bytes);
        if ('problem' in file) {
          return;
        }
        const run = trainer();
        if (findStateMismatch(file.ok.state, run) !== undefined) {
          return;
        }
        run.restore(file.ok.state);
        assert.deepEqual(run.snapshot(), file.ok.state);
        run.advance();
        accepted++;
      }),
      { numRuns: rounds(500) },
    );
    assert.ok(accepted > 0);
  });

  it('of any bytes is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        assert.ok('problem' in decodeCheckpoint(bytes));
      }),
    );
  });
});

function nested(depth: number): Uint8Array {
  const text = new TextEncoder().encode(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`);
  const bytes = new Uint8Array(8 + text.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  return bytes;
}

type Arrays = TrainerState['program']['weights'];

function withArrays(run: Trainer, key: 'weights' | 'optimizer', change: (arrays: Arrays) => Arrays): TrainerState {
  const state = run.snapshot();
  return { ...state, program: { ...state.program, [key]: change(state.program[key]) } };
}

function noBuffer(run: Trainer): TrainerState {
  const state = run.snapshot();
  const { batch } = state.program;
  if (!batch) {
    throw new Error('No step is under way.');
  }
  return { ...state, program: { ...state.program, batch: { ...batch, buffers: batch.buffers.slice(1) } } };
}
