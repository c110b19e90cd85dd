import assert from 'node:assert/strict';
import { isOpen } from '../../../src/common/verdict/compare';
import type { FindingCode, Verdict } from '../../../src/common/verdict/verdict';
import { type LabelledRun, labelledRuns, textOf, verdictOn } from './labelled';

const stateOf = ({ learned, against }: Verdict) =>
  learned ? 'learned' : against && isOpen(against) ? 'open' : 'not learned';
const firstCode = ({ findings }: Verdict) => findings[0]?.code ?? 'none';

/** A run with a finding, and the spec's changes by the step that is proposed for it. */
const steps: Readonly<
  Record<FindingCode, readonly [name: string, ...changes: (readonly [from: RegExp, to: string])[]]>
> = {
  diverged: ['diverged-sine', [/learning_rate: 10/, 'learning_rate: 1']],
  rate_too_high: ['rate-iris', [/learning_rate: 2/, 'learning_rate: 0.2']],
  unscaled_inputs: ['cancer-unscaled', [/source: breast_cancer/, 'source: breast_cancer\n  scale: standard']],
  unscaled_target: ['rents-unscaled-target', [/scale: standard/, 'scale: standard\n  scale_target: standard']],
  linear: ['linear-circles', [/units: 8/, 'units: 8, activation: tanh']],
  symmetric: ['constant-tanh', [/, kernel_initializer: \{ constant: 0.5 \}/g, '']],
  dead_units: ['dead-bias', [/relu, bias_initializer: \{ constant: -10 \}/, 'leaky_relu']],
  vanishing: ['vanishing-sigmoid-6', [/units: 12, activation: sigmoid/g, 'units: 12, activation: relu']],
  one_answer: ['rare-untold', [/epochs/, 'class_weight: balanced\n  epochs']],
  overfitting: ['overfit-curve', [/epochs/, 'early_stopping: {}\n  epochs']],
  too_slow: ['slow-moons', [/learning_rate: 0.002/, 'learning_rate: 0.006']],
  stuck: ['stuck-xor-two', [/units: 2/, 'units: 6']],
};

describe('The verdict on labelled runs', function () {
  this.timeout(60_000);
  const runs = labelledRuns();
  const verdicts = new Map<string, Verdict>();
  const wrongOf = (these: readonly LabelledRun[]) =>
    these.flatMap(({ name, codes, state }) => {
      const verdict = verdicts.get(name) as Verdict;
      const right = codes.includes(firstCode(verdict)) && stateOf(verdict) === state;
      return right ? [] : [`${name}: ${stateOf(verdict)}, ${firstCode(verdict)}`];
    });

  before(async () => {
    for (const { name, text } of runs) {
      verdicts.set(name, await verdictOn(text));
    }
  });

  it('is right about 95 in 100 of them', () => {
    assert.ok(runs.length >= 60);
    const wrong = wrongOf(runs);
    assert.ok(wrong.length <= 0.05 * runs.length, `${wrong.length} of ${runs.length}\n${wrong.join('\n')}`);
  });

  it('is right about 95 in 100 of those on which no limit was sought', () => {
    const heldOut = runs.filter((run) => run.heldOut);
    assert.ok(heldOut.length >= 20);
    const wrong = wrongOf(heldOut);
    assert.ok(wrong.length <= 0.05 * heldOut.length, wrong.join('\n'));
  });

  it('finds nothing wrong with runs that go well', () => {
    const well = runs.filter(({ codes }) => codes.includes('none'));
    assert.ok(well.length >= 20);
    assert.deepEqual(wrongOf(well), []);
  });

  for (const [code, [name, ...changes]] of Object.entries(steps)) {
    it(`proposes a step that helps against ${code}`, async () => {
      const text = textOf(name);
      const before = verdicts.get(name) as Verdict;
      assert.equal(firstCode(before), code);
      const changed = changes.reduce((spec, [from, to]) => spec.replace(from, to), text);
      assert.notEqual(changed, text);
      const after = await verdictOn(changed);
      // Scaled targets have other losses: each counts by what a constant answer has.
      const score = ({ against }: Verdict) => (against ? against.value / against.baseline : Number.POSITIVE_INFINITY);
      assert.ok(score(after) < 0.95 * score(before), JSON.stringify([before, after]));
    });
  }
});
