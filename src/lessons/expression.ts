/**
 * The language of worked computations: numbers, vectors and matrices, read by precedence and evaluated step
 * by step, never run as code. `W2 @ W1`, `softmax([1, 2, 3])`, `sigmoid'(z) * (a - t)`, `W.T @ delta`.
 */
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { nearest } from '../common/nearest';
import type { Span } from '../language';
import { constants } from '../spec/formula/expression';
import { functions, type MathFunction, operate, product, transposed } from './operations';
import { operandText, productText, type Step, stepOf } from './steps';
import { isValue, type Value, valueText } from './values';

export interface ExpressionProblem {
  readonly at: Span;
  readonly message: string;
}

export interface Worked {
  readonly value: Value;
  readonly steps: readonly Step[];
}

export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly at: Span }
  | { readonly kind: 'name'; readonly name: string; readonly at: Span }
  | { readonly kind: 'list'; readonly items: readonly Expression[]; readonly at: Span }
  | { readonly kind: 'negate' | 'transpose'; readonly of: Expression; readonly at: Span }
  | {
      readonly kind: 'binary';
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: Span;
    }
  | {
      readonly kind: 'call';
      /** `sigmoid'` is the derivative of sigmoid. */
      readonly name: string;
      readonly of: readonly Expression[];
      readonly at: Span;
    };

export type Operator = '+' | '-' | '*' | '/' | '^' | '@';

/** How tightly an operator binds; a sign binds less than a power and more than a product. */
const ranks: Readonly<Record<Operator, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '@': 2, '^': 4 };
const signRank = 3;

const longestExpression = 1000;
const deepest = 50;

class ExpressionError extends Error {
  constructor(readonly problem: ExpressionProblem) {
    super(problem.message);
  }
}

function fault(at: Span, message: string): ExpressionError {
  return new ExpressionError({ at, message });
}

/** `at` counts from the beginning of the text. */
export function parseExpression(text: string): Expression | { readonly problem: ExpressionProblem } {
  return caught(() => {
    if (text.length > longestExpression) {
      throw fault(
        [0, text.length],
        t('An expression may have {0} characters. Write it in several lines.', longestExpression),
      );
    }
    return new Parser(text).whole();
  });
}

/** Evaluates an expression whose names have these values. */
export function work(
  expression: Expression,
  names: ReadonlyMap<string, Value>,
): Worked | { readonly problem: ExpressionProblem } {
  return caught(() => {
    const steps: Step[] = [];
    const value = new Evaluation(names, steps).valueOf(expression);
    return { value, steps };
  });
}

function caught<T>(make: () => T): T | { readonly problem: ExpressionProblem } {
  try {
    return make();
  } catch (error) {
    if (error instanceof ExpressionError) {
      return { problem: error.problem };
    }
    throw error;
  }
}

interface Token {
  readonly kind: 'number' | 'name' | 'symbol' | 'end';
  readonly text: string;
  readonly at: Span;
}

