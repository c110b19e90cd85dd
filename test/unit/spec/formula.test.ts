import assert from 'node:assert/strict';
import fc from 'fast-check';
import { derivativeError, formulaOf, readFormula } from '../../../src/spec/formula';
import { compileSingle, type Expression, functions } from '../../../src/spec/formula/expression';
import { parseFormula } from '../../../src/spec/formula/parse';
import { printFormula } from '../../../src/spec/formula/print';

function problemOf(text: string): { message: string; at: string; from: number } {
  const formula = readFormula(text);
  const problem = 'problem' in formula ? formula.problem : formula.faultAtZero;
  assert.ok(problem, `${text} was read`);
  const { message, at } = problem;
  return { message, at: text.slice(...at), from: at[0] };
}

describe('A formula', () => {
  it('follows the rules of arithmetic', () => {
    for (const [text, x, value] of [
      ['1 + 2 * 3', 0, 7],
      ['(1 + 2) * 3', 0, 9],
      ['2 ^ 3 ^ 2', 0, 512],
      ['-x ^ 2', 3, -9],
      ['2 ^ -1', 0, 0.5],
      ['8 / 4 / 2', 0, 1],
      ['5 - 3 - 1', 0, 1],
      ['-(-x)', 2, 2],
      ['+x', 2, 2],
      ['1.5e1 + .5', 0, 15.5],
      ['max(x, 2) - min(x, 2)', 5, 3],
      ['abs(x) + sign(x) + step(x) + relu(x)', -2, 1],
      ['2 * pi / pi', 0, 2],
    ] as const) {
      assert.ok(Math.abs(formulaOf(text).f(x) - value) < 1e-12, `${text} at ${x} is ${formulaOf(text).f(x)}`);
    }
  });

  it('has a symbolic derivative whose constants are folded', () => {
    const derivativeOf = (text: string) => formulaOf(text).derivative;
    assert.equal(derivativeOf('x'), '1');
    assert.equal(derivativeOf('3'), '0');
    assert.equal(derivativeOf('x^2'), '2*x');
    assert.equal(derivativeOf('x^3'), '3*x^2');
    assert.equal(derivativeOf('2 * x + 1'), '2');
    assert.equal(derivativeOf('sin(2 * x)'), 'cos(2*x)*2');
    assert.equal(derivativeOf('x * sigmoid(x)'), 'sigmoid(x) + x*sigmoid(x)*sigmoid(-x)');
    assert.equal(derivativeOf('max(x, 0)'), '(x > 0 ? 1 : 0)');
    assert.equal(derivativeOf('(x - 1) / (x + 2)'), '(1 - (x - 1)/(x + 2))/(x + 2)');
  });

  it('is a straight line if its derivative is one number and nothing jumps', () => {
    for (const text of [
      'x',
      '3',
      '2 * x + 1',
      '-x / 2',
      'sin(1) * x',
      '(x + 1) * 2 - x',
      'x^1',
      'step(1) * x',
      'abs(2) * x',
    ]) {
      assert.ok(formulaOf(text).isLinear, text);
    }
    for (const text of [
      'x^2',
      'abs(x)',
      'relu(x)',
      'max(x, 2 * x)',
      'step(x)',
      'x + sign(x)',
      'x + 0 * step(x) + tanh(x)',
      'x * x',
    ]) {
      assert.ok(!formulaOf(text).isLinear, text);
    }
  });

  it('has the mean of both slopes where min and max are tied, and 0 at the kinks of abs and relu, as in PyTorch', () => {
    assert.equal(formulaOf('max(x, 0)').df(0), 0.5);
    assert.equal(formulaOf('abs(x)').df(0), 0);
    assert.equal(formulaOf('relu(x)').df(0), 0);
  });

  it('has the derivative 0 where 0 is raised to a power above 1, even one that depends on x, as in PyTorch', () => {
    for (const text of ['abs(x)^(1.5 + sigmoid(x))', '(x^2)^(x + 1)', 'relu(x)^(2 + tanh(x))']) {
      assert.equal(formulaOf(text).df(0), 0, text);
      assert.ok(derivativeError(formulaOf(text)) < 1e-6, text);
    }
    assert.equal(formulaOf('x^(1 - 1)').derivative, '0');
    for (const text of ['x^x', 'abs(x)^sigmoid(x)', '0^x']) {
      assert.equal(problemOf(text).at, '^');
    }
  });

  it('has the limit of its slopes as the derivative at 0 if a root or a power makes that 0·∞', () => {
    for (const [text, slope] of [
      ['x * sqrt(abs(x))', 0],
      ['sqrt(abs(x)) * sin(x)', 0],
      ['x + 2 * sqrt(abs(x))^3', 1],
      ['abs(x)^0.5 * x', 0],
      ['x * abs(x)^(0.5 + x^2)', 0],
      ['(x^2)^0.75 - 3 * x', -3],
      ['sqrt(x^4)', 0],
      ['x * sqrt(x)', 0],
    ] as const) {
      const formula = formulaOf(text);
      assert.equal(formula.df(0), slope, text);
      assert.equal(compileSingle(formula.slope)(0), slope, text);
      assert.ok(Math.abs(formula.df(1e-20) - slope) < 1e-6, text);
      assert.ok(derivativeError(formula) < 1e-6, text);
    }
    assert.equal(formulaOf('x * sqrt(abs(x))').derivative, 'sqrt(abs(x)) + x*0.5/sqrt(abs(x))*sign(x)');
    for (const [text, at] of [
      ['x + abs(x)^0.9', '^'],
      ['abs(x)^0.9999', '^'],
      ['tanh(sqrt(abs(x)))', 'sqrt'],
      ['sqrt(1 - cos(x))', 'sqrt'],
      ['sqrt(x * x)', 'sqrt'],
      ['abs(x)^x', '^'],
      ['sqrt(-abs(x))', 'sqrt'],
    ] as const) {
      assert.equal(problemOf(text).at, at, text);
    }
  });

  it('knows its kinks', () => {
    assert.deepEqual(formulaOf('abs(x - 1.25) + relu(x + 2)').kinks(), [-2, 1.25]);
    assert.deepEqual(formulaOf('max(x, 0)').kinks(), [0]);
    assert.deepEqual(formulaOf('x * tanh(x)').kinks(), []);
  });

  for (const [text, at, from, words] of [
    ['', '', 0, /missing/],
    ['x +', '+', 2, /ends too early/],
    ['x + * 2', '*', 4, /must stand here/],
    ['(x + 1', '(', 0, /never closed/],
    ['x + 1)', ')', 5, /No “\(”/],
    ['2x', 'x', 1, /operator is missing/],
    ['2 (x)', '(', 2, /operator is missing/],
    ['x ** 2', '**', 2, /\^/],
    ['foo(x)', 'foo', 0, /no function “foo”/],
    ['x * sigmoyd(x)', 'sigmoyd', 4, /Did you mean “sigmoid”/],
    ['ln(x + 2)', 'ln', 0, /“log”/],
    ['x * y', 'y', 4, /one variable|Did you mean/],
    ['tanh x', 'tanh', 0, /tanh\(…\)/],
    ['max(x)', 'max', 0, /two values/],
    ['exp(x, 2)', 'exp', 0, /one value/],
    ['(1, 5)', ',', 2, /comma/],
    ['x # 2', '#', 2, /“#”/],
    ['x + 🙂', '🙂', 4, /🙂/],
    ['x +\u200b 2', '\u200b', 3, /invisible character U\+200B/],
    ['x + \u001b[2J', '\u001b', 4, /invisible character U\+001B/],
    ['x + 2\u{e0061}', '\u{e0061}', 5, /invisible character U\+E0061/],
    ['Math.exp(x)', '.', 4, /cannot stand in a formula/],
    ['sqrt(x)', 'sqrt', 0, /derivative.*infinite/],
    ['1 + x^0.5', '^', 5, /derivative.*infinite/],
    ['2 + log(x)', 'log', 4, /no finite number at x = 0/],
    ['3 / x', '/', 2, /no finite number at x = 0/],
    ['sin(x) / x', '/', 7, /no finite number at x = 0/],
    ['x + exp(sqrt(abs(x)))', 'sqrt', 8, /derivative.*infinite/],
    ['sqrt(x^2 + 1e-50)', 'sqrt', 0, /derivative.*infinite/],
    ['1e39 * x', '1e39', 0, /no finite number at x = 0/],
  ] as const) {
    it(`refuses “${text}” at “${at}”`, () => {
      const problem = problemOf(text);
      assert.equal(problem.at, at);
      assert.equal(problem.from, from);
      assert.match(problem.message, words);
    });
  }

  it('is refused quickly if it is too long or too deep', () => {
    assert.match(problemOf(`x${' + x'.repeat(1000)}`).message, /at most/);
    assert.match(problemOf('('.repeat(450)).message, /nested/);
    assert.match(problemOf('-'.repeat(450)).message, /nested/);
    assert.match(problemOf(`x${'^x'.repeat(200)}`).message, /nested/);
  });

  it('gets a warning if it is not finite somewhere between -5 and 5, except at 0', () => {
    const gap = formulaOf('log(x + 1)').gap();
    assert.ok(gap);
    assert.equal('log(x + 1)'.slice(...gap.at), 'log');
    assert.equal(gap.x, -1);
    assert.equal(formulaOf('x * sigmoid(1.702 * x)').gap(), undefined);
  });

  it('gets no warning for a place that its inputs cannot reach', () => {
    for (const text of ['log(x)', '1/x', 'sqrt(x)', 'log(x + 1)', '1/(x + 0.5)']) {
      assert.equal(formulaOf(text).gap('positive'), undefined, text);
    }
    assert.equal(formulaOf('1/(x - 0.55)').gap('positive')?.x, 0.55);
    assert.equal(formulaOf('log(x - 1)').gap('positive')?.x, 0.1);
  });

  it('gets a warning at the division sign for a pole anywhere', () => {
    for (const [text, at, x] of [
      ['2 + 1/(x - 0.55)', '/', 0.55],
      ['(x - 1.234)^-3', '^', 1.234],
      ['tanh(x/(sin(x) - 0.25))', '/', 0.2527],
      ['1/(x - 0.55)^2', '/', 0.55],
      ['2*x/(x^2 - 2.1*x + 1.1025)', '/', 1.05],
      ['abs(x - 1.234)^-1', '^', 1.234],
      ['1/(1 + cos(2*x))', '/', 1.571],
    ] as const) {
      const gap = formulaOf(text).gap();
      assert.ok(gap, text);
      assert.deepEqual([text.slice(...gap.at), Math.abs(gap.x)], [at, x], text);
    }
    for (const text of [
      '1/(1 + x^2)',
      'x/(sign(x - 0.33) + 0.5)',
      '(x - 9.55)^-1',
      '(x - 0.55)^2',
      '1/((x - 0.55)^2 + 1e-6)',
      '1/exp(x)',
      '1/cosh(x)',
    ]) {
      assert.equal(formulaOf(text).gap(), undefined, text);
    }
  });

  it('gets a warning for values that fit float64, but not float32', () => {
    const gap = formulaOf('log(1 + exp(100 * x))').gap();
    assert.ok(gap);
    assert.equal('log(1 + exp(100 * x))'.slice(...gap.at), 'exp');
    assert.equal(gap.x, 0.9);
    assert.equal(formulaOf('1 / (1 + exp(-5 * x))').gap(), undefined);
  });

  it('has a derivative wherever its quotients fit float32', () => {
    for (const [text, x, slope] of [
      ['exp(x)/(1 + exp(x))', 60, 0],
      ['(exp(x) - exp(-x))/(exp(x) + exp(-x))', 60, 0],
      ['(exp(x) - exp(-x))/(exp(x) + exp(-x))', -60, 0],
      ['x/(1 + exp(-x))', -60, -59 * Math.exp(-60)],
    ] as const) {
      const found = compileSingle(formulaOf(text).slope)(x);
      assert.ok(Math.abs(found - slope) <= 1e-6 * Math.abs(slope), `${text} at ${x}: ${found}`);
    }
  });

  it('agrees with central differences within 1e-6, every function and operator', () => {
    for (const name of Object.keys(functions)) {
      const text = name === 'min' || name === 'max' ? `${name}(sin(x), x/3 + 0.2)` : `${name}(x*x/4 + 0.3)`;
      const error = derivativeError(formulaOf(text));
      assert.ok(error < 1e-6, `${text}: ${error}`);
    }
    for (const text of ['x^3/9 - 2^x', '(x^2 + 1)^(x/4)', '1/(1 + x^2) + x', 'exp(-x*x)*cos(3*x)']) {
      assert.ok(derivativeError(formulaOf(text)) < 1e-6, text);
    }
  });

  it('prints so that it reads back as the same function', () => {
    fc.assert(
      fc.property(expression, (tree) => {
        const again = parseFormula(printFormula(tree));
        assert.ok('ok' in again, printFormula(tree));
        assert.equal(printFormula(again.ok), printFormula(tree));
      }),
      { numRuns: 200 },
    );
  });

  it('never throws, whatever the text', () => {
    const piece = fc.constantFrom(
      'x',
      '1',
      '.5',
      '(',
      ')',
      ',',
      '+',
      '-',
      '*',
      '/',
      '^',
      'tanh',
      'max',
      ' ',
      'é',
      '\n',
      '"',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        const formula = readFormula(text);
        if (!('problem' in formula)) {
          return;
        }
        const [start, end] = formula.problem.at;
        assert.ok(start >= 0 && start < end && end <= Math.max(1, text.length), `${text}: ${start}..${end}`);
      }),
      { numRuns: 300 },
    );
  });
});

const at = [0, 1] as const;
const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4 },
    fc.constant<Expression>({ kind: 'x', at }),
    fc.integer({ min: 0, max: 9 }).map<Expression>((value) => ({ kind: 'number', value, at })),
    fc
      .tuple(fc.constantFrom('+', '-', '*', '/', '^' as const), tie('expression'), tie('expression'))
      .map<Expression>(([operator, left, right]) => ({ kind: 'binary', operator: operator as '+', left, right, at })),
    tie('expression').map<Expression>((of) => ({ kind: 'negate', of, at })),
    tie('expression').map<Expression>((of) => ({ kind: 'call', name: 'tanh', of: [of], at })),
  ),
}));
