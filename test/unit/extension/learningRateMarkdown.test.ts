import assert from 'node:assert/strict';
import { learningRateMarkdown, searchMarkdown } from '../../../src/extension/reports/learningRateMarkdown';
import { parseSpec } from '../../../src/language';
import type { LearningRateReport } from '../../../src/protocol/engine';

const text =
  'data: { source: xor }\nmodel: { layers: [{ dense: 1 }] }\ntraining: { early_stopping: { patience: 2 } }\n';
const spec = parseSpec(text.replace('source: xor', 'source: moons'), { fileName: 'a.nnspec' }).spec;

/** A loss that falls from rate 1e-3 on and diverges at the end. */
function report(more: Partial<LearningRateReport> = {}): LearningRateReport {
  const rates = Float64Array.from({ length: 60 }, (_, i) => 1e-7 * 10 ** (i / 10));
  const losses = rates.map((_, i) => (i === 59 ? Number.POSITIVE_INFINITY : i < 40 ? 1 : 1 - (i - 40) / 40));
  return { rates, losses, smoothed: losses, diverged: true, verdict: 'clear', suggestion: 0.001, ...more };
}

describe('the page of a search for a learning rate', () => {
  it('shows the curve over a logarithmic axis, with the suggestion marked', () => {
    assert.ok(spec);
    const page = learningRateMarkdown('A <b>', report(), spec.training);
    assert.match(page, /^# Learning rate: A &lt;b&gt;|^# Learning rate: A \\<b\\>/);
    assert.match(page, /\*\*Suggested learning rate: 0\.001\.\*\*/);
    assert.match(page, /<svg [^>]*aria-label="Loss at each learning rate"/);
    assert.match(page, />1e−6<.*>1e−2</s);
    assert.match(page, /stroke-dasharray="3 4"/);
    assert.match(page, /Not used in the search: early_stopping\./);
    assert.doesNotMatch(page, /NaN|Infinity/);
  });

  it('marks nothing where nothing can be suggested', () => {
    assert.ok(spec);
    const page = learningRateMarkdown('A', report({ verdict: 'none', suggestion: undefined }), spec.training);
    assert.match(page, /falls at none of the learning rates/);
    assert.doesNotMatch(page, /stroke-dasharray="3 4"|dashed/);
    const nan = Float64Array.of(Number.NaN);
    const one = { rates: Float64Array.of(1e-7), losses: nan, smoothed: nan };
    const broken = learningRateMarkdown('A', report({ ...one, verdict: 'none', suggestion: undefined }), spec.training);
    assert.match(broken, /not a finite number even before the first step/);
    assert.doesNotMatch(broken, /<svg/);
  });

  it('shows the curve so far while the search goes on, and suggests nothing', () => {
    const one = { rates: Float64Array.of(1e-7), losses: Float64Array.of(1), smoothed: Float64Array.of(1) };
    const running = searchMarkdown('A', one, { done: 1, total: 300, state: 'running' });
    assert.match(running, /The search goes on: step 1 of at most 300\./);
    assert.match(running, /<svg [^>]*aria-label="Loss at each learning rate"/);
    assert.doesNotMatch(running, /NaN|Infinity|stroke-dasharray="3 4"/);
    assert.match(searchMarkdown('A', one, { done: 1, total: 300, state: 'ended' }), /ended after step 1 of/);
  });
});
