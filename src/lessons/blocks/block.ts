import type { ScalarNode, Span, TreeNode } from '../../language';
import type { Faults } from '../faults';

/** A name of a cell as a block writes it. */
export interface Reference {
  readonly name: string;
  readonly span: Span;
}

/** The body of a block that is being read, with its place in the file. */
export interface BlockText {
  readonly text: string;
  readonly offset: number;
  readonly faults: Faults;
}

/** The span in the file of a span in a block. */
export function inFile({ offset }: BlockText, [start, end]: Span): Span {
  return [offset + start, offset + end];
}

/** The cells that a node names: one, or a list of them. What is no name was reported. */
export function referencesIn(node: TreeNode | undefined, block: BlockText): Reference[] {
  const scalars = node?.kind === 'list' ? node.items : node ? [node] : [];
  return scalars
    .filter((each): each is ScalarNode => each.kind === 'scalar' && each.source !== '')
    .map((each) => ({ name: each.source, span: inFile(block, each.span) }));
}
