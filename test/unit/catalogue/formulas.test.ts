import assert from 'node:assert/strict';
import { catalogue } from '../../../src/spec/catalogue';
import { lettersOf, meaningOf, symbolsOf } from '../../../src/spec/catalogue/symbols';
import { textOf } from '../../../src/spec/catalogue/texts';
import { labels } from '../../../src/spec/catalogue/texts/labels';
import type { CatalogueEntry, Quantity } from '../../../src/spec/catalogue/types';

/** Functions and quantities that every language writes alike. */
const symbols = new Set([
  ...['max', 'min', 'argmax', 'argmin', 'log', 'sign', 'floor', 'mod', 'clip', 'sin', 'cos', 'cosh', 'tanh', 'erf'],
  ...['relu', 'silu', 'gelu', 'sigmoid', 'softmax'],
  ...['lr', 'fan_in', 'fan_out', 'Var', 'TP', 'TN', 'FP', 'FN'],
]);

/** Words of two or more letters that are neither a symbol nor an index nor one of `names`. */
function prose(formula: string, names: readonly string[]): string[] {
  const words = formula.match(/[\p{Lu}\p{Ll}][\p{Lu}\p{Ll}_]+/gu) ?? [];
  const isKnown = (word: string) => symbols.has(word) || names.includes(word);
  // An index is not written as a word: t_k, max_k, monitor_j.
  return words.filter((word) => !isKnown(word) && !/^\p{L}$/u.test(base(word)) && !isKnown(base(word)));
}

function base(word: string): string {
  return word.replace(/_[a-z]{0,2}$/, '');
}

/** The words that a picture of a formula spells out. */
function wordsOfLatex(latex: string): string {
  return [...latex.matchAll(/\\(?:text|mathrm|operatorname)\{([^}]*)\}/g)].map(([, word]) => word).join(' ');
}

/** Indices, the variable, the function itself, e, and commands of LaTeX that are no letters. */
const given =
  /^(?:[ijknxfe]|\\(?!alpha|beta|gamma|delta|eta|theta|lambda|mu|rho|sigma|tau|varphi|varepsilon|Phi|Pi)\w+)$/;
const greek: Readonly<Record<string, string>> = { '\\alpha': 'α', '\\lambda': 'λ', '\\mu': 'μ' };

/**
 * Letters of a picture without an explanation: neither its symbols nor the formula itself nor a parameter's
 * name nor the text explains them.
 */
function unexplained(entry: CatalogueEntry): string[] {
  const { kind, name, parameters, latex = '', latexDerivative = '', latexUpdate = '' } = entry;
  const rule = `${latex} ${latexDerivative} ${latexUpdate}`;
  const names = new Set(parameters.map((parameter) => parameter.name));
  const quantities = symbolsOf(entry).flatMap((meaning) => ('quantity' in meaning ? [meaning.quantity] : []));
  const texts = (['en', 'ko'] as const).map((language) =>
    [
      JSON.stringify(textOf(kind, name, language)),
      ...quantities.map((each) => labels[language].quantities[each]),
    ].join(),
  );
  return lettersOf(entry).filter((letter) => {
    const base = letter.replace(/[_^].*/, '');
    if (given.test(base) || meaningOf(entry, letter)) {
      return false;
    }
    if (['=', '&=', '(x)=', '\\leftarrow', '&\\leftarrow', '\\in'].some((sign) => rule.includes(base + sign))) {
      return false;
    }
    // β is beta, β₁ beta_1, ε epsilon.
    const spelt = letter.replace(/^\\(?:var)?/, '');
    if (names.has(spelt) || names.has(spelt.replace(/_.*/, ''))) {
      return false;
    }
    const word = new RegExp(`(?<![\\p{Lu}\\p{Ll}_])${greek[base] ?? base}(?![\\p{Lu}\\p{Ll}_])`, 'u');
    return !texts.every((text) => word.test(text));
  });
}

