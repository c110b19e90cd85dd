import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseExpression, work } from '../../../src/lessons/expression';
import { numbersOf, type Value, valueText } from '../../../src/lessons/values';

function worked(text: string, names: Record<string, Value> = {}) {
  const parsed = parseExpression(text);
  const result = 'problem' in parsed ? parsed : work(parsed, new Map(Object.entries(names)));
  if ('problem' in result) {
    throw new Error(`${text.slice(...result.problem.at)}: ${result.problem.message}`);
  }
  return result;
}

const result = (text: string, names?: Record<string, Value>) => worked(text, names).value;

/** The token that is marked, and the message. */
function faultOf(text: string, names: Record<string, Value> = {}): [string, string] {
  const parsed = parseExpression(text);
  const result = 'problem' in parsed ? parsed : work(parsed, new Map(Object.entries(names)));
  assert.ok('problem' in result, text);
  return [text.slice(...result.problem.at), result.problem.message];
}

const near = (found: Value, wanted: Value) => {
  const [a, b] = [numbersOf(found), numbersOf(wanted)];
  assert.equal(a.length, b.length);
  for (const [i, number] of a.entries()) {
    assert.ok(Math.abs(number - b[i]) <= 1e-9 * Math.max(1, Math.abs(b[i])), `${number}, not ${b[i]}`);
  }
};

describe('Worked computations', () => {
  it('go by precedence, powers from the right, a sign after them', () => {
    const cases: readonly [string, number][] = [
      ['1 + 2 * 3', 7],
      ['(1 + 2) * 3', 9],
      ['7 - 2 - 1', 4],
      ['8 / 4 / 2', 1],
      ['2^3^2', 512],
      ['-2^2', -4],
      ['2^-1', 0.5],
      ['2 * -3', -6],
      ['[1, 2] @ [3, 4] + 1', 12],
    ];
    for (const [text, value] of cases) {
      near(result(text), value);
    }
  });

  it('have the values of closed forms, over numbers, vectors and matrices', () => {
    const number = fc.double({ min: -20, max: 20, noNaN: true });
    const vector = fc.array(number, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(vector, (x) => {
        near(
          result('sigmoid(x)', { x }),
          x.map((v) => 1 / (1 + Math.exp(-v))),
        );
        near(
          result('1 / (1 + exp(-x))', { x }),
          x.map((v) => 1 / (1 + Math.exp(-v))),
        );
        near(result("sigmoid'(x)", { x }), result('sigmoid(x) * (1 - sigmoid(x))', { x }));
        near(result("tanh'(x)", { x }), result('1 - tanh(x)^2', { x }));
        near(result('softmax(x)', { x }), result('exp(x) / sum(exp(x))', { x }));
        near(result('mean(relu(x))', { x }), x.reduce((sum, v) => sum + Math.max(v, 0), 0) / x.length);
        near(result('ln(exp(x))', { x }), x);
        near(result('x @ x', { x }), result('sum(x * x)', { x }));
      }),
    );
    const matrix = (rows: number, columns: number) =>
      fc.array(fc.array(number, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows });
    fc.assert(
      fc.property(matrix(2, 3), matrix(3, 2), (A, B) => {
        near(result('(A @ B).T', { A, B }), result('B.T @ A.T', { A, B }));
        near(result('transpose(transpose(A))', { A }), A);
        near(result('A + A', { A }), result('2 * A', { A }));
      }),
    );
  });

  it('show each step with its numbers, and the sums of a small product', () => {
    const { steps, value } = worked('W2 @ W1', {
      W1: [
        [1, 2],
        [0, 1],
      ],
      W2: [[2, 0]],
    });
    assert.deepEqual(steps, [{ text: '[[2·1 + 0·0, 2·2 + 0·1]]', value: [[2, 4]], result: '[[2, 4]]' }]);
    assert.deepEqual(value, [[2, 4]]);
    const shown = worked('softmax([1, 2, 3])').steps.map((step) => `${step.text} = ${step.result}`);
    assert.deepEqual(shown, [
      '[1, 2, 3] - 3 = [-2, -1, 0]',
      'exp([-2, -1, 0]) = [0.1353, 0.3679, 1]',
      '0.1353 + 0.3679 + 1 = 1.503',
      '[0.13534, 0.36788, 1] / 1.5032 = [0.09003, 0.2447, 0.6652]',
    ]);
    assert.deepEqual(
      worked('(a - t) * a', { a: 0.5, t: 1 }).steps.map(({ text }) => text),
      ['0.5 - 1', '(-0.5) · 0.5'],
    );
  });

  it('arrive on a calculator at the result that is shown, with the digits that are shown', () => {
    const number = fc.double({ min: -50, max: 50, noNaN: true }).filter((x) => x === 0 || Math.abs(x) > 1e-3);
    fc.assert(
      fc.property(number, number, number, (a, b, c) => {
        const names = { a, b, c };
        for (const { text, result } of worked('a * b + c', names).steps) {
          const again = worked(text.replaceAll('·', '*')).steps.at(-1);
          // Where numbers nearly cancel, nine digits may not be enough.
          assert.ok(
            again?.result === result || /\d{9}/.test(text.replaceAll('.', '')),
            `${text} is ${again?.result}, not ${result}`,
          );
        }
      }),
    );
  });

  it('go on with infinity, which a power of e may reach', () => {
    assert.equal(valueText(result('exp([1000, 0])')), '[∞, 1]');
    assert.equal(valueText(result('exp(1000) / exp(1000)')), 'NaN');
  });

  it('mark the exact token of a fault', () => {
    assert.deepEqual(faultOf('1 + softmx([1])'), ['softmx', 'There is no function “softmx”. Did you mean “softmax”?']);
    assert.deepEqual(faultOf('W2 @ V', { W2: [1], W1: 2 })[0], 'V');
    assert.deepEqual(faultOf('a @ b', { a: [1, 2], b: [1, 2, 3] }), [
      '@',
      'The shapes 2 and 3 do not fit together for “@”.',
    ]);
    assert.equal(faultOf('[[1, 2], [3]]')[0], '[3]');
    assert.equal(faultOf('(1 + 2')[0], '(');
    assert.equal(faultOf('1 +')[0], '+');
    assert.equal(faultOf('2 3')[0], '3');
    assert.equal(faultOf('a $ b')[0], '$');
    assert.equal(faultOf('[]')[0], ']');
    assert.equal(faultOf('sigmoid')[1], 'sigmoid is a function. Write sigmoid(…).');
    assert.equal(faultOf('exp(1, 2)')[0], 'exp');
  });

  it('refuse texts that are too long or too deep, in time linear in them', () => {
    assert.match(faultOf('('.repeat(900))[1], /nested too deep/);
    assert.match(faultOf('-'.repeat(900))[1], /nested too deep/);
    assert.match(faultOf('1+'.repeat(5000))[1], /1000 characters/);
  });

  it('never throw, whatever the text', () => {
    const token = fc.constantFrom(
      '1',
      'x',
      '(',
      ')',
      '[',
      ']',
      ',',
      '+',
      '-',
      '@',
      '.T',
      "sigmoid'",
      'max(',
      '^',
      'softmax(',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
        const parsed = parseExpression(tokens.join(''));
        if (!('problem' in parsed)) {
          work(parsed, new Map([['x', [1, 2]]]));
        }
      }),
    );
  });
});
