/** Weights that a spec writes out: `kernel_initializer: { values: [[0.15, 0.2], [0.25, 0.3]] }`. */
import { t } from '@vscode/l10n';
import type { TensorPlan } from '../plan';
import { formatShape, type Shape } from '../shape';
import type { NestedNumbers } from '../spec';
import type { LayerRequest } from './kind';

/** All numbers, row-major. */
export function flatNumbers(values: NestedNumbers): readonly number[] {
  return values.flatMap((each) => (typeof each === 'number' ? [each] : flatNumbers(each)));
}

/** Whether written values do not fit their tensor, which is then reported where the first misfit stands. */
export function haveMisfit({ path, error }: LayerRequest, tensors: readonly TensorPlan[]): boolean {
  for (const { name, role, shape, initializer } of tensors) {
    if (initializer.name !== 'values') {
      continue;
    }
    const misfit = misfitOf(initializer.parameters.values as NestedNumbers, { name, shape }, []);
    if (misfit) {
      const key = role === 'bias' ? 'bias_initializer' : 'kernel_initializer';
      error('initial-values', [...path, key, 'values', ...misfit.at], misfit.message);
      return true;
    }
  }
  return false;
}

interface Misfit {
  /** Indices of the list or number that does not fit. */
  readonly at: readonly number[];
  readonly message: string;
}

function misfitOf(
  value: number | NestedNumbers,
  tensor: { readonly name: string; readonly shape: Shape },
  at: readonly number[],
): Misfit | undefined {
  const { name, shape } = tensor;
  const length = shape.at(at.length);
  const whole = formatShape(shape);
  if (typeof value === 'number') {
    if (at.length < shape.length) {
      return {
        at,
        message: t('{0} has the shape {1}: write a list of {2} here, not a number.', name, whole, length ?? 0),
      };
    }
    const fits = Number.isFinite(Math.fround(value));
    return fits ? undefined : { at, message: t('{0} holds 32-bit numbers, and this one is too large.', name) };
  }
  if (at.length === shape.length) {
    return { at, message: t('{0} has the shape {1}: write a number here, not a list.', name, whole) };
  }
  if (value.length !== length) {
    return {
      at,
      message: t(
        '{0} has the shape {1}: this list needs {2} entries, not {3}.',
        name,
        whole,
        length ?? 0,
        value.length,
      ),
    };
  }
  for (const [index, each] of value.entries()) {
    const inner = misfitOf(each, tensor, [...at, index]);
    if (inner) {
      return inner;
    }
  }
  return undefined;
}
