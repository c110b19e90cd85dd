/** Activations as C expressions of x, from the catalogue's table. */
import lines from '../../spec/catalogue/c.json';
import { formulaOf } from '../../spec/formula';
import type { Expression } from '../../spec/formula/expression';
import type { Thing } from '../../spec/spec';
import { real } from './source';

/** An expression of each number x, a gate of the second half of the features, or a function of them all. */
export interface ActivationSource {
  readonly kind: 'elementwise' | 'gate' | 'vector';
  /** For a vector the name of the function. */
  readonly source: string;
}

/** `slope` is the expression of a learned slope. */
export function activationSource({ name, parameters }: Thing, slope: string): ActivationSource {
  if (lines.vectors.includes(name)) {
    return { kind: 'vector', source: name };
  }
  if (name === 'custom') {
    return {
      kind: 'elementwise',
      source: `isnan(x) ? x : ${formulaSource(formulaOf(parameters.formula as string).tree)}`,
    };
  }
  const gates: Readonly<Record<string, string>> = lines.gates;
  if (gates[name] !== undefined) {
    return { kind: 'gate', source: gates[name] };
  }
  const table: Readonly<Record<string, string>> = lines.elementwise;
  const line =
    table[typeof parameters.approximate === 'string' ? `${name} ${parameters.approximate}` : name] ?? table[name];
  if (line === undefined) {
    throw new Error(`The table for C has no activation ${name}: add it to c.json.`);
  }
  const source = line.replace(/\{(\w+)\}/g, (_, key: string) =>
    key === 'slope' ? slope : real(parameters[key] as number),
  );
  return { kind: 'elementwise', source };
}

const functionNames: Readonly<Record<string, string>> = {
  exp: 'exact_exp',
  log: 'exact_log',
  abs: 'fabs',
  tanh: 'exact_tanh',
  sinh: 'exact_sinh',
  cosh: 'exact_cosh',
  erf: 'exact_erf',
  sin: 'exact_sin',
  cos: 'exact_cos',
  min: 'minimum',
  max: 'maximum',
};

/** A custom formula, with brackets around every part. */
function formulaSource(node: Expression): string {
  switch (node.kind) {
    case 'number':
      return real(node.value);
    case 'x':
      return 'x';
    case 'negate':
      return `(-${formulaSource(node.of)})`;
    case 'binary': {
      const [left, right] = [node.left, node.right].map(formulaSource);
      return node.operator === '^' ? `exact_pow(${left}, ${right})` : `(${left} ${node.operator} ${right})`;
    }
    case 'call': {
      const parts = node.of.map(formulaSource);
      if (node.name === 'relu') {
        return `maximum(${parts[0]}, 0.0)`;
      }
      return node.name === 'step'
        ? `(${parts[0]} > 0 ? 1.0 : 0.0)`
        : `${functionNames[node.name] ?? node.name}(${parts.join(', ')})`;
    }
    case 'choose':
      throw new Error('Only the derivative of a formula chooses: export the formula itself.');
  }
}
