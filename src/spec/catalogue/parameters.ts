/** Functions that build the table's parameters, and one that reads a parameter's value. */
import type { ParameterEntry, ParameterValues } from './types';

type Rest = Omit<ParameterEntry, 'name' | 'type' | 'default'>;

/** A real number; without a default it is required. */
export function real(name: string, value?: number, rest: Rest = {}): ParameterEntry {
  return entry(name, 'number', value, rest);
}

export function integer(name: string, value?: number, rest: Rest = {}): ParameterEntry {
  return entry(name, 'integer', value, rest);
}

export function flag(name: string, value: boolean, rest: Rest = {}): ParameterEntry {
  return { name, type: 'boolean', default: value, ...rest };
}

export function choice(name: string, choices: readonly string[], value: string, rest: Rest = {}): ParameterEntry {
  return { name, type: 'choice', choices, default: value, ...rest };
}

/** Whatever learns has it: every kind of layer with weights, a block of layers, an activation's slope. */
export const trainable = flag('trainable', true, { aliases: ['requires_grad'], libraries: ['', 'trainable'] });

/** A value that must be above 0. */
export const positive: Rest = { exclusiveMinimum: 0 };
/** A decay rate: 0 up to, not including, 1. */
export const decay: Rest = { minimum: 0, exclusiveMaximum: 1 };

/** A numeric parameter's value; the effective spec has every one filled in. */
export function num(p: ParameterValues, name: string): number {
  return p[name] as number;
}

function entry(name: string, type: 'number' | 'integer', value: number | undefined, rest: Rest): ParameterEntry {
  return value === undefined ? { name, type, ...rest } : { name, type, default: value, ...rest };
}
