/** Quick fixes in the spec for what is wrong with its data. */
import type { Fix } from '../../spec/problem';
import type { ParsedSpec } from '../parse';
import { entryOf, nodeAtPath, type Path } from '../tree';
import { asChoice, changeFix } from './edits';
import { keyFix, removeFix, removeItemFix, setFix } from './entries';

/** A problem of the data: `path` leads to the key at fault, and `meant` is the name that was most likely meant. */
export interface DataFault {
  readonly code: string;
  readonly path: Path;
  readonly meant?: string;
}

export function dataFixes({ code, path, meant }: DataFault, parsed: ParsedSpec): Fix[] {
  switch (code) {
    case 'unknown-column':
      return meant === undefined ? [] : columnFix(path, meant, parsed);
    case 'missing-target':
      return meant === undefined ? [] : asChoice(keyFix(parsed, ['data'], `target: ${meant}`));
    case 'missing-cell':
      return asChoice(['drop', 'mean', 'median'].flatMap((policy) => setFix(parsed, ['data'], 'missing', policy)));
    case 'stratify-without-classes':
      return removeFix(parsed, path);
    case 'duplicate-column':
    case 'target-among-inputs': {
      const list = parsed.tree && nodeAtPath(parsed.tree, path.slice(0, -1));
      return list?.kind === 'list' ? removeItemFix(parsed, list, Number(path.at(-1))) : [];
    }
    default:
      return [];
  }
}

/** The column's name stands at the path, under `types` as a key. */
function columnFix(path: Path, meant: string, parsed: ParsedSpec): Fix[] {
  const map = parsed.tree && nodeAtPath(parsed.tree, path.slice(0, -1));
  const key = map?.kind === 'map' && path[1] === 'types' ? entryOf(map, String(path.at(-1)))?.keySpan : undefined;
  const node = parsed.tree && nodeAtPath(parsed.tree, path);
  const span = key ?? (node?.kind === 'scalar' ? node.span : undefined);
  return span ? changeFix(parsed, span, /^[A-Za-z_][\w ]*\w$|^\w$/.test(meant) ? meant : JSON.stringify(meant)) : [];
}
