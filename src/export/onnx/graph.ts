/** Builds a graph node by node; constants and tensors are shared. */
import { type Atom, type OnnxExpression, parseExpression } from './expression';
import type { Attribute, ElementType, OnnxNode, OnnxTensor } from './model';

export class Graph {
  readonly nodes: OnnxNode[] = [];
  readonly tensors: OnnxTensor[] = [];
  #values = 0;

  /** Adds a node and names its first output. */
  add(operator: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}, domain?: string): string {
    return this.addMany(operator, inputs, attributes, 1, domain)[0];
  }

  addMany(
    operator: string,
    inputs: readonly string[],
    attributes: OnnxNode['attributes'],
    count: number,
    domain?: string,
  ): readonly string[] {
    const outputs = Array.from({ length: count }, () => `v${++this.#values}`);
    this.nodes.push({ operator, inputs, outputs, attributes, ...(domain && { domain }) });
    return outputs;
  }

  /** Gives a value a name that people see. */
  name(value: string, name: string): void {
    this.nodes.push({ operator: 'Identity', inputs: [value], outputs: [name], attributes: {} });
  }

  tensor(name: string, type: ElementType, shape: readonly number[], values: OnnxTensor['values']): string {
    if (!this.tensors.some((tensor) => tensor.name === name)) {
      this.tensors.push({ name, type, shape, values });
    }
    return name;
  }

  /** A single number, which fits every shape. */
  number(value: number, type: ElementType = 'float'): string {
    return this.tensor(`${type} ${Object.is(value, -0) ? '-0' : value}`, type, [], [value]);
  }

  list(name: string, values: readonly number[]): string {
    return this.tensor(name, 'int64', [values.length], values);
  }

  /** Nodes of an expression of the catalogue's table; `values` are the names of its values. */
  expression(
    source: string,
    values: Readonly<Record<string, string>>,
    type: ElementType = 'float',
    parameters: Readonly<Record<string, unknown>> = {},
  ): string {
    const numberOf = (atom: Atom): number =>
      'number' in atom ? Number(atom.number) : 'parameter' in atom ? Number(parameters[atom.parameter]) : Number.NaN;
    const build = (node: OnnxExpression): string => {
      if (!('operator' in node)) {
        return 'value' in node ? values[node.value] : this.number(numberOf(node), type);
      }
      const attributes = Object.entries(node.attributes).map(([key, value]): [string, Attribute] => {
        if (!('number' in value || 'value' in value || 'parameter' in value)) {
          return [key, value];
        }
        const isWhole = 'number' in value && /^-?\d+$/.test(value.number);
        return [key, isWhole ? numberOf(value) : { float: numberOf(value) }];
      });
      return this.add(node.operator, node.inputs.map(build), Object.fromEntries(attributes));
    };
    return build(parseExpression(source));
  }
}
