import assert from 'node:assert/strict';
import { fitScale, inputWriter, writeInput } from '../../../src/data/inputs';
import { profileTable } from '../../../src/data/profile';
import type { NumberColumn } from '../../../src/data/table';

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
});
