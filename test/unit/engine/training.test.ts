import assert from 'node:assert/strict';
import { referenceBackend, Trainer } from '../../../src/engine';
import { adam, dense, network, plan, sgd, trainOnly, xor } from './support';

describe('training', () => {
  for (const [name, optimizer] of [
    ['sgd with momentum', sgd({ learning_rate: 0.5, momentum: 0.9 })],
    ['adam', adam({ learning_rate: 0.05 })],
  ] as const) {
    it(`XOR with 2-4-1, tanh and sigmoid, falls below a loss of 0.05 by ${name}`, () => {
      const net = network([2], [dense(4, 'tanh'), dense(1, 'sigmoid')], 'binary_crossentropy');
      const trainer = new Trainer({
        plan: plan(net, { optimizer, epochs: 500, batchSize: 4 }),
        data: xor,
        parts: trainOnly(4),
        backend: referenceBackend,
      });
      while (!trainer.ended) {
        trainer.trainEpoch();
      }
      const [[, loss]] = trainer.evaluate('train') ?? [['loss', Number.NaN]];
      assert.equal(trainer.ended, 'completed');
      assert.ok(loss < 0.05, `${loss}`);
    });
  }

  it('XOR with a linear stack stays at a loss of at least 0.69', () => {
    const net = network([2], [dense(4), dense(1, 'sigmoid')], 'binary_crossentropy');
    const trainer = new Trainer({
      plan: plan(net, { optimizer: sgd({ learning_rate: 0.1 }), epochs: 500, batchSize: 4 }),
      data: xor,
      parts: trainOnly(4),
      backend: referenceBackend,
    });
    while (!trainer.ended) {
      trainer.trainEpoch();
    }
    const [[, loss]] = trainer.evaluate('train') ?? [['loss', Number.NaN]];
    assert.ok(loss >= 0.69 && loss < 0.7, `${loss}`);
  });
});
