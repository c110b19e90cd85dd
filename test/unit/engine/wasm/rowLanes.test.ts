import assert from 'node:assert/strict';
import { f32x4, i32 } from '../../../../src/assembler';
import { rowLanes } from '../../../../src/engine/wasm/lanes/rowLanes';
import { instantiate } from './support';

describe('lanes of four rows in WebAssembly', () => {
  it('read what was written last, and touch no other row, in straight code and in loops', () => {
    for (const size of [1, 3, 8, 9, 20]) {
      const { memory, functions } = instantiate<{ run(): void }>(1, (module) => {
        const f = module.function('run');
        const lanes = rowLanes(f, { address: 64, size }, f.let(i32.const(4)));
        lanes.each((k) => {
          lanes.set(k, f32x4.mul(lanes.get(k), 2));
          lanes.set(k, f32x4.add(lanes.get(k), 1));
        });
      });
      const numbers = new Float32Array(memory.buffer, 64, 12 * size);
      for (let i = 0; i < numbers.length; i++) {
        numbers[i] = i;
      }
      functions.run();
      const expected = Array.from(numbers, (_, i) => (i >= 4 * size && i < 8 * size ? 2 * i + 1 : i));
      assert.deepEqual([...numbers], expected, `rows of ${size}`);
    }
  });
});
