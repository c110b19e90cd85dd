import type { ParameterValue } from '../../spec/spec';

/** A parameter's value as the file writes it. */
export function showValue(value: ParameterValue | undefined): string {
  if (typeof value === 'number') {
    return value.toString().length > 8 ? value.toPrecision(5) : value.toString();
  }
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
