/** The names of the arrays in a checkpoint's state, by which another network finds its own. */
import { isCount } from '../../common/isCount';
import { isRecord } from '../../common/isRecord';
import { makeOptimizer } from '../../spec/optimizers';
import type { NetworkPlan, Shape, TensorPlan, TrainingPlan } from '../../spec/plan';

export interface TensorTable {
  /** In the order of the state: learned tensors, then running statistics. */
  readonly tensors: readonly { readonly name: string; readonly shape: Shape }[];
  /** Number of learned tensors. */
  readonly learned: number;
  readonly optimizer: string;
  /** Names of the memories that the optimizer has of each learned tensor, in their order. */
  readonly memories: readonly string[];
}

export function tensorTable({ network, training }: TrainingPlan): TensorTable {
  const { optimizer, schedule } = training;
  const { memories } = makeOptimizer(optimizer, schedule?.parameters.cycle_momentum === true);
  return {
    tensors: storedInOrder(network).map(({ name, shape }) => ({ name, shape })),
    learned: network.layers.flatMap(({ tensors }) => tensors).length,
    optimizer: optimizer.name,
    memories: memories.map(({ name }) => name),
  };
}

/** The tensors in the order of a program's state, which differs from that of a weights file. */
export function storedInOrder({ layers }: NetworkPlan): readonly TensorPlan[] {
  return [...layers.flatMap(({ tensors }) => tensors), ...layers.flatMap(({ state = [] }) => state)];
}

export function isTensorTable(value: unknown): value is TensorTable {
  if (!isRecord(value)) {
    return false;
  }
  const { tensors, learned, optimizer, memories } = value;
  return (
    Array.isArray(tensors) &&
    tensors.every(
      (each) =>
        isRecord(each) && typeof each.name === 'string' && Array.isArray(each.shape) && each.shape.every(isCount),
    ) &&
    isCount(learned) &&
    learned <= tensors.length &&
    typeof optimizer === 'string' &&
    Array.isArray(memories) &&
    memories.every((memory) => typeof memory === 'string')
  );
}
