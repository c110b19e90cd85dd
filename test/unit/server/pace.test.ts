import assert from 'node:assert/strict';
import { Pace } from '../../../src/server/pace';

/** A step in pieces that spends most of its time, or as much as is said, on its updates. */
function stepInPieces(pace: Pace, milliseconds: number, updates = 0.7 * milliseconds): void {
  pace.note(milliseconds - updates, 0);
  pace.note(updates, 1, true);
}

describe('the pace of a run', () => {
  it('does the first step in pieces, and whole ones where that was quick', () => {
    const pace = new Pace();
    assert.ok(pace.inPieces);
    pace.note(10, 0);
    pace.note(5, 1);
    assert.ok(!pace.inPieces);
  });

  it('stays with pieces where a step takes seconds, all its pieces counted', () => {
    const pace = new Pace();
    for (let step = 0; step < 200; step++) {
      for (let piece = 0; piece < 30; piece++) {
        pace.note(10, 0);
      }
      pace.note(10, 1);
      assert.ok(pace.inPieces);
    }
  });

  it('tries whole steps, which are quicker, and goes back where two in a row are long', () => {
    const pace = new Pace();
    stepInPieces(pace, 120);
    assert.ok(!pace.inPieces);
    pace.note(30, 1);
    pace.note(60, 1);
    pace.note(30, 1);
    pace.note(60, 1);
    assert.ok(!pace.inPieces, 'one long step may have shared the processor');
    pace.note(60, 1);
    assert.ok(pace.inPieces);
    for (let step = 0; step < 63; step++) {
      stepInPieces(pace, 120);
      assert.ok(pace.inPieces);
    }
    stepInPieces(pace, 120);
    assert.ok(!pace.inPieces);
    pace.note(300, 10);
    pace.note(300, 10);
    assert.ok(!pace.inPieces);
  });

  it('goes back at once where the first whole step is long, and tries none for long where they were hardly quicker', () => {
    const pace = new Pace();
    stepInPieces(pace, 120);
    pace.note(100, 1);
    assert.ok(pace.inPieces);
    let steps = 0;
    for (; pace.inPieces; steps++) {
      stepInPieces(pace, 120);
    }
    assert.ok(steps > 5 * 64 && steps < 8 * 64, `${steps}`);
    pace.note(30, 1);
    pace.note(30, 1);
    assert.ok(!pace.inPieces);
  });

  it('tries whole steps soon where they have become short', () => {
    const pace = new Pace();
    stepInPieces(pace, 120);
    pace.note(100, 1);
    for (let step = 0; step < 64; step++) {
      stepInPieces(pace, 42);
    }
    assert.ok(!pace.inPieces);
  });

  it('never tries whole steps where what comes before the updates takes long, since they would take as long', () => {
    const pace = new Pace();
    for (let step = 0; step < 1000; step++) {
      stepInPieces(pace, 120, 60);
      assert.ok(pace.inPieces);
    }
    stepInPieces(pace, 110, 61);
    assert.ok(!pace.inPieces);
  });

  it('tries whole steps of a plain backend only where those in pieces are short: they take as long', () => {
    const pace = new Pace(true);
    for (let step = 0; step < 1000; step++) {
      stepInPieces(pace, 41);
      assert.ok(pace.inPieces);
    }
    stepInPieces(pace, 39);
    assert.ok(!pace.inPieces);
    pace.note(60, 1);
    assert.ok(pace.inPieces);
    for (let step = 0; step < 1000; step++) {
      stepInPieces(pace, 60);
      assert.ok(pace.inPieces);
    }
  });
});
