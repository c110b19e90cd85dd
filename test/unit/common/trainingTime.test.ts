import assert from 'node:assert/strict';
import { secondsAt, TrainingTime } from '../../../src/common/trainingTime';

describe('the time of a training', () => {
  it('rises, whatever the clock does, and has few moments', () => {
    const time = new TrainingTime();
    const told = [
      time.moment(0, 0, false),
      time.moment(1, 5, false),
      time.moment(2, 5.01, false),
      // The clock went back.
      time.moment(3, 2, true),
      time.moment(3, 9, true),
      time.moment(2, 10, false),
      time.moment(4, 6, false),
    ];
    assert.deepEqual(
      told.map((moment) => moment && [moment.step, moment.seconds]),
      [[0, 0], [1, 5], undefined, [3, 5], undefined, undefined, [4, 6]],
    );
    const day = new TrainingTime();
    const moments = Array.from({ length: 86_400 * 2 }, (_, i) => day.moment(i, i / 2, false)).filter(Boolean);
    assert.ok(moments.length < 1500, `${moments.length}`);
  });

  it('between two moments goes by the line between them', () => {
    const times = { x: Float64Array.of(10, 20), y: Float64Array.of(1, 4) };
    assert.deepEqual(
      [0, 5, 10, 15, 20, 21].map((step) => secondsAt(times, step)),
      [0, 0.5, 1, 2.5, 4, undefined],
    );
  });
});
