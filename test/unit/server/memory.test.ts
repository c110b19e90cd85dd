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

  it('is refused with advice, where it exceeds what any program can have', async () => {
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

  const withoutMemory = async (work: () => Promise<void>): Promise<void> => {
    const { Memory } = WebAssembly;
    WebAssembly.Memory = class {
      constructor() {
        throw new RangeError('WebAssembly.Memory(): could not allocate memory');
      }
    } as unknown as typeof Memory;
    try {
      await work();
    } finally {
      WebAssembly.Memory = Memory;
    }
  };

  it('is refused with advice, where the system does not provide that much', () =>
    withoutMemory(async () => {
      engine = startEngine();
      await engine.client.ask('start', startOptions(xor));
      const { problems } = await engine.until('refused');
      assert.equal(problems[0].code, 'out-of-memory');
      assert.match(problems[0].message, /^This run needs 0\.\d+ GB of memory, and the system has not given it\. Close/);
    }));

  it('fails with advice, where memory runs out while a file is being read', () =>
    withoutMemory(async () => {
      engine = startEngine({ 'd.csv': `a,b,y\n${'0.5,1,0\n1,0.5,1\n'.repeat(500)}` });
      await engine.client.ask('start', startOptions(xor.replace('source: xor', 'file: d.csv, target: y')));
      const { failure } = await engine.until('failed');
      assert.equal(failure.code, 'out-of-memory');
      assert.match(failure.message, /^There is not enough memory for this run\./);
    }));
});
