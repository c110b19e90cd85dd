/** The initial values of learned tensors, as NumPy expressions. */
import { purposes } from '../../common/random';
import { flatNumbers } from '../../spec/layers/values';
import type { TensorPlan } from '../../spec/plan';
import { sizeOf } from '../../spec/shape';
import type { NestedNumbers } from '../../spec/spec';
import type { Draw } from './draws';
import { numberLiteral, tupleOf } from './source';

/**
 * An expression for the values, of the tensor's shape; `ordinal` counts the learned tensors of the network
 * from 0. `use` is told the draws that it needs.
 */
export function initialSource(tensor: TensorPlan, ordinal: number, use: (draw: Draw) => void): string {
  const { initializer, shape, fanIn, fanOut } = tensor;
  const number = (name: string) => numberLiteral(initializer.parameters[name] as number);
  const size = sizeOf(shape);
  const { initialise } = purposes;
  const shaped = (flat: string) => `(${flat}).reshape(${shape.join(', ')})`;
  const drawn = (draw: 'uniform' | 'normal') => {
    use(draw);
    return `${draw}(${initialise}, ${ordinal}, np.arange(${size}))`;
  };
  const symmetric = (bound: string) => shaped(`${bound} * (2 * ${drawn('uniform')} - 1)`);
  const scaled = (deviation: string) => shaped(`${deviation} * ${drawn('normal')}`);
  switch (initializer.name) {
    case 'torch_default':
      return symmetric(`1 / np.sqrt(${fanIn})`);
    case 'glorot_uniform':
      return symmetric(`np.sqrt(6 / (${fanIn} + ${fanOut}))`);
    case 'glorot_normal':
      return scaled(`np.sqrt(2 / (${fanIn} + ${fanOut}))`);
    case 'he_uniform':
      return symmetric(`np.sqrt(6 / ${fanIn})`);
    case 'he_normal':
      return scaled(`np.sqrt(2 / ${fanIn})`);
    case 'lecun_uniform':
      return symmetric(`np.sqrt(3 / ${fanIn})`);
    case 'lecun_normal':
      return scaled(`np.sqrt(1 / ${fanIn})`);
    case 'random_uniform':
      return shaped(`${number('minimum')} + (${number('maximum')} - ${number('minimum')}) * ${drawn('uniform')}`);
    case 'random_normal':
      return shaped(`${number('mean')} + ${number('stddev')} * ${drawn('normal')}`);
    case 'truncated_normal':
      use('truncated');
      return shaped(`${number('mean')} + ${number('stddev')} * truncated(${initialise}, ${ordinal}, ${size})`);
    case 'orthogonal': {
      use('orthogonal');
      const matrix = `orthogonal(${initialise}, ${ordinal}, ${shape[0]}, ${size / shape[0]})`;
      return shaped(`${number('gain')} * ${matrix}`);
    }
    case 'identity':
      return shape.length === 2
        ? `np.eye${tupleOf(shape)}`
        : shaped(`np.arange(${size}) // ${shape[1] ?? 1} == np.arange(${size}) % ${shape[1] ?? 1}`);
    case 'constant':
      return `np.full(${tupleOf(shape)}, ${number('value')})`;
    case 'values':
      return `np.array([${flatNumbers(initializer.parameters.values as NestedNumbers)
        .map(numberLiteral)
        .join(', ')}]).reshape${tupleOf(shape)}`;
    case 'zeros':
      return `np.zeros(${tupleOf(shape)})`;
    case 'ones':
      return `np.ones(${tupleOf(shape)})`;
    default:
      throw new Error(`No export has the initializer ${initializer.name}: add it to initial.ts.`);
  }
}
