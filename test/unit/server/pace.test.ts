import assert from 'node:assert/strict';
import { Pace } from '../../../src/server/pace';

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
      for (let piece = 0; piece < 30; piece++) pace.note(10, 0);
      pace.note(10, 1);
      assert.ok(pace.inPieces);
    }
  });

  it('tries whole steps, which are quicker, and goes back where two in a row are long', () => {
    const pace = new Pace();
    pace.note(120, 1);
    assert.ok(!pace.inPieces);
    pace.note(30, 1);
    pace.note(60, 1);
    pace.note(30, 1);
    pace.note(60, 1);
    assert.ok(!pace.inPieces, 'one long step may have shared the processor');
    pace.note(60, 1);
    assert.ok(pace.inPieces);
    for (let step = 0; step < 63; step++) {
      pace.note(120, 1);
      assert.ok(pace.inPieces);
    }
    pace.note(120, 1);
    assert.ok(!pace.inPieces);
    pace.note(300, 10);
    pace.note(300, 10);
    assert.ok(!pace.inPieces);
  });

  it('goes back at once where the first whole step is long, and tries none for long where they were hardly quicker', () => {
    const pace = new Pace();
    pace.note(120, 1);
    pace.note(100, 1);
    assert.ok(pace.inPieces);
    let steps = 0;
    for (; pace.inPieces; steps++) pace.note(120, 1);
    assert.ok(steps > 5 * 64 && steps < 8 * 64, `${steps}`);
    pace.note(30, 1);
    pace.note(30, 1);
    assert.ok(!pace.inPieces);
  });

  it('tries whole steps soon where they have become short', () => {
    const pace = new Pace();
    pace.note(120, 1);
    pace.note(100, 1);
    for (let step = 0; step < 64; step++) pace.note(42, 1);
    assert.ok(!pace.inPieces);
  });
});
