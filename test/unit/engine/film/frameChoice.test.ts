import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FrameChoice, type Mark } from '../../../../src/engine/film/frameChoice';

/** Follows a training of these losses, one a step, and ends it. */
function follow(room: number, losses: readonly number[]): FrameChoice<Mark> {
  const choice = new FrameChoice<Mark>(room);
  choice.look(0, (mark) => mark);
  losses.forEach((loss, i) => {
    choice.note(loss);
    if (i + 1 >= choice.next) {
      choice.look(i + 1, (mark) => mark);
    }
  });
  choice.look(losses.length, (mark) => mark, true);
  return choice;
}

const steps = (choice: FrameChoice<Mark>) => choice.frames.map(({ step }) => step);

describe('the frames of a film', () => {
  it('are never more than there is room for; the first and the last moment are always among them, in order', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 60 }),
        fc.array(
          fc.oneof(fc.double({ min: -10, max: 10 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 0, 1e300)),
          { minLength: 1, maxLength: 700 },
        ),
        (room, losses) => {
          const chosen = steps(follow(room, losses));
          assert.ok(chosen.length <= room, `${chosen.length} of ${room}`);
          assert.equal(chosen[0], 0);
          assert.equal(chosen.at(-1), losses.length);
          assert.ok(chosen.every((step, i) => i === 0 || step > chosen[i - 1]));
          assert.ok(losses.length < room / 2 || chosen.length > room / 3, 'the room stays empty');
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are all moments of a short training', () => {
    assert.deepEqual(steps(follow(240, [5, 4, 3, 2, 1])), [0, 1, 2, 3, 4, 5]);
  });

  it('are many at first, and many where the loss falls fast', () => {
    // A plateau, a fall between the steps 6,000 and 7,000, a plateau.
    const losses = Array.from({ length: 20_000 }, (_, i) =>
      i < 6000 ? 0.7 : i < 7000 ? 0.7 * 0.995 ** (i - 6000) : 0.004,
    );
    const chosen = steps(follow(240, losses));
    const within = (from: number, to: number) => chosen.filter((step) => step >= from && step < to).length;
    assert.ok(within(0, 1000) > 3 * within(12_000, 13_000), chosen.join());
    assert.ok(within(6000, 7000) > 5 * within(8000, 9000), chosen.join());
  });

  it('of a large network are farther apart', () => {
    const choice = new FrameChoice<Mark>(20, 10);
    for (let step = 0; step < 100; step = choice.next) {
      choice.look(step, (mark) => mark);
    }
    assert.deepEqual(steps(choice), [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
  });

  it('are bounded however long the training, as is the number of looks', () => {
    let looks = 0;
    const choice = new FrameChoice<Mark>(240);
    for (let step = 0; step < 1e9; step = choice.next) {
      choice.note(1 / (1 + step));
      choice.look(step, (mark) => mark);
      looks += 1;
    }
    assert.ok(choice.frames.length > 120 && choice.frames.length <= 240);
    assert.ok(looks < 5000, `${looks} looks`);
  });

  it('go on after an interruption', () => {
    const losses = Array.from({ length: 900 }, (_, i) => 1 / (1 + i));
    const before = follow(40, losses.slice(0, 500));
    const choice = new FrameChoice<Mark>(40);
    choice.resume(before.frames, 480);
    assert.ok(steps(choice).every((step) => step <= 480));
    for (let step = 481; step <= 900; step += 1) {
      choice.note(losses[step - 1]);
      if (step >= choice.next) {
        choice.look(step, (mark) => mark);
      }
    }
    assert.equal(choice.frames[0].step, 0);
    assert.ok(choice.frames.length > 20 && choice.frames.length <= 40);
  });
});
