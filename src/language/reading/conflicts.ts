/** Parameters that are each in range but do not go together. */

import { t } from '@vscode/l10n';
import { findLayerKind } from '../../spec/layers';
import type { ParameterValue } from '../../spec/spec';

export interface Conflict {
  readonly message: string;
  /** The problem is marked at the first of these that the file gives. */
  readonly parameters: readonly string[];
  readonly remedy?: Remedy;
}

/** An edit that resolves the conflict. */
export type Remedy =
  | { readonly kind: 'set'; readonly parameter: string; readonly value: string; readonly choice?: boolean }
  /** Swaps the values of two parameters. */
  | { readonly kind: 'swap'; readonly parameters: readonly [string, string] };

/** The conflict between the parameters of a thing, with its remedy; undefined where there is none. */
export function conflictOf(name: string, values: Readonly<Record<string, ParameterValue>>): Conflict | undefined {
  const { nesterov, momentum, dampening, min, max, lower, upper, at, base, minimum, maximum, step_min, step_max } =
    values;
  if (name === 'sgd' && nesterov === true && (momentum === 0 || (typeof dampening === 'number' && dampening !== 0))) {
    const message = t('nesterov needs momentum above 0 and dampening 0. Write, for example, momentum: 0.9.');
    const remedy = { kind: 'set', parameter: 'momentum', value: '0.9', choice: true } as const;
    return { message, parameters: ['nesterov'], ...(momentum === 0 && dampening === 0 ? { remedy } : {}) };
  }
  if (isOrdered(min, max) === false) {
    return { message: t('min must be below max.'), parameters: ['min', 'max'], remedy: swap('min', 'max') };
  }
  if (isOrdered(lower, upper) === false) {
    return {
      message: t('lower must be at most upper.'),
      parameters: ['lower', 'upper'],
      remedy: swap('lower', 'upper'),
    };
  }
  if (isOrdered(base, maximum) === false) {
    return {
      message: t('base must be at most maximum.'),
      parameters: ['base', 'maximum'],
      remedy: swap('base', 'maximum'),
    };
  }
  if (isOrdered(step_min, step_max) === false) {
    return {
      message: t('step_min must be at most step_max.'),
      parameters: ['step_min', 'step_max'],
      remedy: swap('step_min', 'step_max'),
    };
  }
  if (Array.isArray(at) && at.some((step, i) => i > 0 && step <= at[i - 1])) {
    return {
      message: t('The steps of “at” must rise. Write, for example, at: [100, 200].'),
      parameters: ['at'],
      remedy: { kind: 'set', parameter: 'at', value: rising(at) },
    };
  }
  if (isOrdered(minimum, maximum) === false) {
    return {
      message: t('minimum must be at most maximum.'),
      parameters: ['minimum', 'maximum'],
      remedy: swap('minimum', 'maximum'),
    };
  }
  return undefined;
}

export interface LayerConflict {
  readonly message: string;
  readonly parameter: string;
  readonly remedy?: Remedy;
}

/** The conflict between the parameters of a layer; undefined where there is none. */
export function layerConflictOf(
  type: string,
  values: Readonly<Record<string, ParameterValue>>,
): LayerConflict | undefined {
  const { padding, strides, pool_size: pool, shape, filters, groups, kernel_initializer: kernel } = values;
  if (padding === 'same' && !axesOf(strides).every((stride) => stride === 1)) {
    const message = t('padding: same goes with strides 1 only. Write the padding as a number.');
    const half = String(Math.floor(Math.min(...axesOf(values.kernel_size)) / 2));
    return { parameter: 'padding', message, remedy: set('padding', half, true) };
  }
  const pools = pool === undefined ? [] : axesOf(pool);
  if (pools.some((size, axis) => axesOf(padding)[axis] * 2 > size)) {
    const message = t('The padding of a pooling layer is at most half its pool_size.');
    return { parameter: 'padding', message, remedy: set('padding', String(Math.floor(Math.min(...pools) / 2))) };
  }
  if (Array.isArray(shape) && (shape.includes(0) || shape.filter((n) => n < 0).length > 1)) {
    return { parameter: 'shape', message: t('A shape has lengths from 1 on, and -1 at most once for what is left.') };
  }
  if (typeof filters === 'number' && typeof groups === 'number' && filters % groups !== 0) {
    const message = t('filters is {0} and groups {1}: filters must be a multiple of groups.', filters, groups);
    return { parameter: 'groups', message };
  }
  if (findLayerKind(type)?.weights === 'filters' && nameOf(kernel) === 'identity') {
    const message = t('identity fills a matrix, and a filter is none. Use orthogonal or he_uniform.');
    return { parameter: 'kernel_initializer', message, remedy: set('kernel_initializer', 'orthogonal') };
  }
  const bias = nameOf(values.bias_initializer);
  if (bias === 'identity' || bias === 'orthogonal') {
    const message = t('{0} fills a matrix, and biases are none. Use zeros.', bias);
    return { parameter: 'bias_initializer', message, remedy: set('bias_initializer', 'zeros') };
  }
  return undefined;
}

function set(parameter: string, value: string, choice = false): Remedy {
  return { kind: 'set', parameter, value, choice };
}

function swap(low: string, high: string): Remedy {
  return { kind: 'swap', parameters: [low, high] };
}

function rising(steps: readonly (number | string)[]): string {
  const sorted = [...new Set(steps.map(Number))].sort((a, b) => a - b);
  return `[${sorted.join(', ')}]`;
}

/** The lengths along both axes of a picture; a single number is for both. */
function axesOf(value: ParameterValue | undefined): readonly number[] {
  return Array.isArray(value) ? (value as readonly number[]) : [value as number, value as number];
}

function nameOf(value: ParameterValue | undefined): string | undefined {
  return typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;
}

function isOrdered(low: ParameterValue | undefined, high: ParameterValue | undefined): boolean | undefined {
  return typeof low === 'number' && typeof high === 'number' ? low <= high : undefined;
}
