/** Finds activations of the catalogue among the nodes of a model, by the table that exports them. */

import { find } from '../../spec/catalogue';
import table from '../../spec/catalogue/onnx.json';
import type { Thing } from '../../spec/spec';
import type { Constant, ReadNode } from './decode';
import { type Atom, type OnnxExpression, parseExpression } from './expression';

/** The nodes and constants of a model, by the names of their values. */
export interface Values {
  node(value: string): ReadNode | undefined;
  constant(value: string): Constant | undefined;
}

export interface FoundActivation {
  readonly thing: Thing;
  /** The value that goes in. */
  readonly x: string;
  /** The learned slope. */
  readonly slope?: Constant;
}

interface Pattern {
  readonly name: string;
  readonly fixed: Readonly<Record<string, string>>;
  readonly expression: OnnxExpression;
}

/** Those with more nodes first: `silu` holds a `sigmoid`. */
const patterns: readonly Pattern[] = Object.entries(table)
  .filter(([name]) => name !== 'linear')
  .map(([key, source]): Pattern => {
    const [name, approximate] = key.split(' ');
    const fixed: Pattern['fixed'] = approximate === undefined ? {} : { approximate };
    return { name, fixed, expression: parseExpression(source) };
  })
  .sort((a, b) => sizeOf(b.expression) - sizeOf(a.expression));

function sizeOf(expression: OnnxExpression): number {
  return 'operator' in expression ? 1 + expression.inputs.reduce((sum, each) => sum + sizeOf(each), 0) : 0;
}

export function findActivation(value: string, values: Values): FoundActivation | undefined {
  for (const { name, fixed, expression } of patterns) {
    const match = new Match(values);
    if (match.fits(expression, value)) {
      const found = activationOf(name, fixed, match, values);
      if (found) {
        return found;
      }
    }
  }
  return undefined;
}

function activationOf(
  name: string,
  fixed: Readonly<Record<string, string>>,
  { bound, parameters }: Match,
  values: Values,
): FoundActivation | undefined {
  const x = inputOf(bound, values);
  const entry = find('activation', name);
  if (x === undefined || !entry) {
    return undefined;
  }
  const defaults = entry.parameters.map(({ name: key, default: value }) => [key, value ?? null] as const);
  const thing = { name, parameters: { ...Object.fromEntries(defaults), ...Object.fromEntries(parameters), ...fixed } };
  const slope = bound.get('slope');
  if (slope === undefined) {
    return { thing, x };
  }
  const constant = values.constant(slope);
  return constant?.values.length === 1 ? { thing, x, slope: constant } : undefined;
}

/** Functions of two halves take the outputs of one `Split`, and sparsemax those of a `TopK`. */
function inputOf(bound: ReadonlyMap<string, string>, values: Values): string | undefined {
  const [first, second, sorted] = ['first', 'second', 'sorted'].map((name) => bound.get(name));
  if (first !== undefined && second !== undefined) {
    const split = values.node(first);
    const isHalved = split?.operator === 'Split' && split.outputs.length === 2 && split.attributes.get('axis') === 1;
    return isHalved && split.outputs[0] === first && split.outputs[1] === second ? split.inputs[0] : undefined;
  }
  const x = bound.get('x');
  return sorted === undefined || values.node(sorted)?.inputs[0] === x ? x : undefined;
}

/** Operators and functions of a formula. */
const operators: Readonly<Record<string, string>> = { Add: '+', Sub: '-', Mul: '*', Div: '/', Pow: '^' };
const functions = 'Exp Log Sqrt Abs Sign Relu Sigmoid Softplus Tanh Sinh Cosh Erf Sin Cos Min Max'.split(' ');
/** Parts of a formula; a value that is used often counts each time. */
const mostParts = 100;

/** An expression of one value and of single numbers, as a formula in x. */
export function findFormula(value: string, values: Values): FoundActivation | undefined {
  let x: string | undefined;
  let parts = 0;
  const write = (name: string): string | undefined => {
    parts++;
    const constant = values.constant(name);
    if (constant || parts > mostParts) {
      return constant?.shape.length === 0 ? `(${shortest(constant.values[0])})` : undefined;
    }
    const step = new Match(values);
    if (step.fits(stepExpression, name)) {
      const part = write(step.bound.get('x')!);
      return part && `step(${part})`;
    }
    const node = values.node(name);
    const isKnown =
      node && (node.operator === 'Neg' || Object.hasOwn(operators, node.operator) || functions.includes(node.operator));
    if (!isKnown) {
      x ??= name;
      return x === name ? 'x' : undefined;
    }
    const inputs = node.inputs.map(write);
    if (inputs.includes(undefined)) {
      return undefined;
    }
    const [first, second] = inputs;
    return node.operator === 'Neg'
      ? `(-${first})`
      : Object.hasOwn(operators, node.operator)
        ? `(${first} ${operators[node.operator]} ${second})`
        : `${node.operator.toLowerCase()}(${inputs.join(', ')})`;
  };
  const formula = write(value);
  return formula === undefined || formula === 'x' || x === undefined
    ? undefined
    : { thing: { name: 'custom', parameters: { formula } }, x };
}

const stepExpression = parseExpression(table.step);

class Match {
  readonly bound = new Map<string, string>();
  readonly parameters = new Map<string, number>();
  readonly #values: Values;

  constructor(values: Values) {
    this.#values = values;
  }

  fits(expression: OnnxExpression, value: string): boolean {
    if (!('operator' in expression)) {
      return this.#fitsAtom(expression, value);
    }
    const node = this.#values.node(value);
    if (node?.operator !== expression.operator || node.inputs.length !== expression.inputs.length) {
      return false;
    }
    const haveAttributes = Object.entries(expression.attributes).every(([key, wanted]) => {
      const found = node.attributes.get(key);
      return 'length' in wanted
        ? String(found) === String(wanted)
        : typeof found === 'number' && this.#fitsNumber(wanted, found);
    });
    return haveAttributes && expression.inputs.every((each, at) => this.fits(each, node.inputs[at]));
  }

  #fitsAtom(atom: Atom, value: string): boolean {
    if ('value' in atom) {
      const known = this.bound.get(atom.value);
      this.bound.set(atom.value, value);
      return known === undefined || known === value;
    }
    const constant = this.#values.constant(value);
    return constant?.values.length === 1 && this.#fitsNumber(atom, constant.values[0]);
  }

  #fitsNumber(atom: Atom, found: number): boolean {
    if ('number' in atom) {
      return Math.abs(found - Number(atom.number)) <= 1e-6 * Math.max(1, Math.abs(found));
    }
    if (!('parameter' in atom)) {
      return false;
    }
    const known = this.parameters.get(atom.parameter);
    // Constants of a model are float32; the shortest number that is rounded to one is what was written.
    const written = shortest(found);
    this.parameters.set(atom.parameter, written);
    return known === undefined || known === written;
  }
}

function shortest(value: number): number {
  for (let digits = 1; digits < 10; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) {
      return short;
    }
  }
  return value;
}