describe('formulas of the catalogue', () => {
  it('contain no words of a language, since every language shows the same formulas', () => {
    const found = catalogue.flatMap(({ kind, name, parameters, ...entry }) => {
      const names = parameters.map((parameter) => parameter.name);
      const { formula, derivative = '', range = '', latex = '', latexDerivative = '' } = entry;
      const written = [formula, derivative, range, wordsOfLatex(latex), wordsOfLatex(latexDerivative)];
      // The formula of every layer may contain `activation`.
      const known = kind === 'layer' ? [...names, 'activation'] : names;
      return written.flatMap((text) => prose(text, known)).map((word) => `${kind}/${name}: ${word}`);
    });
    assert.deepEqual(found, []);
  });

  it('are typeset, except where a line of text is enough, or a picture would need words', () => {
    const plain = catalogue.filter(({ latex, unsupported }) => !latex && !unsupported);
    assert.deepEqual(plain.map(({ kind, name }) => `${kind}/${name}`).sort(), [
      'activation/custom',
      ...['constant', 'identity', 'ones', 'values', 'zeros'].map((name) => `initializer/${name}`),
      ...['flatten', 'reshape'].map((name) => `layer/${name}`),
      ...['cyclic', 'one_cycle', 'reduce_on_plateau'].map((name) => `schedule/${name}`),
    ]);
  });

  it('have their derivatives as text and typeset, if they are losses', () => {
    const losses = catalogue.filter(({ kind }) => kind === 'loss');
    const without = losses.filter(({ derivative, latexDerivative }) => !derivative || !latexDerivative);
    assert.deepEqual(
      without.map(({ name }) => name),
      [],
    );
  });

  it('define each quantity of an update, if they are optimizers', () => {
    for (const { name, latex = '', latexUpdate = '' } of catalogue.filter(({ kind }) => kind === 'optimizer')) {
      const rule = `${latex} ${latexUpdate}`;
      const set = new Set(
        [...rule.matchAll(/(\\hat )?([a-z]|\\Pi)&?(?:\\leftarrow|=)/g)].map(([, hat = '', letter]) => hat + letter),
      );
      const bare = rule.replace(
        /\\(?:begin|end)\{\w+\}|\\operatorname\{\w+\}|\\(?!hat|Pi)[a-zA-Z]+|_t|_\{t[^}]*\}|\^t/g,
        ' ',
      );
      const used = new Set([...bare.matchAll(/(\\hat )?([a-z]|\\Pi)/g)].map(([, hat = '', letter]) => hat + letter));
      for (const given of ['g', 'r']) {
        used.delete(given);
      }
      assert.ok(set.has('w'), name);
      assert.deepEqual(
        [...used].filter((quantity) => !set.has(quantity)),
        [],
        `${name}: ${rule}`,
      );
    }
  });

  it('explain each of their letters', () => {
    const found = catalogue.flatMap((entry) =>
      unexplained(entry).map((letter) => `${entry.kind}/${entry.name}: ${letter}`),
    );
    assert.deepEqual(found, []);
  });

  it('explain only letters that occur in them, and name only parameters that exist', () => {
    for (const entry of catalogue) {
      for (const meaning of symbolsOf(entry)) {
        if (!('parameter' in meaning)) {
          continue;
        }
        const { parameters } = entry;
        assert.ok(
          parameters.some(({ name }) => name === meaning.parameter),
          `${entry.name}: ${meaning.parameter}`,
        );
      }
    }
    const used = new Set(
      catalogue.flatMap(symbolsOf).flatMap((meaning) => ('quantity' in meaning ? [meaning.quantity] : [])),
    );
    assert.deepEqual(
      Object.keys(labels.en.quantities).filter((quantity) => !used.has(quantity as Quantity)),
      [],
    );
    assert.deepEqual(Object.keys(labels.ko.quantities), Object.keys(labels.en.quantities));
  });

  it('are found if they contain words', () => {
    assert.deepEqual(prose('x for x>0, else s·t_k with rate·Σ_k p_k', ['rate']), ['for', 'else', 'with']);
    assert.deepEqual(prose(wordsOfLatex('s\\quad\\text{learned}\\quad\\operatorname{sign}g'), []), ['learned']);
  });
});