const tokenPattern =
  /\s*(?:((?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)|([\p{L}_][\p{L}\p{N}_]*'?)|(\.T(?![\p{L}\p{N}_])|[-+*/^@(),[\]])|(\S))/uy;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  for (let found = tokenPattern.exec(text); found; found = tokenPattern.exec(text)) {
    const [, number, name, symbol, other] = found;
    const word = number ?? name ?? symbol ?? other;
    const end = tokenPattern.lastIndex;
    const at: Span = [end - word.length, end];
    if (other !== undefined) {
      throw fault(at, t('“{0}” cannot stand in a computation.', other));
    }
    tokens.push({ kind: number ? 'number' : name ? 'name' : 'symbol', text: word, at });
  }
  const last = text.trimEnd().length;
  tokens.push({ kind: 'end', text: '', at: [Math.max(0, last - 1), last] });
  return tokens;
}

/** A parser by precedence. */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  whole(): Expression {
    const expression = this.#binary(0);
    const { kind, text, at } = this.#token;
    if (kind !== 'end') {
      throw fault(at, t('An operator is missing before “{0}”. Write * to multiply.', text));
    }
    return expression;
  }

  get #token(): Token {
    return this.#tokens[this.#at];
  }

  #take(): Token {
    const token = this.#token;
    this.#at = Math.min(this.#at + 1, this.#tokens.length - 1);
    return token;
  }

  /** A chain of operators that bind more tightly than `rank`. */
  #binary(rank: number): Expression {
    this.#depth += 1;
    if (this.#depth > deepest) {
      throw fault(this.#token.at, t('This is nested too deep. Write it in several lines.'));
    }
    let left = this.#operand();
    for (let found = this.#operator(rank); found; found = this.#operator(rank)) {
      const { at } = this.#take();
      // Powers group from the right, and their exponent may have a sign.
      const right = this.#binary(found === '^' ? signRank - 1 : ranks[found]);
      left = { kind: 'binary', operator: found, left, right, at };
    }
    this.#depth -= 1;
    return left;
  }

  #operator(above: number): Operator | undefined {
    const { kind, text } = this.#token;
    const operator = kind === 'symbol' && Object.hasOwn(ranks, text) ? (text as Operator) : undefined;
    return operator && ranks[operator] > above ? operator : undefined;
  }

  #operand(): Expression {
    const token = this.#take();
    const { kind, text, at } = token;
    if (text === '-' || text === '+') {
      const of = this.#binary(signRank);
      return text === '-' ? { kind: 'negate', of, at } : of;
    }
    let operand = this.#plain(token);
    while (this.#token.text === '.T') {
      operand = { kind: 'transpose', of: operand, at: this.#take().at };
    }
    if (kind === 'number' && operand.kind === 'transpose') {
      throw fault(at, t('{0} has no rows and columns to change places.', text));
    }
    return operand;
  }

  #plain({ kind, text, at }: Token): Expression {
    if (kind === 'number') {
      return { kind: 'number', value: Number(text), at };
    }
    if (kind === 'name') {
      return this.#token.text === '(' ? this.#call(text, at) : { kind: 'name', name: text, at };
    }
    if (text === '(') {
      const inner = this.#binary(0);
      this.#close(')', at, text);
      return inner;
    }
    if (text === '[') {
      const items = this.#list(']');
      const [, end] = this.#close(']', at, text);
      return { kind: 'list', items, at: [at[0], end] };
    }
    throw kind === 'end'
      ? fault(at, t('A number, a name or a function is missing here.'))
      : fault(at, t('A number, a name or a function must stand here, not “{0}”.', text));
  }

  #call(name: string, at: Span): Expression {
    const open = this.#take();
    const of = this.#list(')');
    this.#close(')', open.at, open.text);
    return { kind: 'call', name, of, at };
  }

  #list(end: string): Expression[] {
    if (this.#token.text === end) {
      throw fault(this.#token.at, t('A number, a name or a function must stand here, not “{0}”.', end));
    }
    const items = [this.#binary(0)];
    while (this.#token.text === ',') {
      this.#take();
      items.push(this.#binary(0));
    }
    return items;
  }

  /** Takes the bracket that closes the one at `open`. */
  #close(bracket: string, open: Span, opened: string): Span {
    const { kind, text, at } = this.#token;
    if (text === bracket) {
      return this.#take().at;
    }
    throw kind === 'end'
      ? fault(open, t('This “{0}” is never closed. Add “{1}”.', opened, bracket))
      : fault(at, t('An operator is missing before “{0}”. Write * to multiply.', text));
  }
}

class Evaluation {
  readonly #names: ReadonlyMap<string, Value>;
  readonly #steps: Step[];

  constructor(names: ReadonlyMap<string, Value>, steps: Step[]) {
    this.#names = names;
    this.#steps = steps;
  }

