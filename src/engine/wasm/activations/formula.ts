/** A formula from the spec as code: its tree, and that of its derivative. */

import { type FunctionBuilder, f32x4, type Local, type V128, v128 } from '../../../assembler';
import { assertNever } from '../../../common/assertNever';
import { formulaOf } from '../../../spec/formula';
import type { Expression, FunctionName, Operator } from '../../../spec/formula/expression';
import { emitExp } from '../math/exponential';
import { emitCosh, emitSinh } from '../math/hyperbolic';
import { emitLog } from '../math/logarithm';
import { emitPow } from '../math/power';
import { emitErf, emitSigmoid, emitSoftplus, emitTanh } from '../math/sigmoids';
import { emitSign } from '../math/sign';
import { emitCosine, emitSine } from '../math/trigonometry';
import type { ElementwiseKernel } from './kernel';
import { where } from './masks';

export function formulaKernel(text: string): ElementwiseKernel {
  const { tree, slope } = formulaOf(text);
  return {
    shape: 'elementwise',
    cheap: false,
    // Comparisons lose a NaN; setting all bits restores it.
    forward: (f, z) => v128.or(emit(f, z, tree), f32x4.ne(z, z)),
    derivative: (f, z) => emit(f, z, slope),
  };
}

/** Subexpressions that a derivative has in common with its function are one object, and are computed once. */
function emit(f: FunctionBuilder, x: Local<'v128'>, tree: Expression): Local<'v128'> {
  const known = new Map<Expression, Local<'v128'>>();
  const of = (node: Expression): Local<'v128'> => {
    const value = known.get(node) ?? f.let(compute(node));
    known.set(node, value);
    return value;
  };
  const compute = (node: Expression): V128 => {
    switch (node.kind) {
      case 'number':
        return f32x4.const(node.value);
      case 'x':
        return x;
      case 'negate':
        return f32x4.neg(of(node.of));
      case 'binary':
        if (node.operator === '^' && node.right.kind === 'number') {
          return emitPow(f, of(node.left), node.right.value);
        }
        return binary(f, node.operator, of(node.left), of(node.right));
      case 'call':
        return call(f, node.name, node.of.map(of));
      case 'choose': {
        const [left, right, above, below] = [node.left, node.right, node.above, node.below].map(of);
        const mean = f32x4.mul(f32x4.add(above, below), 0.5);
        const lower = v128.bitselect(below, mean, f32x4.lt(left, right));
        return v128.bitselect(above, lower, f32x4.gt(left, right));
      }
      default:
        return assertNever(node);
    }
  };
  return of(tree);
}

function binary(f: FunctionBuilder, operator: Operator, u: Local<'v128'>, v: Local<'v128'>): V128 {
  switch (operator) {
    case '+':
      return f32x4.add(u, v);
    case '-':
      return f32x4.sub(u, v);
    case '*':
      return f32x4.mul(u, v);
    case '/':
      return f32x4.div(u, v);
    case '^':
      return emitPow(f, u, v);
    default:
      return assertNever(operator);
  }
}

function call(f: FunctionBuilder, name: FunctionName, [u, v]: readonly Local<'v128'>[]): V128 {
  switch (name) {
    case 'exp':
      return emitExp(f, u);
    case 'log':
      return emitLog(f, u);
    case 'sqrt':
      return f32x4.sqrt(u);
    case 'abs':
      return f32x4.abs(u);
    case 'sign':
      return emitSign(f, u);
    case 'step':
      return where(f32x4.gt(u, 0), 1);
    case 'relu':
      return f32x4.pmax(u, 0);
    case 'sigmoid':
      return emitSigmoid(f, u);
    case 'softplus':
      return emitSoftplus(f, u);
    case 'tanh':
      return emitTanh(f, u);
    case 'sinh':
      return emitSinh(f, u);
    case 'cosh':
      return emitCosh(f, u);
    case 'erf':
      return emitErf(f, u);
    case 'sin':
      return emitSine(f, u);
    case 'cos':
      return emitCosine(f, u);
    case 'min':
      return f32x4.min(u, v);
    case 'max':
      return f32x4.max(u, v);
    default:
      return assertNever(name);
  }
}
