import type { ParameterValue, WrittenValue } from '../../spec/spec';

/** A parameter's value as the file writes it. */
export function showValue(value: ParameterValue | undefined): string {
  if (typeof value === 'number') {
    return value.toString().length > 8 ? value.toPrecision(5) : value.toString();
  }
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/** Characters of a value that is shown in a sentence. */
const longestShown = 60;

/** A value of a sweep in a sentence, as a spec writes it. */
export function showWritten(value: WrittenValue): string {
  const text = written(value);
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

function written(value: WrittenValue): string {
  if (typeof value === 'number' && !Number.isInteger(value)) {
    return String(Number(value.toPrecision(5)));
  }
  if (typeof value !== 'object' || value === null) {
    return String(value);
  }
  return Array.isArray(value)
    ? `[${value.map(written).join(', ')}]`
    : `{ ${Object.entries(value)
        .map(([key, inner]) => `${key}: ${written(inner)}`)
        .join(', ')} }`;
}
