/** Activations as nodes of ONNX, from the catalogue's table. */
import table from '../../spec/catalogue/onnx.json';
import { formulaOf } from '../../spec/formula';
import { type Expression, hasX } from '../../spec/formula/expression';
import type { Shape } from '../../spec/shape';
import type { Thing } from '../../spec/spec';
import type { Graph } from './graph';

/** `shape`: a sample before the activation; `slope` is the tensor of a learned slope. */
export function addActivation(
  graph: Graph,
  { name, parameters }: Thing,
  x: string,
  shape: Shape,
  slope: string | undefined,
): string {
  if (name === 'custom') {
    const { tree } = formulaOf(parameters.formula as string);
    const value = formulaValue(graph, tree, x);
    return hasX(tree) ? value : graph.expression('Add(Mul(0, x), value)', { x, value });
  }
  const lines: Readonly<Record<string, string>> = table;
  const line =
    lines[typeof parameters.approximate === 'string' ? `${name} ${parameters.approximate}` : name] ?? lines[name];
  if (line === undefined) {
    throw new Error(`The table for ONNX has no activation ${name}: add it to onnx.json.`);
  }
  const source = line.replace(/\{(\w+)\}/g, (_, key: string) => floatText(parameters[key] as number));
  return graph.expression(source, { x, ...(slope && { slope }), ...valuesOf(graph, source, x, shape) });
}

/** With a point, which tells a float from a whole number. */
function floatText(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** Values that functions of the whole vector begin with. */
function valuesOf(graph: Graph, source: string, x: string, shape: Shape): Readonly<Record<string, string>> {
  const [features] = shape;
  if (/\bsorted\b/.test(source)) {
    const [sorted] = graph.addMany('TopK', [x, graph.list(`int64 [${features}]`, [features])], { axis: 1 }, 2);
    const counts = Array.from({ length: features }, (_, i) => i + 1);
    const wide = shape.map((_, axis) => (axis === 0 ? features : 1));
    return {
      sorted,
      axis: graph.number(1, 'int64'),
      counts: graph.tensor(`counts ${wide}`, 'float', wide, counts),
    };
  }
  if (/\bfirst\b/.test(source)) {
    const [first, second] = graph.addMany('Split', [x], { axis: 1 }, 2);
    return { first, second };
  }
  return {};
}

const operators: Readonly<Record<string, string>> = { '+': 'Add', '-': 'Sub', '*': 'Mul', '/': 'Div', '^': 'Pow' };

function formulaValue(graph: Graph, node: Expression, x: string): string {
  const part = (each: Expression) => formulaValue(graph, each, x);
  switch (node.kind) {
    case 'number':
      return graph.number(node.value);
    case 'x':
      return x;
    case 'negate':
      return graph.add('Neg', [part(node.of)]);
    case 'binary':
      return graph.add(operators[node.operator], [part(node.left), part(node.right)]);
    case 'call': {
      const parts = node.of.map(part);
      if (node.name === 'step') {
        return graph.expression('Where(Greater(u, 0), 1, 0)', { u: parts[0] });
      }
      return graph.add(`${node.name[0].toUpperCase()}${node.name.slice(1)}`, parts);
    }
    case 'choose':
      throw new Error('Only the derivative of a formula chooses: export the formula itself.');
  }
}
