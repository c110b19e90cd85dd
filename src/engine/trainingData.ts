import { permutation, purposes } from '../common/random';
import type { TrainingPlan } from '../spec/plan';
import type { ProgramData } from './backend';
import { sampleWeights } from './classWeights';
import type { TrainerOptions } from './run';

/** The data as the programs take them, narrowed and weighed by class. */
export function dataOf({ plan, data, parts, precision, classNames = ['0', '1'] }: TrainerOptions): ProgramData {
  const { classWeight } = plan.training;
  const weights = classWeight && sampleWeights(classWeight, data, parts.train, classNames);
  const narrowed =
    precision === 'float64'
      ? data
      : { ...data, inputs: new Float32Array(data.inputs), targets: new Float32Array(data.targets) };
  return weights ? { ...narrowed, sampleWeights: weights } : narrowed;
}

/** Rows of the train part in the order in which an epoch, counted from 1, takes them. */
export function orderOf({ training, seed }: TrainingPlan, train: Int32Array, epoch: number): Int32Array {
  if (!training.shuffle) return train;
  return permutation(seed, purposes.shuffle, epoch, train.length).map((i) => train[i]);
}
