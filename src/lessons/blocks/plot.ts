/** The block `plot`: functions of the catalogue, or formulas in x, drawn over a range. */
import { t } from '@vscode/l10n';
import { entryOf, OwnReading, type TreeNode } from '../../language';
import { activation, custom } from '../../spec/catalogue/activations';
import { readFormula } from '../../spec/formula';
import type { Thing } from '../../spec/spec';
import { type BlockText, inFile } from './block';
import { free, key, requiredKey } from './keys';

export interface PlotBlock {
  readonly kind: 'plot';
  /** A formula is the function `custom` with its formula as a parameter. */
  readonly functions: readonly Thing[];
  readonly range: readonly [from: number, to: number];
  readonly derivative: boolean;
  /** By function: the range of its parameter that a slider sets. */
  readonly sliders: Readonly<Record<string, readonly [from: number, to: number]>>;
}

const ends = {
  type: 'list',
  of: { type: 'number', minimum: -1e6, maximum: 1e6 },
  minimumLength: 2,
  maximumLength: 2,
} as const;
const schema = {
  type: 'map',
  example: '{ functions: [sigmoid, tanh] }',
  keys: [
    requiredKey('functions', free),
    key('range', ends),
    key('derivative', { type: 'boolean' }),
    key('sliders', { type: 'dictionary', of: ends }),
  ],
} as const;

/** The range of the lesson's plots. */
const standardRange = [-5, 5] as const;
/** More curves in one picture cannot be told apart. */
const mostFunctions = 8;

export function readPlot(block: BlockText): PlotBlock | undefined {
  const reading = new OwnReading(block.text);
  const read = reading.read(schema, 'plot');
  const functions = read?.functions && functionsIn(read.functions, reading);
  const range = read?.range && interval(read.range, entryOf(reading.tree, 'range')?.value, reading);
  const sliders: [string, readonly [number, number]][] = [];
  for (const [name, values] of Object.entries(read?.sliders ?? {})) {
    const entry = entryOf(entryOf(reading.tree, 'sliders')?.value, name);
    checkSlider(name, functions ?? [], block, entry?.keySpan ?? [0, 0]);
    const ends = interval(values, entry?.value, reading);
    if (ends) {
      sliders.push([name, ends]);
    }
  }
  block.faults.addFrom(reading, block.offset);
  if (reading.hasErrors || !functions) {
    return undefined;
  }
  return {
    kind: 'plot',
    functions,
    range: range ?? standardRange,
    derivative: read.derivative ?? false,
    sliders: Object.fromEntries(sliders),
  };
}

function functionsIn(node: TreeNode, reading: OwnReading): Thing[] {
  const nodes = node.kind === 'list' ? node.items : [node];
  const count = { type: 'list', of: free, minimumLength: 1, maximumLength: mostFunctions } as const;
  if (node.kind === 'list') {
    reading.readAt(node, count, 'functions', node.span);
  }
  return nodes.slice(0, mostFunctions).flatMap((each) => functionIn(each, reading) ?? []);
}

/** A word names a function of the catalogue; any other text is a formula. */
function functionIn(node: TreeNode, reading: OwnReading): Thing | undefined {
  const isWord = node.kind !== 'scalar' || (/^[A-Za-z_]\w*$/.test(node.source) && node.source !== 'x');
  if (isWord || node.kind !== 'scalar') {
    return reading.readAt(node, { type: 'thing', of: 'activation' }, 'functions', node.span);
  }
  const found = readFormula(node.source);
  if ('problem' in found) {
    reading.errorIn(node, found.problem.at, 'custom-formula', found.problem.message);
    return undefined;
  }
  return { name: custom.name, parameters: { formula: node.source } };
}

function interval(
  [from, to]: readonly number[],
  node: TreeNode | undefined,
  reading: OwnReading,
): readonly [number, number] | undefined {
  if (from < to) {
    return [from, to];
  }
  if (to !== undefined && node) {
    reading.error('conflict', node.span, t('The first number must be below the second.'));
  }
  return undefined;
}

function checkSlider(name: string, functions: readonly Thing[], block: BlockText, at: readonly [number, number]): void {
  const entry = functions.some((each) => each.name === name) ? activation(name) : undefined;
  if (!entry) {
    block.faults.add('unknown-key', inFile(block, at), t('No function of this plot is called “{0}”.', name));
    return;
  }
  if (!entry.parameters.some(({ type }) => type === 'number')) {
    block.faults.add('unknown-key', inFile(block, at), t('{0} has no number that a slider could set.', name));
  }
}
