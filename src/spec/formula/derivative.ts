/** The symbolic derivative of a formula. Constants are folded, so that it is readable in a hover. */
import { assertNever } from '../../common/assertNever';
import { compile, type Expression, type FunctionName, hasX, type Operator, type Span } from './expression';

/** A lower bound for arguments that would be infinite at 0: about the smallest normal float32. */
const least = 1.2e-38;

/**
 * d/dx. Every part carries the range of characters that it was derived from. `bounded`: the slope of a root
 * or of a power below 1 is limited to that at `least`, so that x·√|x| has the slope 0 at 0 and not 0·∞.
 */
export function differentiate(node: Expression, bounded = false): Expression {
  const { at } = node;
  if (!hasX(node)) {
    return number(0, at);
  }
  switch (node.kind) {
    case 'number':
      return number(0, at);
    case 'x':
      return number(1, at);
    case 'negate':
      return negate(differentiate(node.of, bounded), at);
    case 'binary':
      return ofBinary(node, bounded);
    case 'call':
      return ofCall(node.name, node.of, at, bounded);
    case 'choose': {
      const [above, below] = [node.above, node.below].map((side) => differentiate(side, bounded));
      return { ...node, above, below };
    }
    default:
      return assertNever(node);
  }
}

function ofBinary(node: Extract<Expression, { kind: 'binary' }>, bounded: boolean): Expression {
  const { operator, left: u, right: v, at } = node;
  const du = differentiate(u, bounded);
  const dv = differentiate(v, bounded);
  switch (operator) {
    case '+':
    case '-':
      return make(operator, du, dv, at);
    case '*':
      return make('+', make('*', du, v, at), make('*', u, dv, at), at);
    case '/': {
      if (!hasX(v)) {
        return make('/', du, v, at);
      }
      // (u′ - (u/v)·v′)/v: v² could overflow or underflow float32 where the quotient does not.
      return make('/', make('-', du, make('*', node, dv, at), at), v, at);
    }
    case '^': {
      if (!hasX(v)) {
        // c·u^(c-1)·u′, which is 0 for u^0
        const exponent = compile(v)(0);
        if (exponent === 0) {
          return number(0, at);
        }
        const base = bounded && exponent > 0 && exponent < 1 ? notBelow(u, at) : u;
        const power = make('^', base, make('-', v, number(1, at), at), at);
        return make('*', make('*', v, power, at), du, at);
      }
      if (!hasX(u)) {
        return make('*', make('*', node, call('log', u, at), at), dv, at);
      }
      // v·u^(v-1)·u′ + u^v·ln u·v′, where 0^v·ln 0 is 0: its limit for v > 0, and PyTorch's.
      const power = make('^', bounded ? notBelow(u, at) : u, make('-', v, number(1, at), at), at);
      const byExponent = make('*', make('*', node, call('log', notBelow(u, at), at), at), dv, at);
      return make('+', make('*', make('*', v, power, at), du, at), byExponent, at);
    }
    default:
      return assertNever(operator);
  }
}

function ofCall(name: FunctionName, of: readonly Expression[], at: Span, bounded: boolean): Expression {
  const [u, v] = of;
  if (name === 'min' || name === 'max') {
    const [du, dv] = [u, v].map((side) => differentiate(side, bounded));
    return { kind: 'choose', left: u, right: v, above: name === 'max' ? du : dv, below: name === 'max' ? dv : du, at };
  }
  return make('*', outer(name, u, at, bounded), differentiate(u, bounded), at);
}

/** f′(u). */
function outer(name: Exclude<FunctionName, 'min' | 'max'>, u: Expression, at: Span, bounded: boolean): Expression {
  const one = number(1, at);
  switch (name) {
    case 'exp':
      return call('exp', u, at);
    case 'log':
      return make('/', one, u, at);
    case 'sqrt':
      return make('/', number(0.5, at), call('sqrt', bounded ? notBelow(u, at) : u, at), at);
    case 'abs':
      return call('sign', u, at);
    case 'sign':
    case 'step':
      return number(0, at);
    case 'relu':
      return call('step', u, at);
    case 'sigmoid':
      // σ(u)·σ(-u) is exact in both tails, where σ(1 - σ) would cancel.
      return make('*', call('sigmoid', u, at), call('sigmoid', negate(u, at), at), at);
    case 'softplus':
      return call('sigmoid', u, at);
    case 'tanh':
      return make('/', one, make('^', call('cosh', u, at), number(2, at), at), at);
    case 'sinh':
      return call('cosh', u, at);
    case 'cosh':
      return call('sinh', u, at);
    case 'erf':
      return make(
        '*',
        number(1.1283791670955126, at),
        call('exp', negate(make('^', u, number(2, at), at), at), at),
        at,
      );
    case 'sin':
      return call('cos', u, at);
    case 'cos':
      return negate(call('sin', u, at), at);
    default:
      return assertNever(name);
  }
}

function number(value: number, at: Span): Expression {
  return { kind: 'number', value, at };
}

function call(name: FunctionName, of: Expression, at: Span): Expression {
  return { kind: 'call', name, of: [of], at };
}

/** The larger of u and `least`. */
function notBelow(u: Expression, at: Span): Expression {
  return { kind: 'call', name: 'max', of: [u, number(least, at)], at };
}

function isNumber(node: Expression, value: number): boolean {
  return node.kind === 'number' && node.value === value;
}

function negate(of: Expression, at: Span): Expression {
  if (of.kind === 'number') {
    return number(of.value === 0 ? 0 : -of.value, at);
  }
  return of.kind === 'negate' ? of.of : { kind: 'negate', of, at };
}

function make(operator: Operator, left: Expression, right: Expression, at: Span): Expression {
  const plain: Expression = { kind: 'binary', operator, left, right, at };
  if (left.kind === 'number' && right.kind === 'number') {
    const value = compile(plain)(0);
    return Number.isFinite(value) ? number(value, at) : plain;
  }
  switch (operator) {
    case '+':
      return isNumber(left, 0) ? right : isNumber(right, 0) ? left : plain;
    case '-':
      return isNumber(right, 0) ? left : isNumber(left, 0) ? negate(right, at) : plain;
    case '*':
      if (isNumber(left, 0) || isNumber(right, 0)) {
        return number(0, at);
      }
      return isNumber(left, 1) ? right : isNumber(right, 1) ? left : plain;
    case '/':
      return isNumber(left, 0) ? left : isNumber(right, 1) ? left : plain;
    case '^':
      return isNumber(right, 0) ? number(1, at) : isNumber(right, 1) ? left : plain;
    default:
      return assertNever(operator);
  }
}