  valueOf(node: Expression): Value {
    switch (node.kind) {
      case 'number':
        return node.value;
      case 'name':
        return this.#named(node.name, node.at);
      case 'list':
        return this.#list(node);
      case 'negate': {
        const of = this.valueOf(node.of);
        return valueIn(node.at, operate('-', 0, of));
      }
      case 'transpose':
        return valueIn(node.at, transposed(this.valueOf(node.of)));
      case 'binary': {
        const [left, right] = [this.valueOf(node.left), this.valueOf(node.right)];
        const { operator, at } = node;
        const value = valueIn(at, calculated(operator, left, right));
        const calculate = (a: Value, b: Value) => calculated(operator, a, b);
        this.#steps.push(stepOf([left, right], value, calculate, (a, b) => written(operator, a, b)));
        return value;
      }
      case 'call':
        return this.#call(node.name, node.of, node.at);
      default:
        return assertNever(node);
    }
  }

  #named(name: string, at: Span): Value {
    const value = this.#names.get(name) ?? (Object.hasOwn(constants, name) ? constants[name] : undefined);
    if (value !== undefined) {
      return value;
    }
    if (functionOf(name)) {
      throw fault(at, t('{0} is a function. Write {0}(…).', name));
    }
    const meant = nearest(name, [...this.#names.keys()]);
    throw fault(
      at,
      meant
        ? t('Nothing above is called “{0}”. Did you mean “{1}”?', name, meant)
        : t('Nothing above is called “{0}”.', name),
    );
  }

  #list({ items, at }: Extract<Expression, { kind: 'list' }>): Value {
    const values = items.map((item) => this.valueOf(item));
    const rows = values.filter((value) => Array.isArray(value));
    if (rows.length === 0) {
      return valueIn(at, values as number[]);
    }
    const wide = items.findIndex((_, index) => {
      const value = values[index];
      return !Array.isArray(value) || value.some(Array.isArray) || value.length !== (values[0] as unknown[]).length;
    });
    if (wide >= 0) {
      throw fault(items[wide].at, t('The rows of a matrix are lists of numbers, all of one length.'));
    }
    return valueIn(at, values as number[][]);
  }

  #call(name: string, of: readonly Expression[], at: Span): Value {
    const found = functionOf(name);
    if (!found) {
      const meant = nearest(name, functionNames);
      throw fault(
        at,
        meant
          ? t('There is no function “{0}”. Did you mean “{1}”?', name, meant)
          : t('There is no function “{0}”.', name),
      );
    }
    const [fewest, most] = found.arguments;
    if (of.length < fewest || of.length > most) {
      const wanted = fewest === most ? String(most) : `${fewest}–${most}`;
      throw fault(at, t('The number of values that {0} takes is {1}, not {2}.', name, wanted, of.length));
    }
    const values = of.map((each) => this.valueOf(each));
    const value = valueIn(at, found.of(values));
    const write = (...shown: readonly Value[]) => `${name}(${shown.map((each) => valueText(each)).join(', ')})`;
    const steps = found.steps?.(values) ?? [stepOf(values, value, (...shown) => found.of(shown), write)];
    for (const step of steps) {
      this.#steps.push(step);
    }
    return value;
  }
}

function calculated(operator: Operator, left: Value, right: Value): Value | string {
  return operator === '@' ? product(left, right) : operate(operator, left, right);
}

function written(operator: Operator, left: Value, right: Value): string {
  return operator === '@'
    ? productText(left, right)
    : `${operandText(left)} ${operator === '*' ? '·' : operator} ${operandText(right)}`;
}

/** Throws the sentence that an operation gave in place of a value. */
function valueIn(at: Span, result: Value | string): Value {
  if (isValue(result)) {
    return result;
  }
  throw fault(at, result);
}

function functionOf(name: string): MathFunction | undefined {
  return functions.get(name);
}

/** The names that may be misspelt, without derivatives. */
const functionNames = [...functions.keys()].filter((name) => !name.endsWith("'"));

/** Names that a computation cannot take: they mean something else. */
export function isTaken(name: string): boolean {
  return functions.has(name) || Object.hasOwn(constants, name);
}
