import assert from 'node:assert/strict';
import { below, block, normal, permutation, philox, purposes, shuffle, uniform } from '../../../src/common/random';

/** Known answers for Philox4x32-10 from its authors (Random123, `kat_vectors`): counter, key, result. */
const knownAnswers: readonly (readonly [readonly number[], readonly number[], readonly number[]])[] = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

describe('the counter-based generator', () => {
  it('gives the known answers of Philox4x32-10', () => {
    for (const [c, k, expected] of knownAnswers) {
      philox(c[0], c[1], c[2], c[3], k[0], k[1]);
      assert.deepEqual([...block], expected);
    }
  });

  it('draws depend on each of seed, purpose, step and index, and on nothing else', () => {
    const first = uniform(7, purposes.dropout, 3, 11);
    uniform(1, purposes.noise, 1, 1);
    assert.equal(uniform(7, purposes.dropout, 3, 11), first);
    const others = [
      uniform(8, purposes.dropout, 3, 11),
      uniform(7, purposes.noise, 3, 11),
      uniform(7, purposes.dropout, 4, 11),
      uniform(7, purposes.dropout, 3, 12),
      uniform(7, purposes.dropout, 3 + 2 ** 32, 11),
      uniform(7, purposes.dropout, 3, 11 + 2 ** 32),
    ];
    assert.equal(new Set([first, ...others]).size, 7);
  });

  it('uniform draws lie in [0, 1) with mean 1/2 and variance 1/12 within 0.01', () => {
    const n = 20000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const u = uniform(42, purposes.generate, 0, i);
      assert.ok(u >= 0 && u < 1);
      sum += u;
      squares += (u - 0.5) ** 2;
    }
    assert.ok(Math.abs(sum / n - 0.5) < 0.01);
    assert.ok(Math.abs(squares / n - 1 / 12) < 0.01);
  });

  it('normal draws have mean 0, variance 1 and fourth moment 3 within 0.03, 0.03 and 0.2', () => {
    const n = 40000;
    const moments = [0, 0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const z = normal(42, purposes.generate, 0, i);
      for (let p = 1; p <= 4; p++) {
        moments[p] += z ** p / n;
      }
    }
    assert.ok(Math.abs(moments[1]) < 0.03, `${moments[1]}`);
    assert.ok(Math.abs(moments[2] - 1) < 0.03, `${moments[2]}`);
    assert.ok(Math.abs(moments[4] - 3) < 0.2, `${moments[4]}`);
  });

  it('a permutation contains each index once', () => {
    for (const n of [0, 1, 2, 3, 100, 1437]) {
      const order = permutation(5, purposes.shuffle, 1, n);
      assert.deepEqual(
        [...order].sort((a, b) => a - b),
        Array.from({ length: n }, (_, i) => i),
      );
    }
    assert.notDeepEqual(permutation(5, purposes.shuffle, 1, 100), permutation(5, purposes.shuffle, 2, 100));
  });

  it('a shuffle brings numbers into the order of the permutation', () => {
    for (const n of [0, 1, 5, 30_000]) {
      const values = Int32Array.from({ length: n }, (_, i) => 3 * i + 1);
      shuffle(values, 5, purposes.shuffle, 4);
      assert.deepEqual(
        values,
        permutation(5, purposes.shuffle, 4, n).map((i) => 3 * i + 1),
      );
    }
  });

  it('every order of three is drawn equally often: chi-squared below 20.5 (p = 0.001) over 6000 draws', () => {
    const counts = new Map<string, number>();
    for (let step = 0; step < 6000; step++) {
      const key = permutation(9, purposes.shuffle, step, 3).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    let chi = 0;
    for (const count of counts.values()) {
      chi += (count - 1000) ** 2 / 1000;
    }
    assert.equal(counts.size, 6);
    assert.ok(chi < 20.5, `${chi}`);
  });

  it('integers below n are fair even where 32 bits divide unevenly: a third of 3000 within 100', () => {
    const n = 3 * 2 ** 30;
    let small = 0;
    for (let i = 0; i < 3000; i++) {
      small += below(1, purposes.split, 0, i, n) < 2 ** 30 ? 1 : 0;
    }
    assert.ok(Math.abs(small - 1000) < 100, `${small}`);
  });
});
