/**
 * Values in a form that the schema does not have, and their meaning: a list or a scalar for a map, keys
 * without indentation.
 */
import type { MapSchema } from '../../spec/schema';
import type { Span } from '../text/lines';
import type { Entry, ListNode, MapNode, ScalarNode, TreeNode } from '../yaml/tree';

/** The parts of the data, in the order used everywhere. */
export const shares: readonly string[] = ['train', 'validation', 'test'];

/** The split that a list such as `[0.8, 0.2]` means. */
export function splitFromList({ items, flow }: ListNode): string | undefined {
  const values = items.map((item) => (item.kind === 'scalar' ? Number(item.source) : Number.NaN));
  if (!flow || values.length < 2 || values.length > shares.length) {
    return undefined;
  }
  return splitOfShares(values);
}

/** Scales shares with a sum of 1, 10 or 100 to parts of 1; undefined for any other sum. */
function splitOfShares(values: readonly number[]): string | undefined {
  const sum = values.reduce((so, value) => so + value, 0);
  const parts = values.map((value) => Number((value / sum).toPrecision(4)));
  const isWhole = [1, 10, 100].some((whole) => Math.abs(sum - whole) < 1e-9) && values.every((value) => value > 0);
  return isWhole ? `{ ${parts.map((part, index) => `${shares[index]}: ${part}`).join(', ')} }` : undefined;
}

/** The map that a scalar means: patience for early stopping, a share of train, or a split such as `80/20`. */
export function mapFromScalar(label: string, { value }: ScalarNode): string | undefined {
  if (label === 'early_stopping' && value === true) {
    return '{}';
  }
  if (label === 'early_stopping' && Number.isInteger(value) && Number(value) >= 0) {
    return `{ patience: ${value} }`;
  }
  const ratio = label === 'split' && typeof value === 'string' ? value.split(/[/:]/).map(Number) : [];
  if (ratio.length === 2 || ratio.length === 3) {
    return splitOfShares(ratio);
  }
  if (label !== 'split' || typeof value !== 'number' || !(value > 0 && value < 1)) {
    return undefined;
  }
  return `{ train: ${value}, validation: ${Number((1 - value).toPrecision(12))} }`;
}

/** Number of keys right after one without a value that belong inside it and only lack their indentation. */
export function keysBelow(map: MapNode, entry: Entry, own: MapSchema, around: MapSchema): number {
  const has = ({ keys }: MapSchema, word: string) =>
    keys.some(({ name, aliases }) => name === word || aliases?.includes(word));
  if (map.flow) {
    return 0;
  }
  const after = map.entries.slice(map.entries.indexOf(entry) + 1);
  const end = after.findIndex(({ key }) => !has(own, key) || has(around, key));
  return end < 0 ? after.length : end;
}

/** A Python tuple at this offset, and the same as a YAML list. */
export function tupleAt(text: string, start: number): { readonly span: Span; readonly list: string } | undefined {
  const tuple = /^\(([-\w.\s]*,[-\w.\s,]*)\)/.exec(text.slice(start, start + 200));
  const items = tuple?.[1].split(',').map((item) => item.trim());
  if (!tuple || !items) {
    return undefined;
  }
  return { span: [start, start + tuple[0].length], list: `[${items.filter((item) => item !== '').join(', ')}]` };
}

/**
 * The span at which a wrong value is marked: the whole scalar or bracketed value, the first key of an
 * indented map.
 */
export function tokenOf(node: TreeNode, text: string): Span {
  if (node.kind === 'map' && !node.flow && node.entries.length > 0) {
    return node.entries[0].keySpan;
  }
  if (node.kind === 'list' && !node.flow && node.items.length > 0) {
    return tokenOf(node.items[0], text);
  }
  if (node.kind !== 'scalar' || node.quoted) {
    return node.span;
  }
  // Only the first line of plain text that has several.
  const [start, end] = node.span;
  const newline = text.slice(start, end).search(/\r?\n/);
  return newline < 0 ? node.span : [start, start + newline];
}

/** Lines of Python where keys and values are needed. */
export function isCode(node: ScalarNode, text: string): boolean {
  return (
    !node.quoted &&
    text.slice(...node.span).includes('\n') &&
    /^(?:import|from|def|class) |^[\w.]+\s*=\s*[\w.]+\(|^[\w.]+\(/.test(node.source)
  );
}
