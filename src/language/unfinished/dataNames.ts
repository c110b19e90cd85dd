/** The data that a file names, even if the file is unfinished. */
import { formatSchema } from '../../spec/schema';
import { findSource } from '../../spec/sources';
import type { FileReading } from '../../spec/spec';
import { entryOf, nodeAtPath, type Path, type TreeNode } from '../yaml/tree';

/** The name of a thing in either of its forms. */
export function nameOf(node: TreeNode | undefined): string | undefined {
  if (node?.kind === 'scalar') {
    return typeof node.value === 'string' ? node.value : undefined;
  }
  return node?.kind === 'map' ? node.entries[0]?.key : undefined;
}

/** The items of a list, or a single scalar, as text. */
export function wordsOf(node: TreeNode | undefined): string[] {
  if (!node) {
    return [];
  }
  const items = node.kind === 'list' ? node.items : [node];
  return items.flatMap((item) => {
    const name = nameOf(item);
    if (name !== undefined) {
      return [name];
    }
    return item.kind === 'scalar' && item.source !== '' ? [item.source] : [];
  });
}

export interface DataName {
  /** Path as the spec writes it. */
  readonly file?: string;
  /** Path of a folder of images. */
  readonly folder?: string;
  /** A built-in set. */
  readonly source?: string;
  /** As written so far. */
  readonly format?: FileReading;
}

/** The data file and the built-in set that the file names. */
export function dataNamed(tree: TreeNode | undefined): DataName {
  const file = at(tree, ['data', 'file']) ?? at(tree, ['data', 'split', 'files', 'train']);
  const folder = at(tree, ['data', 'folder']);
  const source = nameOf(at(tree, ['data', 'source']));
  return {
    ...(file?.kind === 'scalar' && file.source !== '' ? { file: file.source } : {}),
    ...(folder?.kind === 'scalar' && folder.source !== '' ? { folder: folder.source } : {}),
    ...(source === undefined ? {} : { source }),
    ...formatNamed(at(tree, ['data', 'format']), wordsOf(at(tree, ['data', 'na_values']))),
  };
}

/** The keys of `format` that have a value they may have, and the values that stand for missing cells. */
function formatNamed(node: TreeNode | undefined, naValues: readonly string[]): { readonly format?: FileReading } {
  const map = node?.kind === 'map' ? node : undefined;
  if (!map && naValues.length === 0) {
    return {};
  }
  const fitting = formatSchema.keys.flatMap(({ name, value }) => {
    const written = map && entryOf(map, name)?.value;
    const found = written?.kind === 'scalar' ? written.value : undefined;
    const fits =
      value.type === 'boolean' ? typeof found === 'boolean' : (value.choices as readonly unknown[]).includes(found);
    return fits ? [[name, found]] : [];
  });
  return { format: { ...Object.fromEntries(fitting), ...(naValues.length > 0 && { naValues }) } };
}

/** The written targets, or the built-in set's own. */
export function targetsNamed(tree: TreeNode | undefined): readonly string[] {
  const written = wordsOf(at(tree, ['data', 'target']));
  if (written.length > 0) {
    return written;
  }
  return findSource(dataNamed(tree).source ?? '')?.target ?? [];
}

function at(tree: TreeNode | undefined, path: Path): TreeNode | undefined {
  return tree && nodeAtPath(tree, path);
}
