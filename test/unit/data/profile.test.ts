import assert from 'node:assert/strict';
import fc from 'fast-check';
import { profileTable } from '../../../src/data/profile';
import { maximumCounts } from '../../../src/spec/tableFacts';

const bytesOf = (cells: readonly (string | number)[]) =>
  new TextEncoder().encode(`x,y\n${cells.map((cell) => `${cell},1\n`).join('')}`);

function columnOf(cells: readonly (string | number)[]) {
  const found = profileTable(bytesOf(cells), 'table.csv');
  assert.ok('facts' in found);
  return found.facts.columns[0];
}

/** The expected counts, computed in the simplest way. */
function expected(values: readonly (string | number)[]) {
  const tally = new Map<string | number, number>();
  for (const value of values) {
    tally.set(value, (tally.get(value) ?? 0) + 1);
  }
  const counts = [...tally]
    .map(([value, count]) => ({ value: String(value), count }))
    .sort((a, b) => b.count - a.count);
  return { distinct: tally.size, counts: counts.slice(0, maximumCounts) };
}

describe('the profile of a table', () => {
  it('counts different numbers, and how often each occurs if they are few', () => {
    const number = fc.oneof(fc.integer({ min: -30, max: 30 }), fc.double({ noNaN: true, noDefaultInfinity: true }));
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 300 }), (numbers) => {
        const { distinct, counts, whole } = columnOf(numbers);
        const wanted = expected(numbers.map((value) => value + 0));
        assert.equal(distinct, wanted.distinct);
        assert.deepEqual(counts, wanted.distinct > maximumCounts ? [] : wanted.counts);
        assert.equal(whole, numbers.every(Number.isInteger));
      }),
    );
  });

  it('counts −0 as 0', () => {
    assert.equal(columnOf(['0', '-0', '1']).distinct, 2);
  });

  it('lists the most frequent categories; equally frequent ones keep their order', () => {
    const word = fc.integer({ min: 0, max: 120 }).map((n) => `w${n * n}`);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 400 }), (words) => {
        const { distinct, counts } = columnOf(words);
        assert.deepEqual({ distinct, counts }, expected(words));
      }),
    );
  });
});
