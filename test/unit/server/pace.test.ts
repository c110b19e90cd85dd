import assert from 'node:assert/strict';
import { Pace } from '../../../src/server/pace';

function note(pace: Pace, milliseconds: number, steps: number): void {
  for (let i = 0; i < steps; i++) {
    pace.note(milliseconds, 1);
  }
}

describe('the pace of a run', () => {
  it('uses phases in the first step, and whole steps if that was quick', () => {
    const pace = new Pace();
    assert.equal(pace.unit, 'phase');
    note(pace, 30, 1);
    assert.equal(pace.unit, 'step');
  });

  it('stays with phases where the phases of a step take long in total', () => {
    const pace = new Pace();
    for (let step = 0; step < 200; step++) {
      for (let phase = 0; phase < 9; phase++) {
        pace.note(20, 0);
      }
      pace.note(20, 1);
      assert.equal(pace.unit, 'phase');
    }
  });

  it('tries a whole step where it may be much quicker, and again after 64 steps if it was not', () => {
    const pace = new Pace();
    note(pace, 120, 1);
    assert.equal(pace.unit, 'step');
    note(pace, 41, 1);
    assert.equal(pace.unit, 'phase');
    note(pace, 120, 63);
    assert.equal(pace.unit, 'phase');
    note(pace, 120, 1);
    assert.equal(pace.unit, 'step');
    note(pace, 39, 1000);
    assert.equal(pace.unit, 'step');
  });

  it('judges many quick steps of one chunk by their mean', () => {
    const pace = new Pace();
    note(pace, 1, 1);
    pace.note(60, 5000);
    assert.equal(pace.unit, 'step');
  });
});
