import assert from 'node:assert/strict';
import { checkSpec, parseSpec } from '../../../src/language';
import { isLinearMap } from '../../../src/spec/linearity';
import { startEngine, startOptions } from '../server/harness';

const end = '{ dense: { units: 1, activation: sigmoid } }';
const custom = (formula: string) => `{ dense: { units: 2, activation: { custom: "${formula}" } } }`;

/** Lists of layers, and whether each is one linear map up to its output. */
const cases: readonly (readonly [readonly string[], boolean])[] = [
  [[end], true],
  [['{ dense: 4 }', end], true],
  [['{ dense: 4 }', '{ activation: linear }', '{ dropout: 0.2 }', 'batch_normalization', end], true],
  [[custom('2*x + 1'), end], true],
  [[custom('(x + 1)*3 - x'), custom('x/pi'), end], true],
  [['{ residual: [{ dense: 2 }, { residual: [{ dense: 2 }] }] }', end], true],
  [['{ dense: 1 }', '{ activation: sigmoid }'], true],
  [[end, '{ dropout: 0.1 }'], true],
  [['{ dense: { units: 4, activation: relu } }', end], false],
  [['{ dense: 4 }', '{ activation: tanh }', end], false],
  [[custom('max(x, 2*x)'), end], false],
  [[custom('x + step(x)'), end], false],
  [['layer_normalization', end], false],
  [['{ residual: [{ activation: tanh }, { dense: 2 }] }', end], false],
  [['{ dense: 1 }', '{ residual: [{ dense: { units: 1, activation: tanh } }] }'], false],
];

const textOf = (layers: readonly string[]) =>
  `data: { source: xor }\nmodel: { layers: [${layers.join(', ')}] }\ntraining: { loss: half_mean_squared_error, epochs: 1, batch_size: 4 }\n`;

describe('a network that is one linear map', () => {
  for (const [layers, linear] of cases) {
    it(`${linear ? 'is' : 'is not'}: ${layers.join(', ')}`, () => {
      const { spec, problems } = parseSpec(textOf(layers), { fileName: 'a' });
      assert.ok(spec, JSON.stringify(problems));
      assert.equal(isLinearMap(spec.layers), linear);
    });
  }

  it('is recognised by the linter and by the panel alike', async () => {
    for (const [layers, linear] of cases) {
      const text = textOf(layers);
      const parsed = parseSpec(text, { fileName: 'a' });
      const warned = checkSpec(parsed).some(({ code }) => code === 'xor-linear');
      assert.equal(warned, linear, text);
      const engine = startEngine();
      await engine.client.ask('start', startOptions(text, { paused: true }));
      assert.equal((await engine.until('started')).started.linear, linear, text);
      engine.dispose();
    }
  });
});
