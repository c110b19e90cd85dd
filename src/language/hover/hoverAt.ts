/** The hover under the cursor of a `.nnspec` file. */
import { find, findParameterAlias } from '../../spec/catalogue';
import { textOf } from '../../spec/catalogue/texts';
import { fill, labels } from '../../spec/catalogue/texts/labels';
import type { ParameterValues } from '../../spec/catalogue/types';
import type { LayerPlan } from '../../spec/plan';
import type { Position, Range } from '../../spec/problem';
import type { ParameterValue } from '../../spec/spec';
import { nodeIn } from '../nodeAt';
import { type ParsedSpec, parseSpec } from '../parse';
import type { Path, TreeNode } from '../tree';
import { activationHover, entryHover, type HoverOptions, show } from './activationHover';
import { layerAt, shapeOf } from './layerShape';
import { code, plain } from './markdown';

export interface Hover {
  readonly markdown: string;
  readonly range: Range;
}

/** Undefined where the cursor is on nothing that the catalogue names. Never throws, whatever the text. */
export function hoverAt(text: string, position: Position, options: HoverOptions): Hover | undefined {
  const parsed = parseSpec(text, { fileName: '' });
  const node = nodeIn(parsed, position);
  if (!node) return undefined;
  const { thing, parameter, range, path } = node;
  if (thing) {
    const written = parsed.tree && parametersOf(parsed.tree, path, node.kind === 'key', thing);
    const markdown =
      thing.kind === 'activation'
        ? activationHover(thing.name, written ?? {}, options)
        : entryHover(thing.kind, thing.name, written ?? {}, { ...learningRateOf(parsed), ...options });
    const layer = thing.kind === 'layer' ? layerAt(parsed, path, options.facts) : undefined;
    return markdown ? { markdown: layer ? withShape(markdown, layer, options) : markdown, range } : undefined;
  }
  if (!parameter) return undefined;
  const meaning = textOf(parameter.of.kind, parameter.of.name, options.language)?.parameters?.[parameter.name];
  const entry = find(parameter.of.kind, parameter.of.name)?.parameters.find(({ name }) => name === parameter.name);
  if (!entry || !meaning) return undefined;
  const words = labels[options.language];
  const standard =
    entry.default === undefined
      ? entry.optional
        ? words.optional
        : words.required
      : `${words.default} ${code(entry.standard ?? show(entry.default))}`;
  const state = entry.unsupported ? ` · *${words.unsupported}*` : '';
  return {
    markdown: `**${plain(parameter.name)}** · ${code(parameter.of.name)} (${standard})${state}\n\n${plain(meaning)}`,
    range,
  };
}

/** Of a file without errors. */
function learningRateOf({ spec }: ParsedSpec): { readonly learningRate?: number } {
  const rate = spec?.training.optimizer.parameters.learning_rate;
  return typeof rate === 'number' ? { learningRate: rate } : {};
}

/** The layer's shapes right under its name. */
function withShape(markdown: string, layer: LayerPlan, { language }: HoverOptions): string {
  const { shapes, parameters } = shapeOf(layer);
  const [heading, ...rest] = markdown.split('\n\n');
  return [heading, `${code(shapes)} · ${fill(labels[language].layerParameters, parameters)}`, ...rest].join('\n\n');
}

/** The parameters written for the thing whose name stands at the path: `{ leaky_relu: 0.2 }`, `{ elu: { alpha: 2 } }`. */
function parametersOf(
  tree: TreeNode,
  path: Path,
  isKey: boolean,
  thing: { readonly kind: Parameters<typeof find>[0]; readonly name: string },
): ParameterValues {
  const entry = find(thing.kind, thing.name);
  const node = isKey ? nodeOf(tree, path) : undefined;
  if (!entry || !node) return {};
  if (node.kind === 'scalar') {
    const primary = entry.parameters.find((parameter) => parameter.primary);
    return primary ? { [primary.name]: scalarOf(node) } : {};
  }
  if (node.kind !== 'map') return {};
  const values: Record<string, ParameterValue> = {};
  for (const { key, value } of node.entries) {
    const name =
      entry.parameters.find((parameter) => parameter.name === key)?.name ?? findParameterAlias(entry, key)?.name;
    if (name && value.kind === 'scalar') values[name] = scalarOf(value);
    if (name && value.kind === 'list') {
      const items = value.items.map((item) => (item.kind === 'scalar' ? item.value : undefined));
      if (items.every((item) => typeof item === 'number')) values[name] = items;
    }
  }
  return values;
}

function nodeOf(tree: TreeNode, path: Path): TreeNode | undefined {
  let node: TreeNode | undefined = tree;
  for (const step of path) {
    if (node?.kind === 'map') node = node.entries.find(({ key }) => key === step)?.value;
    else if (node?.kind === 'list') node = node.items[Number(step)];
    else return undefined;
  }
  return node;
}

function scalarOf(node: Extract<TreeNode, { kind: 'scalar' }>): ParameterValue {
  const { value } = node;
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : null;
}
