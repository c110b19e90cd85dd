import assert from 'node:assert/strict';
import { nearest } from '../../../src/common/nearest';
import { readFormula } from '../../../src/spec/formula';
import { assertGrows } from '../../harness/growth';

const longest = 500;

describe('the time of a formula', () => {
  const unary = (name: string, depth: number, inside: string) => `${name}(`.repeat(depth) + inside + ')'.repeat(depth);
  const formulas: Readonly<Record<string, string>> = {
    'nested calls with many kinks': unary('abs', 38, 'sin(99*x)'),
    'a sum of calls with many kinks': Array.from({ length: 30 }, (_, i) => `abs(sin(${i + 60}*x))`).join('+'),
    'nested maxima': `${'max(x,'.repeat(38)}sin(50*x)${')'.repeat(38)}`,
    'nested quotients': `${'1/(2+'.repeat(30)}x*x${')'.repeat(30)}`,
    'a product of sums': Array.from({ length: 40 }, (_, i) => `(x+${i + 10})`).join('*'),
    powers: `${'('.repeat(20)}x${'^2+1)'.repeat(20)}`,
  };
  for (const [name, text] of Object.entries(formulas)) {
    it(`is short for ${name}`, () => {
      const before = process.cpuUsage();
      const formula = readFormula(text.slice(0, longest));
      if (!('problem' in formula)) {
        formula.kinks();
        formula.gap();
      }
      const { user, system } = process.cpuUsage(before);
      assert.ok((user + system) / 1000 < 400, `${(user + system) / 1000} ms for ${text.length} characters`);
    });
  }
});

describe('the time of a text that is too long for a formula', () => {
  it('grows no faster than the text', async () => {
    for (const part of ['x+', '(', 'sin(', '1', 'x ', '가', '😀']) {
      await assertGrows(100_000, (size) => part.repeat(size), readFormula);
    }
  });
});

describe('the time to find the nearest name', () => {
  it('grows no faster than the number and the length of names', async () => {
    await assertGrows(
      2_000,
      (size) => Array.from({ length: size }, (_, i) => `a name ${i}`),
      (names) => nearest('b nam', names),
    );
    await assertGrows(
      50_000,
      (size) => 'a'.repeat(size),
      (name) => nearest(`${name}b`, [name, `${name}c`, 'b']),
    );
  });
});
