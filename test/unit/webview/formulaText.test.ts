import assert from 'node:assert/strict';
import { activations } from '../../../src/spec/catalogue';
import { formulaLines } from '../../../webview/panel/formulaText';

describe('formulas of the panel', () => {
  it('have superscripts, subscripts and a real minus sign', () => {
    assert.deepEqual(formulaLines({ formula: '1/(1+e^-x)', derivative: 'sigmoid(x)·(1-sigmoid(x))' }), [
      'f(x) = 1/(1+e^{−x})',
      'f′(x) = sigmoid(x)·(1−sigmoid(x))',
    ]);
    assert.deepEqual(formulaLines({ formula: 'max(0, x)+min(0, alpha·(e^(x/alpha)-1))' }), [
      'f(x) = max(0, x)+min(0, alpha·(e^{x/alpha}−1))',
    ]);
    assert.deepEqual(formulaLines({ formula: 'e^x_i / Σ_j e^x_j', derivative: '∂y_i/∂x_j = y_i·(δ_ij-y_j)' }), [
      'f(x) = e^{xᵢ} / Σⱼ e^{xⱼ}',
      '∂yᵢ/∂xⱼ = yᵢ·(δᵢⱼ−yⱼ)',
    ]);
  });

  it('keep no plain-text notation, for any function of the catalogue', () => {
    for (const { formula, derivative } of activations) {
      const text = formulaLines({ formula, derivative }).join('\n');
      assert.doesNotMatch(text, /-|\^[^{]|_[ij]\b/, text);
    }
  });
});
