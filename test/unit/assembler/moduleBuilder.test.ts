import assert from 'node:assert/strict';
import { call, type Expr, i32, ModuleBuilder } from '../../../src/assembler';

describe('a module builder', () => {
  const compile = (bytes: Uint8Array<ArrayBuffer>) => {
    const module = new WebAssembly.Module(bytes);
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    return exports as Record<string, () => number>;
  };

  /**
   * `three` calls `two`, which calls `one`; `alone` calls none. Each function's name is noted as its
   * statements are written.
   */
  function chain() {
    const written: string[] = [];
    const module = new ModuleBuilder();
    const add = (name: string, value: () => Expr<'i32'>) =>
      module.function(name, { result: 'i32' }, (f) => {
        written.push(name);
        f.return(value());
      });
    add('alone', () => i32.const(9));
    const one = add('one', () => i32.const(1));
    const two = add('two', () => i32.add(call(one, {}), 1));
    add('three', () => i32.add(call(two, {}), 1));
    return { module, written };
  }

  it('builds one function with those that it calls, and writes no other', () => {
    const { module, written } = chain();
    const exports = compile(module.buildOnly('three', 1));
    assert.deepEqual(Object.keys(exports).sort(), ['one', 'three', 'two']);
    assert.equal(exports.three(), 3);
    assert.deepEqual(written.sort(), ['one', 'three', 'two']);
  });

  it('writes a function once, however many modules hold it', () => {
    const { module, written } = chain();
    assert.equal(compile(module.buildOnly('one', 1)).one(), 1);
    assert.equal(compile(module.buildOnly('two', 1)).two(), 2);
    const all = compile(module.build(1));
    assert.equal(all.three(), 3);
    assert.equal(all.alone(), 9);
    assert.deepEqual(written.sort(), ['alone', 'one', 'three', 'two']);
  });
});
