import assert from 'node:assert/strict';
import { type FilmFrame, filmHead, mostBytes, mostFrames, readFilm, roomFor } from '../../../../src/common/filmFile';
import { normal, purposes } from '../../../../src/common/random';
import {
  type Backend,
  confusionOf,
  Film,
  type Moment,
  PastMoment,
  probeActivations,
  probeGradients,
  referenceBackend,
  SurfaceProbe,
  Trainer,
  walk,
  wasmBackend,
} from '../../../../src/engine';
import { adam, dataOf, dense, network, plan, range, sgd, thing } from '../support';

const samples = 20;
const rows = [...Array(samples).keys()];
const inputs = rows.map((i) => [0, 1].map((k) => normal(1, purposes.generate, 0, 2 * i + k)));
const parts = { train: range(14), validation: range(14, 6), test: new Int32Array(0) };

interface Sketch {
  readonly backend: Backend;
  readonly batched?: boolean;
  readonly film?: Film;
}

function networkOf(batched: boolean) {
  const between = batched ? [{ type: 'batch_normalization' }, { type: 'dropout', rate: 0.2 }] : [];
  return network([2], [dense(6, 'tanh'), ...between, dense(1, 'sigmoid')], 'binary_crossentropy');
}

/** Three batches an epoch, the last one smaller; the rate falls from step to step. */
function trainer({ backend, batched = true, film }: Sketch): Trainer {
  return new Trainer({
    plan: plan(networkOf(batched), {
      optimizer: batched ? adam({ learning_rate: 0.05 }) : sgd({ learning_rate: 0.3 }),
      batchSize: 5,
      epochs: 60,
      ...(batched && { metrics: [thing('accuracy')], schedule: thing('exponential', { gamma: 0.98 }) }),
      ...(batched && {
        earlyStopping: { monitor: 'val_loss' as const, patience: 500, minDelta: 0, restoreBest: true },
      }),
    }),
    data: dataOf(
      inputs,
      rows.map((i) => [Number(inputs[i][0] * inputs[i][1] > 0)]),
    ),
    parts,
    backend,
    film,
  });
}

const filmOf = ({ batched = true }: Partial<Sketch> = {}): Film => Film.of(networkOf(batched))!;

/** A frame as its file holds it. */
const plain = ({ step, lowest, learningRate, values }: FilmFrame): FilmFrame => ({
  step,
  lowest,
  learningRate,
  values,
});

function finish(run: Trainer, more: () => boolean, unit: 'step' | 'phase' = 'step'): Trainer {
  while (!run.ended) {
    run.runChunk(more, unit);
  }
  return run;
}

/** All that can be measured of a moment. */
function measured(of: Moment, surface: SurfaceProbe) {
  return {
    activations: probeActivations(of),
    // A past moment does not know the memory of the optimizer, which the next update needs.
    gradients: probeGradients(of).layers.map(({ updateNorm: _, ...norms }) => norms),
    confusion: confusionOf(of, 'validation'),
    walk: walk(of, { kind: 'batch' }).steps.filter(({ phase }) => phase.kind !== 'update'),
    rate: walk(of, { kind: 'batch' }).learningRate,
    surface: surface.measure(of).outputs,
  };
}

