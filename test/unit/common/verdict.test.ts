import assert from 'node:assert/strict';
import type { Course, NetworkFacts } from '../../../src/common/verdict/facts';
import { judgeRun } from '../../../src/common/verdict/judge';
import { findingCodes, readVerdict } from '../../../src/common/verdict/verdict';
import { describeFinding, nextStep, verdictLines } from '../../../src/common/verdict/words';

/** A run of 40 epochs whose losses are `loss(i)`, in the middle of its training. */
function courseOf(loss: (epoch: number) => number, more: Partial<Course> = {}): Course {
  const losses = Float64Array.from({ length: 40 }, (_, i) => loss(i));
  return {
    over: false,
    halted: false,
    missed: false,
    losses,
    baseline: 0.69,
    heldOut: new Float64Array(),
    against: { tag: 'loss', value: losses.at(-1) ?? Number.NaN, baseline: 0.69 },
    ...more,
  };
}

const healthy: NetworkFacts = {
  inputs: { largest: 1, smallest: 1 },
  linear: false,
  layers: [
    { name: 'dense_1', difference: 1, dead: 0, delta: 0.1, gradient: 0.1 },
    { name: 'dense_2', difference: 1, dead: 0, delta: 0.1, gradient: 0.1 },
    { name: 'dense_3', delta: 0.1, gradient: 0.1 },
  ],
  sameAnswer: 0.5,
};
const codesOf = (course: Course, facts: NetworkFacts | undefined = healthy) =>
  judgeRun(course, () => facts).findings.map(({ code }) => code);
const mustNotMeasure = () => assert.fail('measured');
const short = (value: number) => String(Number(value.toPrecision(3)));

describe('the judge of a run', () => {
  it('measures nothing of a network that has learned, and finds nothing wrong with it', () => {
    const verdict = judgeRun(
      courseOf((i) => 0.7 / (i + 1), { over: true }),
      mustNotMeasure,
    );
    assert.deepEqual([verdict.learned, verdict.findings], [true, []]);
  });

  it('looks for no cause while the loss falls, though it is still above that of a constant answer', () => {
    const { learned, findings } = judgeRun(
      courseOf((i) => 1809 - 30 * i),
      mustNotMeasure,
    );
    assert.deepEqual([learned, findings], [false, []]);
  });

  it('says in mid-run that it overfits', () => {
    const course = courseOf((i) => 0.6 / (1 + i), {
      heldOut: Float64Array.from({ length: 40 }, (_, i) => 0.48 + (i * 3.6) / 39),
      against: { tag: 'val_loss', value: 4.07, baseline: 0.69 },
    });
    assert.deepEqual(codesOf(course), ['overfitting']);
    assert.equal(judgeRun(course, () => healthy).learned, false);
  });

  it('does not call a falling loss a rising one', () => {
    assert.deepEqual(codesOf(courseOf((i) => 0.5611 * 0.94 ** i, { over: true })), []);
  });

  it('says that units are dead, though the loss has fallen', () => {
    const dead = { ...healthy, layers: [{ name: 'dense_1', dead: 1 }, { name: 'dense_2' }] };
    const course = courseOf((i) => 603 + 1200 / (1 + i) ** 4, { over: true });
    assert.deepEqual(judgeRun(course, () => dead).findings, [{ code: 'dead_units', layer: 'dense_1', value: 1 }]);
  });

  it('blames the numbers, not the rate, where inputs are not scaled and the loss leaps', () => {
    const leaping = courseOf((i) => (i % 2 === 0 ? 15_010 : 1845), { over: true });
    const trial = { before: 10, after: 1 };
    assert.deepEqual(codesOf(leaping, { ...healthy, trial }), ['rate_too_high']);
    assert.deepEqual(codesOf(leaping, { ...healthy, trial, inputs: { largest: 1000, smallest: 0.01 } }), [
      'unscaled_inputs',
    ]);
  });

  it('does not promise more by more epochs where early stopping has ended the run', () => {
    const falling = courseOf((i) => 0.9 - i * 0.005, { over: true });
    assert.deepEqual(codesOf(falling), ['too_slow']);
    assert.deepEqual(codesOf({ ...falling, halted: true }), ['stuck']);
  });

  it('does not call better what may be chance on a few held-out rows, and finds nothing wrong', () => {
    const against = { tag: 'val_loss', value: 0.4, baseline: 0.69, rows: 8, error: 0.15 };
    const open = judgeRun(
      courseOf((i) => 0.7 / (i + 1), { over: true, against }),
      mustNotMeasure,
    );
    assert.deepEqual(open, { learned: false, against, findings: [] });
    assert.deepEqual(verdictLines(open, short), [
      'About as good as always giving the same answer, on 8 rows: val_loss 0.4 against 0.69 (standard error of the difference: 0.15).',
    ]);
    const clear = { ...against, error: 0.14 };
    assert.equal(
      judgeRun(
        courseOf((i) => 0.7 / (i + 1), { over: true, against: clear }),
        mustNotMeasure,
      ).learned,
      true,
    );
    // Where a class is rare, little can be gained: beyond two standard errors that is enough.
    const small = { ...against, value: 0.67, error: 0.005 };
    assert.equal(
      judgeRun(
        courseOf((i) => 0.7 / (i + 1), { over: true, against: small }),
        mustNotMeasure,
      ).learned,
      true,
    );
    // A network that is no better has not learned, however few the rows are.
    const none = { ...against, value: 0.685 };
    assert.match(verdictLines({ learned: false, against: none, findings: [] }, short)[0], /^It has not learned/);
  });

  it('judges losses below 0', () => {
    const against = { tag: 'loss', value: -2, baseline: -1 };
    assert.equal(
      judgeRun(
        courseOf((i) => 1 - i / 13, { over: true, against }),
        mustNotMeasure,
      ).learned,
      true,
    );
    const worse = { ...against, value: -1.01 };
    assert.equal(
      judgeRun(
        courseOf(() => -1, { over: true, against: worse }),
        () => undefined,
      ).learned,
      false,
    );
  });

  it('says where it diverged, and what was not scaled', () => {
    const diverged = { step: 7, layer: 'dense_2' };
    const course = courseOf(() => 1, { over: true, diverged, against: undefined });
    const large = { ...healthy, target: 900 };
    assert.deepEqual(
      judgeRun(course, () => large),
      {
        learned: false,
        findings: [
          { code: 'diverged', layer: 'dense_2', value: 7 },
          { code: 'unscaled_target', value: 900 },
        ],
      },
    );
    assert.match(nextStep(judgeRun(course, () => large)) ?? '', /scale_target/);
    assert.match(nextStep(judgeRun(course, () => undefined)) ?? '', /a tenth/);
  });

  it('says nothing of a run without an epoch', () => {
    const course = courseOf(() => 1, { losses: new Float64Array(), over: true });
    assert.deepEqual(codesOf(course), []);
  });
});

