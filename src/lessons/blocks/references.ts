/** The blocks `compare` and `walk`, which show cells that train. */
import { t } from '@vscode/l10n';
import { entryOf, OwnReading, type Span, type TreeNode, writtenOf } from '../../language';
import type { Expectation, WrittenValue } from '../../spec/spec';
import { type BlockText, inFile, type Reference, referencesIn } from './block';
import { expected, key, name, requiredKey } from './keys';

export interface CompareBlock {
  readonly kind: 'compare';
  readonly name?: string;
  readonly cells: readonly Reference[];
  /** By path of a setting, the values that it takes in turn. */
  readonly vary: readonly Variation[];
  /** About the runs by number: `loss_2 < 0.1`. */
  readonly expect: readonly Expectation[];
}

/** A setting and its values, with the place of each in the file. */
export interface Variation {
  readonly path: string;
  readonly span: Span;
  readonly values: readonly { readonly value: WrittenValue; readonly span: Span }[];
}

export interface WalkBlock {
  readonly kind: 'walk';
  readonly cell: Reference;
  /** The sample, from 1. */
  readonly sample: number;
  /** The numbers that may be changed by hand. */
  readonly edit: readonly ('weights' | 'inputs')[];
}

const compareSchema = {
  type: 'map',
  example: '{ cells: [deep] }',
  keys: [
    requiredKey('cells', { type: 'list', of: name, minimumLength: 1, maximumLength: 8, single: true, distinct: true }),
    key('vary', { type: 'paths' }),
    key('expect', expected),
  ],
} as const;

export function readCompare(block: BlockText, name?: string): CompareBlock | undefined {
  const reading = new OwnReading(block.text);
  const read = reading.read(compareSchema, 'compare');
  const vary = entryOf(reading.tree, 'vary');
  if (read?.expect && !vary) {
    const { keySpan } = entryOf(reading.tree, 'expect') ?? { keySpan: [0, 0] };
    reading.error('conflict', keySpan, t('“expect” is about the runs that “vary” makes, and there is none.'));
  }
  block.faults.addFrom(reading, block.offset);
  if (reading.hasErrors || !read) {
    return undefined;
  }
  return {
    kind: 'compare',
    name,
    cells: referencesIn(entryOf(reading.tree, 'cells')?.value, block),
    vary: variationsIn(vary?.value, block),
    expect: read.expect ?? [],
  };
}

/** The values that each path of a map takes: a list of them, or a single one. */
export function variationsIn(node: TreeNode | undefined, block: BlockText): readonly Variation[] {
  return (node?.kind === 'map' ? node.entries : []).map(({ key, keySpan, value }) => ({
    path: key,
    span: inFile(block, keySpan),
    values: (value.kind === 'list' ? value.items : [value]).map((item) => ({
      value: writtenOf(item),
      span: inFile(block, item.span),
    })),
  }));
}

const walkSchema = {
  type: 'map',
  example: '{ cell: deep, sample: 1 }',
  keys: [
    requiredKey('cell', name),
    key('sample', { type: 'integer', minimum: 1 }),
    key('edit', { type: 'list', of: { type: 'choice', choices: ['weights', 'inputs'] }, single: true, distinct: true }),
  ],
} as const;

export function readWalk(block: BlockText): WalkBlock | undefined {
  const reading = new OwnReading(block.text);
  const read = reading.read(walkSchema, 'walk');
  block.faults.addFrom(reading, block.offset);
  const [cell] = referencesIn(entryOf(reading.tree, 'cell')?.value, block);
  return reading.hasErrors || !read || !cell
    ? undefined
    : { kind: 'walk', cell, sample: read.sample ?? 1, edit: read.edit ?? [] };
}