for (const backend of [referenceBackend, wasmBackend]) {
  describe(`a film, on the backend ${backend.name}`, () => {
    it('has the same frames whatever the chunks in which the steps are done', () => {
      for (const batched of [true, false]) {
        const films = [0, 1, 2, 3].map((way) => {
          const film = filmOf({ batched });
          const run = trainer({ backend, batched, film });
          let calls = 0;
          const ways = [() => true, () => false, () => calls++ % 5 > 0, () => calls++ % 3 > 0];
          finish(run, ways[way], way === 3 ? 'phase' : 'step');
          return film.since(undefined).bytes;
        });
        for (const film of films) {
          assert.deepEqual(film, films[0]);
        }
        assert.ok(readFilm(films[0]).length > 100);
      }
    });

    it('measures each moment as a run does that was stopped at this step', () => {
      const film = filmOf();
      const run = finish(trainer({ backend, film }), () => true);
      const before = run.snapshot();
      const stopped = trainer({ backend });
      const axes = ['x', 'y'].map((name) => ({ name, shift: 0, scale: 1 }));
      const surface = new SurfaceProbe(stopped, backend, axes, 6);
      const steps = film.frames.map(({ step }) => step);
      // Within an epoch, at its end, at the beginning.
      for (const step of [0, 1, 3, 4, steps[20], steps.find((each) => each > 90 && each % 3 === 0)!, steps.at(-2)!]) {
        while (stopped.position.step < step) {
          stopped.trainBatch();
        }
        const frame = film.at(step)!;
        assert.equal(frame.step, step);
        assert.deepEqual(measured(new PastMoment(run, frame), surface), measured(stopped, surface), `step ${step}`);
      }
      assert.deepEqual(run.snapshot(), before, 'the run is as it was');
    });

    it('ends with the weights of the last step, though the best ones are restored', () => {
      const film = filmOf();
      const run = finish(trainer({ backend, film }), () => true);
      assert.equal(film.frames.at(-1)?.step, 180);
      assert.ok(run.kept);
      assert.deepEqual(
        film.frames.at(-1)?.values,
        Float32Array.from(run.snapshot().last!.flatMap((each) => [...each])),
      );
    });

    it('passes over an update that needs a memory of the optimizer, and computes every other', () => {
      const updates = (batched: boolean) => {
        const film = filmOf({ batched });
        const run = finish(trainer({ backend, batched, film }), () => true);
        return walk(new PastMoment(run, film.at(30)!), { kind: 'batch' }).steps.filter(
          ({ phase }) => phase.kind === 'update',
        ).length;
      };
      assert.equal(updates(true), 0);
      assert.equal(updates(false), 2);
    });

    it('does not change the training', () => {
      const film = filmOf();
      assert.deepEqual(
        finish(trainer({ backend, film }), () => true).snapshot(),
        finish(trainer({ backend }), () => true).snapshot(),
      );
    });

    it('goes on from its file where the run goes on from a checkpoint', () => {
      const film = filmOf();
      const whole = finish(trainer({ backend, film }), () => true);
      assert.ok(whole.ended);
      const first = trainer({ backend, film: filmOf() });
      while (first.position.step < 40) {
        first.trainBatch();
      }
      const again = filmOf();
      const second = trainer({ backend, film: again });
      second.restore(first.snapshot());
      again.resume(film.since(undefined).bytes, 40);
      finish(second, () => true);
      assert.deepEqual(
        again.frames.map(({ step }) => step),
        film.frames.map(({ step }) => step),
      );
      assert.deepEqual(plain(again.frames[100]), plain(film.frames[100]));
    });
  });
}

describe('the file of a film', () => {
  const film = filmOf();
  finish(trainer({ backend: referenceBackend, film }), () => true);
  const { bytes } = film.since(undefined);

  it('holds every frame, and grows by what is new', () => {
    assert.deepEqual(readFilm(bytes), film.frames.map(plain));
    const growing = filmOf();
    const run = trainer({ backend: referenceBackend, film: growing });
    let file = new Uint8Array();
    let have: ReturnType<Film['since']>['cursor'] | undefined;
    while (!run.ended) {
      run.trainEpoch();
      const piece = growing.since(have);
      file = piece.whole ? new Uint8Array(piece.bytes) : Uint8Array.of(...file, ...piece.bytes);
      have = piece.cursor;
    }
    assert.deepEqual(file, new Uint8Array(bytes));
  });

  it('is read up to a torn, damaged or misplaced frame', () => {
    const length = (bytes.length - 16) / film.frames.length;
    for (const cut of [0, 7, 15, 16, 17, 16 + length - 1]) {
      assert.deepEqual(readFilm(bytes.slice(0, cut)), [], `cut at ${cut}`);
    }
    assert.equal(readFilm(bytes.slice(0, 16 + 3 * length + 5)).length, 3);
    const damaged = bytes.slice();
    damaged[16 + 4 * length + 40] ^= 1;
    assert.equal(readFilm(damaged).length, 4);
    const twice = Uint8Array.of(...bytes.slice(0, 16 + length), ...bytes.slice(16));
    assert.equal(readFilm(twice).length, 1);
  });

  it('is never believed', () => {
    for (const head of [filmHead(0), filmHead(0xffffffff), filmHead(1e6)]) {
      assert.deepEqual(readFilm(Uint8Array.of(...head, ...new Uint8Array(500))), []);
    }
    const other = bytes.slice();
    other[8] = 9;
    assert.deepEqual(readFilm(other), [], 'another version');
    const frames = film.frames.length;
    film.resume(Uint8Array.of(...filmHead(3), ...new Uint8Array(40)), 0);
    assert.ok(frames > 0 && film.frames.length === 0, 'frames of another network');
  });

  it('has room for up to 240 frames in 16 MB, and none for a network with fewer than eight', () => {
    assert.equal(roomFor(17), mostFrames);
    assert.equal(roomFor(30_000), Math.floor((mostBytes - 16) / (28 + 120_000)));
    assert.equal(roomFor(524_000), 8);
    assert.equal(roomFor(600_000), 0);
    const large = network([2], [dense(200_000, 'tanh'), dense(1, 'sigmoid')], 'binary_crossentropy');
    assert.equal(Film.of(large), undefined);
  });
});
