import assert from 'node:assert/strict';
import { fitScale, inputWriter, writeInput } from '../../../src/data/inputs';
import { profileTable } from '../../../src/data/profile';
import type { NumberColumn } from '../../../src/data/table';
import { limitedCells } from '../../../src/data/tails';
import { decide } from '../../../src/language/newSpec/decide';
import { targetGuesses } from '../../../src/language/newSpec/target';

const values = new Float64Array([3.5, 1, 4, 1.5, 9, 2.6, 5, 3, 5.8, 9000, -700, 2]);

describe('scale: robust', () => {
  it('has the centre and the scale of scikit-learn 1.2, RobustScaler(unit_variance=True)', () => {
    const { shift, scale, limit } = fitScale(values, 'robust');
    assert.equal(shift, 3.25);
    assert.equal(scale, 2.4648261882655635);
    assert.equal(limit, 5);
  });

  it('limits what lies far from all others, and nothing else', () => {
    const encoding = { column: 'x', type: 'number', ...fitScale(values, 'robust') } as const;
    const column: NumberColumn = { name: 'x', type: 'number', values, bad: [] };
    const rows = Int32Array.from(values, (_, row) => row);
    const all = new Float32Array(values.length);
    inputWriter(column, encoding, rows, all, 1, 0)(0, values.length);
    const one = new Float32Array(values.length);
    for (const [row, value] of values.entries()) {
      writeInput(encoding, value, one, row);
    }
    assert.deepEqual(one, all);
    assert.deepEqual([all[9], all[10]], [5, -5]);
    assert.deepEqual(all.filter((scaled) => Math.abs(scaled) === 5).length, 2);
    assert.equal(all[4], Math.fround((9 - encoding.shift) / encoding.scale));
  });

  it('divides by the standard deviation where half of the numbers are alike', () => {
    const { shift, scale } = fitScale(new Float64Array([0, 0, 0, 0, 0, 0, 0, 8]), 'robust');
    assert.deepEqual([shift, scale], [0, Math.sqrt(7)]);
    assert.equal(fitScale(new Float64Array([2, 2, 2]), 'robust').scale, 1);
  });

  it('is proposed for tables in which some cell is far from all others', () => {
    const outliersOf = (last: number) => {
      const text = `a\n${Array.from({ length: 40 }, (_, i) => i % 10).join('\n')}\n${last}\n`;
      const found = profileTable(new TextEncoder().encode(text), 'a.csv');
      return 'facts' in found && found.facts.columns[0].outliers;
    };
    assert.equal(outliersOf(1000), true);
    assert.equal(outliersOf(60), undefined);
  });

  /** The scale that is proposed for columns and a number to predict. */
  const scaleOf = (columns: Readonly<Record<string, readonly number[]>>) => {
    const cells = Object.values(columns);
    const lines = cells[0].map((_, row) => [...cells.map((values) => values[row]), Math.sin(row)].join(','));
    const text = [[...Object.keys(columns), 'y'].join(','), ...lines].join('\n');
    const found = profileTable(new TextEncoder().encode(text), 'a.csv');
    assert.ok('facts' in found);
    const guess = targetGuesses(found.facts).find(({ column }) => column.name === 'y');
    return decide(found.facts, guess!, []).scale;
  };
  const rows = Array.from({ length: 1000 }, (_, i) => i);
  // Dry in most hours, with showers up to 15 mm: the quartiles are 0, 0 and 0.2.
  const rain = rows.map((i) => (i % 4 < 2 ? 0 : i % 4 === 2 ? 0.1 + (i % 3) / 20 : ((i * 37) % 300) ** 2 / 6000));
  const even = rows.map((i) => (i * 7) % 100);
  const normal = (i: number) =>
    [0.5, 1.5, 2.5, 3.5].reduce((sum, k) => sum + ((Math.sin(i * k * 12.9898) * 43758.5453) % 1), 0);

  it('is not proposed where it would cut off a long tail', () => {
    assert.equal(scaleOf({ rain, even }), 'standard');
    const slip = even.map((value, row) => (row === 5 ? 99_999 : value));
    assert.equal(scaleOf({ slip, even }), 'robust');
    assert.equal(scaleOf({ slip, rain }), 'standard');
    // Amounts whose tail the limit cuts as well, but of which four have another unit.
    const amounts = rows.map((i) => Math.exp(8.5 + 1.1 * normal(i)) * (i % 250 === 7 ? 1000 : 1));
    assert.equal(scaleOf({ amounts, even }), 'robust');
  });

  it('cuts no cells that are all alike', () => {
    const scale = { shift: 0, scale: 1, limit: 5 };
    assert.equal(limitedCells(new Float64Array([0, 0, 7, 7, 7]), scale), 0);
    assert.equal(limitedCells(new Float64Array([-9, -8, 0, 0, 5, 7, 8]), scale), 5);
    assert.equal(limitedCells(new Float64Array([]), scale), 0);
  });
});
