import assert from 'node:assert/strict';
import { type Harness, startEngine, startOptions, xor } from './harness';

const vast = `
data: { source: moons }
model:
  layers:
    - dense: { units: 1200000, activation: tanh }
    - dense: { units: 1, activation: sigmoid }
`;

describe('a run for which there is not enough memory', () => {
  let engine: Harness;
  afterEach(() => engine.dispose());

  it('is refused in a sentence that says what to do, where no program can have so much', async () => {
    engine = startEngine();
    await engine.client.ask('start', startOptions(vast));
    const { problems } = await engine.until('refused');
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['out-of-memory'],
    );
    // How much depends on the tile, which the machine's speed chooses.
    assert.match(
      problems[0].message,
      /^This run needs [5-9](\.\d)? GB of memory, and the engine can use 4 GB\. Use fewer units or filters, a smaller batch or less data\.$/,
    );
  });

  it('is refused in a sentence that says what to do, where the system does not give it', async () => {
    const { Memory } = WebAssembly;
    WebAssembly.Memory = class {
      constructor() {
        throw new RangeError('WebAssembly.Memory(): could not allocate memory');
      }
    } as unknown as typeof Memory;
    try {
      engine = startEngine();
      await engine.client.ask('start', startOptions(xor));
      const { problems } = await engine.until('refused');
      assert.equal(problems[0].code, 'out-of-memory');
      assert.match(problems[0].message, /^This run needs 0\.\d+ GB of memory, and the system has not given it\. Close/);
    } finally {
      WebAssembly.Memory = Memory;
    }
  });
});
