/** The tree of a formula in x, and the functions that it may call. */
import { cos, cosh, erf, exp, log, log1p, pow, sin, sinh, tanh } from '../../common/math';
import { sigmoid } from '../catalogue/numeric';

/** A range of the formula's characters; the end is exclusive. */
export type Span = readonly [start: number, end: number];
export type Operator = '+' | '-' | '*' | '/' | '^';

/**
 * `at` is the range of the operator, the function's name or the operand. A part of a derivative has the range
 * that it was derived from.
 */
export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly at: Span }
  | { readonly kind: 'x'; readonly at: Span }
  | { readonly kind: 'negate'; readonly of: Expression; readonly at: Span }
  | {
      readonly kind: 'binary';
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: Span;
    }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly of: readonly Expression[]; readonly at: Span }
  /**
   * The derivative of min and max: that of the side that wins, or the mean of both where they are equal
   * (PyTorch).
   */
  | {
      readonly kind: 'choose';
      readonly left: Expression;
      readonly right: Expression;
      readonly above: Expression;
      readonly below: Expression;
      readonly at: Span;
    };

/** Every function by name, with its count of arguments. */
export const functions = {
  exp: unary(exp),
  log: unary(log),
  sqrt: unary(Math.sqrt),
  abs: unary(Math.abs),
  sign: unary(Math.sign),
  step: unary((u) => (u > 0 ? 1 : 0)),
  relu: unary((u) => Math.max(u, 0)),
  sigmoid: unary(sigmoid),
  softplus: unary((u) => Math.max(u, 0) + log1p(exp(-Math.abs(u)))),
  tanh: unary(tanh),
  sinh: unary(sinh),
  cosh: unary(cosh),
  erf: unary(erf),
  sin: unary(sin),
  cos: unary(cos),
  min: { arguments: 2, of: Math.min },
  max: { arguments: 2, of: Math.max },
} as const;
export type FunctionName = keyof typeof functions;

export const constants: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };

/** The formula's value at x. */
export function compile(node: Expression): (x: number) => number {
  return compileWith(node, compile);
}

/** The formula's value at x as the default backend computes it: every part is rounded to float32. */
export function compileSingle(node: Expression): (x: number) => number {
  const value = compileWith(node, compileSingle);
  return (x) => Math.fround(value(x));
}

/** `compilePart` compiles each part of the node. */
export function compileWith(
  node: Expression,
  compilePart: (part: Expression) => (x: number) => number,
): (x: number) => number {
  switch (node.kind) {
    case 'number': {
      const { value } = node;
      return () => value;
    }
    case 'x':
      return (x) => x;
    case 'negate': {
      const of = compilePart(node.of);
      return (x) => -of(x);
    }
    case 'binary':
      return binary(node.operator, compilePart(node.left), compilePart(node.right));
    case 'call': {
      const [u, v] = node.of.map(compilePart);
      const { of } = functions[node.name];
      if (v) {
        return (x) => of(u(x), v(x));
      }
      return (x) => of(u(x), 0);
    }
    case 'choose': {
      const [left, right, above, below] = [node.left, node.right, node.above, node.below].map(compilePart);
      return (x) => {
        const l = left(x);
        const r = right(x);
        return l > r ? above(x) : l < r ? below(x) : (above(x) + below(x)) / 2;
      };
    }
  }
}

/** The parts of an expression. */
export function partsOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'number':
    case 'x':
      return [];
    case 'negate':
      return [node.of];
    case 'binary':
      return [node.left, node.right];
    case 'call':
      return node.of;
    case 'choose':
      return [node.left, node.right, node.above, node.below];
  }
}

export function hasX(node: Expression): boolean {
  return node.kind === 'x' || partsOf(node).some(hasX);
}

function binary(operator: Operator, u: (x: number) => number, v: (x: number) => number): (x: number) => number {
  switch (operator) {
    case '+':
      return (x) => u(x) + v(x);
    case '-':
      return (x) => u(x) - v(x);
    case '*':
      return (x) => u(x) * v(x);
    case '/':
      return (x) => u(x) / v(x);
    case '^':
      return (x) => pow(u(x), v(x));
  }
}

function unary(of: (u: number) => number): { readonly arguments: 1; readonly of: (u: number, v: number) => number } {
  return { arguments: 1, of };
}
