import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkData } from '../../../src/data';
import { blockInputs } from '../../../src/data/blockInputs';
import { heldBytes } from '../../../src/data/bytes';
import { Problems } from '../../../src/data/problems';
import { readTable } from '../../../src/data/readers/readTable';
import type { DataFacts } from '../../../src/spec/dataFacts';
import type { DataSpec } from '../../../src/spec/spec';
import { rounds } from '../../harness/rounds';
import { npyBytes } from './readers/arrays';
import { csv, csvProblems, csvRequest, fileNamed, fileProblems, filesWith } from './support';

/** A table of the same numbers in both kinds of file; the last column is the target. */
function filesOf(width: number, numbers: readonly number[]) {
  const rows = Array.from({ length: numbers.length / width }, (_, row) =>
    numbers.slice(row * width, (row + 1) * width).map((value) => (Object.is(value, -0) ? '-0' : String(value))),
  );
  const names = Array.from({ length: width }, (_, column) => `c${column}`);
  return {
    npy: npyBytes([rows.length, width], numbers),
    text: `${[names, ...rows].map((cells) => cells.join(',')).join('\n')}\n`,
  };
}

/** Numbers that may mean missing are looked for in tables of text alone. */
function withoutMarks({ warnings = [], ...facts }: DataFacts): DataFacts {
  const others = warnings.filter(({ code }) => code !== 'missing-marks');
  return others.length > 0 ? { ...facts, warnings: others } : facts;
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** The bits of the inputs, where they are encoded between other numbers. */
async function inRoom(npy: Uint8Array, options: Partial<DataSpec> & { readonly seed: number }) {
  const { data, ...request } = csvRequest('a.npy');
  const checked = await checkData({ ...request, seed: options.seed, data: { ...data, ...options } }, filesWith(npy));
  assert.ok('encode' in checked);
  const { inputs, samples, inputSize } = checked.encode();
  const room = new Float32Array(samples * inputSize + 2).fill(7);
  if (typeof inputs === 'function') {
    inputs(room.subarray(1, -1));
  } else {
    // With means or medians there may be columns of their own.
    room.set(inputs, 1);
  }
  assert.deepEqual([room[0], room.at(-1)], [7, 7]);
  return new Uint32Array(room.slice(1, -1).buffer);
}

describe('The columns of an array', () => {
  const number = fc.oneof(
    // Nearly equal numbers could be scaled beyond float32 where they are tiny.
    fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((value) => (Math.abs(value) < 1e-25 ? 0 : value)),
    fc.constantFrom(0, -0, 1, 255, 1e-30, 3),
  );
  const tables = fc.tuple(fc.integer({ min: 16, max: 35 }), fc.integer({ min: 5, max: 40 })).chain(([inputs, rows]) => {
    const count = (inputs + 1) * rows;
    return fc.tuple(fc.constant(inputs + 1), fc.array(number, { minLength: count, maxLength: count }));
  });
  const scales = fc.constantFrom('none', 'minmax', 'standard');
  const shares = fc.tuple(fc.constantFrom(0.6, 1), fc.nat(9));
  const policies = fc.constantFrom('error', 'drop', 'mean', 'median');

  it('are fitted, described and encoded side by side, to the bits of columns one by one', async () => {
    await fc.assert(
      fc.asyncProperty(tables, scales, policies, shares, async ([width, numbers], scale, missing, [train, seed]) => {
        const { npy, text } = filesOf(width, numbers);
        const split = { train, validation: 1 - train, test: 0 };
        const options = { target: [`c${width - 1}`], scale, missing, seed, split } as const;
        const [block, columns] = [await fileNamed('a.npy', npy, options), await csv(text, options)];
        const bits = ({ dataset }: typeof block) => new Uint32Array(dataset.inputs.slice().buffer);
        assert.deepEqual(bits(block), bits(columns));
        assert.deepEqual(block.dataset.inputEncodings, columns.dataset.inputEncodings);
        assert.deepEqual(block.facts, withoutMarks(columns.facts));
        assert.deepEqual(block.dataset.targets, columns.dataset.targets);
        assert.deepEqual(await inRoom(npy, options), bits(block));
      }),
      { numRuns: rounds(60) },
    );
  });

  it('are encoded alike in room of their own, and some rows at a time where there is room', async () => {
    const npy = npyBytes([1100, 17], range(0, 17 * 1100));
    const options = { target: ['c16'], scale: 'standard', seed: 0 } as const;
    const { dataset } = await fileNamed('a.npy', npy, options);
    assert.deepEqual(await inRoom(npy, options), new Uint32Array(dataset.inputs.slice().buffer));
  });

  it('are looked at one by one where a number is missing', async () => {
    const numbers = Array.from({ length: 6 * 20 }, (_, i) => (i * 7) % 13);
    numbers[25] = Number.NaN;
    const { npy, text } = filesOf(20, numbers);
    const options = { target: ['c19'], scale: 'standard', missing: 'mean' } as const;
    const [block, columns] = [await fileNamed('a.npy', npy, options), await csv(text, options)];
    assert.deepEqual(block.dataset.inputs, columns.dataset.inputs);
    assert.deepEqual(block.facts, columns.facts);
  });

  it('are refused at the same cell where a number is too large', async () => {
    const numbers = Array.from({ length: 6 * 20 }, (_, i) => (i * 7) % 13);
    const ofBoth = async (scale: 'none' | 'standard', large: number) => {
      const { npy, text } = filesOf(
        20,
        numbers.map((value, i) => (i === 65 ? large : value)),
      );
      const options = { target: ['c19'], scale } as const;
      return [await fileProblems('a.npy', npy, options), await csvProblems(text, options)];
    };
    for (const [scale, large] of [
      ['none', 1e39],
      ['standard', 1e200],
    ] as const) {
      const [ofBlock, ofColumns] = await ofBoth(scale, large);
      assert.equal(ofBlock.length, 1);
      assert.deepEqual([ofBlock[0].code, ofBlock[0].column], [ofColumns[0].code, ofColumns[0].column]);
      assert.match(ofBlock[0].message, scale === 'none' ? /^Row 4, column “c5”/ : /“c5” holds numbers too large/);
    }
  });

  it('are one run of inputs only if they lie side by side, in their order', () => {
    const bytes = heldBytes(npyBytes([2, 40], Array(80).fill(1)));
    const request = { bytes, fileName: 'a.npy', path: [], types: { c38: 'category' } } as const;
    const table = readTable(request, new Problems())!;
    const found = (inputs: readonly number[]) => {
      const { from, width } = blockInputs(table, inputs, 'standard') ?? {};
      return from === undefined ? undefined : [from, width];
    };
    assert.deepEqual(found(range(0, 38)), [0, 38]);
    assert.deepEqual(found(range(3, 20)), [3, 17]);
    assert.equal(found(range(0, 40)), undefined, 'a column is declared a category');
    assert.equal(found([...range(0, 20), 21]), undefined);
    assert.equal(found(range(0, 20).reverse()), undefined);
  });
});
