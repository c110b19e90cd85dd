/** Builds a graph node by node; constants and tensors are shared. */
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

  /**
   * Nodes of an expression such as `Mul(x, Sigmoid(x))`: operators of ONNX, numbers, named values, and
   * attributes after their names.
   */
  expression(source: string, values: Readonly<Record<string, string>>, type: ElementType = 'float'): string {
    const words = source.match(/[A-Za-z_]+|-?[\d.]+(?:e[+-]?\d+)?|[(),=[\]]/g) ?? [];
    let at = 0;
    const parse = (): string => {
      const word = words[at++];
      if (words[at] !== '(') {
        return values[word] ?? this.number(Number(word), type);
      }
      at++;
      const inputs: string[] = [];
      const attributes: Record<string, Attribute> = {};
      while (words[at] !== ')') {
        if (words[at + 1] === '=') {
          const key = words[at];
          at += 2;
          attributes[key] = attribute();
        } else {
          inputs.push(parse());
        }
        if (words[at] === ',') {
          at++;
        }
      }
      at++;
      return this.add(word, inputs, attributes);
    };
    const attribute = (): Attribute => {
      const word = words[at++];
      if (word !== '[') {
        // A float has its point in the table, and as a parameter of the catalogue.
        return /^-?\d+$/.test(word) ? Number(word) : { float: Number(word) };
      }
      const list: number[] = [];
      for (; words[at] !== ']'; at++) {
        if (words[at] !== ',') {
          list.push(Number(words[at]));
        }
      }
      at++;
      return list;
    };
    return parse();
  }
}