describe('the words of a verdict', () => {
  it('have a sentence with its number and a next step for each code', () => {
    for (const code of findingCodes) {
      const finding = { code, layer: 'dense_9', value: 0.25 };
      assert.match(describeFinding(finding, short), /0\.25|25 %/, code);
      assert.ok(nextStep({ learned: false, findings: [finding] }), code);
    }
  });

  it('do not say that it has learned, where something is wrong', () => {
    const against = { tag: 'loss', value: 0.478, baseline: 0.69 };
    const findings = [{ code: 'stuck' as const, value: 700 }];
    assert.deepEqual(verdictLines({ learned: true, against, findings }, short), [
      'It does better than always giving the same answer: loss 0.478 against 0.69.',
      'The loss has stayed within 5 % for 700 epochs.',
      'Try next: Try another seed, or more units in the hidden layers.',
    ]);
    assert.deepEqual(verdictLines({ learned: true, against, findings: [] }, short), [
      'It has learned: loss 0.478, against 0.69 for always giving the same answer.',
    ]);
  });
});

describe('a verdict that is read', () => {
  it('is believed in nothing', () => {
    assert.equal(readVerdict({ learned: 'yes', findings: [] }), undefined);
    assert.equal(readVerdict({ learned: true }), undefined);
    const odd = {
      learned: true,
      against: { tag: 3, value: 1, baseline: 1 },
      findings: [null, { code: 'unknown', value: 1 }, { code: 'stuck' }, { code: 'stuck', layer: 5, value: 'NaN' }],
    };
    assert.deepEqual(readVerdict(odd), { learned: true, findings: [{ code: 'stuck', value: Number.NaN }] });
  });

  it('is the one that was written', () => {
    const verdict = {
      learned: false,
      against: { tag: 'val_loss', value: 0.7, baseline: 0.69, rows: 8, error: 0.15 },
      findings: [{ code: 'dead_units', layer: 'dense_2', value: 1 }],
    };
    assert.deepEqual(readVerdict(JSON.parse(JSON.stringify(verdict))), verdict);
  });
});
