/** Parameters that several kinds of layers share. */
import { flag, integer, trainable } from '../catalogue/parameters';
import type { ParameterEntry } from '../catalogue/types';

/** Far larger than any image, and small enough that every product of sizes is exact. */
const largestExtent = 65_536;

/** A parameter that is a whole number, at least 1. */
export function count(name: string, rest: Partial<ParameterEntry> = {}, value?: number): ParameterEntry {
  return integer(name, value, { minimum: 1, ...rest });
}

/** A parameter with a number for each axis, or one for all of them. */
export function extent(
  name: string,
  axes: number,
  rest: Omit<ParameterEntry, 'name' | 'type' | 'axes'>,
): ParameterEntry {
  return { name, type: 'size', axes, minimum: 1, maximum: largestExtent, ...rest };
}

/** The last parameters of every kind with weights. */
export const weightParameters: readonly ParameterEntry[] = [
  {
    name: 'activation',
    type: 'activation',
    default: 'linear',
    aliases: ['act', 'activation_fn'],
    libraries: ['', 'activation'],
  },
  flag('use_bias', true, { aliases: ['bias'], libraries: ['bias', 'use_bias'] }),
  {
    name: 'kernel_initializer',
    type: 'initializer',
    default: 'torch_default',
    aliases: ['weight_initializer', 'init', 'initializer', 'kernel_init'],
    libraries: ['', 'kernel_initializer'],
  },
  {
    name: 'bias_initializer',
    type: 'initializer',
    default: 'torch_default',
    aliases: ['bias_init'],
    libraries: ['', 'bias_initializer'],
  },
  {
    name: 'kernel_regularizer',
    type: 'regularizer',
    default: null,
    standard: 'none',
    aliases: ['regularizer', 'weight_regularizer'],
    libraries: ['', 'kernel_regularizer'],
  },
  trainable,
];
