import assert from 'node:assert/strict';
import { DisposableStore, toDisposable } from '../../../src/common/disposable';
import { Emitter } from '../../../src/common/emitter';

describe('disposables', () => {
  it('run their action once', () => {
    let count = 0;
    const disposable = toDisposable(() => {
      count += 1;
    });
    disposable.dispose();
    disposable.dispose();
    assert.equal(count, 1);
  });

  it('are disposed of by their store, last first, even where one throws, and late ones at once', () => {
    const order: string[] = [];
    const store = new DisposableStore();
    store.add({ dispose: () => order.push('first') });
    store.add({
      dispose: () => {
        throw new Error('broken');
      },
    });
    store.add({ dispose: () => order.push('last') });
    assert.throws(() => store.dispose(), /broken/);
    store.add({ dispose: () => order.push('late') });
    assert.deepEqual(order, ['last', 'first', 'late']);
  });
});

describe('an emitter', () => {
  it('calls listeners in order, the same function twice where it listens twice', () => {
    const emitter = new Emitter<number>();
    const seen: number[] = [];
    const listener = (value: number) => seen.push(value);
    const first = emitter.event(listener);
    emitter.event(listener);
    emitter.fire(1);
    first.dispose();
    emitter.fire(2);
    assert.deepEqual(seen, [1, 1, 2]);
  });

  it('calls the others where one listener throws', () => {
    const emitter = new Emitter<number>();
    const seen: number[] = [];
    emitter.event(() => {
      throw new Error('broken');
    });
    emitter.event((value) => seen.push(value));
    assert.throws(() => emitter.fire(1), /broken/);
    assert.deepEqual(seen, [1]);
  });
});
