import assert from 'node:assert/strict';
import { learnTruthTables } from '../../../src/engine';
import { answerOf, corners, lineOf, move, rightOf } from '../../../webview/lesson/dividingLine';

describe('The line of a unit on a truth table', () => {
  it('answers as the unit does, for all sixteen tables', () => {
    for (const { outputs, answers, weights, bias } of learnTruthTables()) {
      const line = lineOf({ weights, bias });
      assert.deepEqual(
        corners.map((corner) => answerOf(line, corner)),
        answers,
        outputs.join(''),
      );
    }
  });

  it('gets XOR right at three corners at most, and swaps its sides', () => {
    const line = { from: [-0.5, 1], to: [1, -0.5], isFlipped: false } as const;
    assert.equal(rightOf([0, 1, 1, 0], line), 3);
    assert.equal(rightOf([0, 1, 1, 0], { ...line, isFlipped: true }), 1);
    assert.equal(rightOf([0, 1, 1, 1], move(line, 'to', [1, -0.7])), 4);
  });

  it('without weights has its bias alone', () => {
    assert.equal(rightOf([1, 1, 1, 1], lineOf({ weights: [0, 0], bias: 2 })), 4);
    assert.equal(rightOf([0, 0, 0, 0], lineOf({ weights: [0, 0], bias: -2 })), 4);
  });
});
