import assert from 'node:assert/strict';
import { gradientMarkdown } from '../../../src/extension/reports/gradientMarkdown';
import type { GradientReport, LayerInfo, TensorCheck } from '../../../src/protocol/engine';

const layer = (name: string, type: string): LayerInfo => ({
  name,
  type,
  forward: 'weigh',
  shape: [2],
  parameters: 0,
  inputShape: [2],
});
const check = (more: Partial<TensorCheck>): TensorCheck => ({
  layer: 0,
  tensor: 'a_1.weight',
  shape: [2, 2],
  checked: 4,
  kinks: 0,
  unresolved: 0,
  largestError: 1e-9,
  worst: { at: [1, 0], gradient: 0.125, quotient: 0.1250000001 },
  verdict: 'right',
  ...more,
});
const report = (tensors: readonly TensorCheck[], parameters = 4): GradientReport => ({
  epoch: 1,
  step: 7,
  samples: 4,
  parameters,
  loss: 0.25,
  tensors,
});
const layers = [layer('a_1', 'dense'), layer('drop', 'dropout')];

describe('the page of a gradient check', () => {
  it('begins with the result, followed by each tensor and how to read the tables', () => {
    const text = gradientMarkdown('XOR', layers, report([check({})]));
    const lines = text.split('\n');
    assert.equal(lines[0], '# Gradient check: XOR');
    assert.match(lines[2], /^\*\*✓ Backpropagation and difference quotients agree.*1\.0e−9/);
    assert.ok(text.includes('| a\\_1\\.weight | ✓ right | 1.0e−9 | 4 |\n'), text);
    assert.ok(!text.includes('Kinks'), 'where there are none, nothing is said of them');
    assert.ok(text.includes('| a\\_1\\.weight \\[1, 0\\] | 1.25000000e−1 | 1.25000000e−1 |'), text);
    assert.ok(text.includes('| drop | nothing to learn |'));
    assert.ok(!text.includes('drawn by the seed'));
  });

  it('lists a wrong gradient first, and says where numbers were sampled or skipped', () => {
    const tensors = [
      check({ largestError: 0.04, verdict: 'wrong' }),
      check({ tensor: 'a_1.bias', shape: [100], checked: 3, kinks: 2, verdict: 'doubtful' }),
      check({ checked: 0, kinks: 4, largestError: Number.NaN, worst: undefined, verdict: 'unchecked' }),
    ];
    const text = gradientMarkdown('XOR', layers, report(tensors, 108));
    assert.match(text, /\*\*✗ Gradients differ: the largest relative error is 4\.0e−2/);
    assert.match(text, /\| 3 of 100 \| 2 \|/);
    assert.match(text, /\| – not checked \| – \| 0 \| 4 \|/);
    assert.match(text, /drawn by the seed/);
  });

  it('says why a gradient hidden by rounding could not be checked', () => {
    const tensors = [
      check({ checked: 0, unresolved: 4, largestError: Number.NaN, worst: undefined, verdict: 'unchecked' }),
    ];
    const text = gradientMarkdown('XOR', layers, { ...report(tensors), loss: 1.5e16 });
    assert.match(text, /\*\*– Nothing could be compared/);
    assert.match(text, /Not checked at 4 weights: rounding to float64, .* in the loss, 1\.5e\+16\./);
    const one = { ...report([{ ...tensors[0], unresolved: 1 }]), samples: 1 };
    assert.match(
      gradientMarkdown('XOR', layers, one),
      /over 1 sample, at step [\s\S]*Not checked at 1 weight: rounding/,
    );
    assert.ok(!text.includes('rounding hides nothing') && !text.includes('drawn by the seed'), text);
  });

  it('does not break numbers, and groups the digits of counts by three', () => {
    const worst = { at: [12, 0], gradient: -2.79915169e-3, quotient: -2.79915171e-3 };
    const text = gradientMarkdown('XOR', layers, {
      ...report([check({ shape: [4608], checked: 1028, largestError: 3e-9, worst })], 4608),
      step: 1_017_381,
    });
    assert.ok(text.includes('| −2.79915169e−3 | −2.79915171e−3 |'), text);
    assert.ok(text.includes('| 3.0e−9 | 1,028 of 4,608 |'), text);
    assert.match(text, /Checked: 1,028 of 4,608 gradients, over 4 samples, at step 1,017,381\./);
    const tables = text.split('\n').filter((line) => line.startsWith('| ') && !line.includes('---'));
    assert.doesNotMatch(tables.join('\n'), /-\d|\d-/);
  });

  it('words the counts of one, all and no gradients', () => {
    const textOf = (checked: number, parameters: number) =>
      gradientMarkdown('XOR', layers, report([check({ checked, shape: [parameters] })], parameters));
    assert.match(textOf(1, 1), /Checked: the only gradient, over 4 samples/);
    assert.match(textOf(1028, 1028), /Checked: all 1,028 gradients, over/);
    assert.match(textOf(1, 2), /Checked: 1 of 2 gradients, over/);
    assert.match(textOf(0, 1), /Checked: no gradient, over/);
  });

  it('escapes names, so that they cannot become markup', () => {
    const text = gradientMarkdown('<img src=x> | **b**', layers, report([]));
    assert.ok(text.includes('# Gradient check: &lt;img src=x&gt; \\| \\*\\*b\\*\\*'), text.slice(0, 80));
    assert.match(text, /no gradient to check/);
  });
});
