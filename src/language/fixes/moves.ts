/** The quick fix for a key in the wrong place: it is moved to where it belongs. */
import { t } from '@vscode/l10n';
import type { Fix } from '../../spec/problem';
import type { Home } from '../homes';
import { type Entry, endOf, entryOf, type MapNode } from '../tree';
import { type Edit, fixOf, inline, insertion, removal, type SpecText } from './edits';
import { parameterFix } from './layers';

/** Moves a key to its home, where that can be written down. */
export function moveHomeFix(source: SpecText, map: MapNode, entry: Entry, { chapter, parameter }: Home): Fix[] {
  if (parameter) return moveToOptimizerFix(source, map, entry, parameter);
  return chapter ? moveToChapterFix(source, map, entry, chapter) : [];
}

/** Moves a key into a chapter, which is added where the file has none. */
function moveToChapterFix(source: SpecText, map: MapNode, entry: Entry, chapter: string): Fix[] {
  const value = inline(source, entry.value);
  const root = source.tree;
  if (value === undefined || root?.kind !== 'map') return [];
  const line = `${entry.key}: ${value}`;
  const written = entryOf(root, chapter);
  let target: Edit | undefined;
  if (!written) target = insertion(root, `${chapter}:\n  ${line}`, source);
  else if (written.value.kind === 'map' && !entryOf(written.value, entry.key)) {
    target = insertion(written.value, line, source);
  }
  return moveFix(source, map, entry, target, chapter);
}

/** Moves a key of `training` to the optimizer, whatever its form. `optimizer` is the one named, or where none is the default. */
function moveToOptimizerFix(source: SpecText, training: MapNode, entry: Entry, parameter: string): Fix[] {
  const value = inline(source, entry.value);
  if (value === undefined) return [];
  const written = entryOf(training, 'optimizer');
  if (!written) {
    const target = {
      span: [entry.keySpan[0], endOf(entry)] as const,
      newText: `optimizer: { sgd: { ${parameter}: ${value} } }`,
    };
    return fixOf(source, t('Move it to {0}', 'optimizer'), [target]);
  }
  const node = written.value;
  const name = node.kind === 'scalar' ? node.source : node.kind === 'map' ? node.entries[0]?.key : undefined;
  if (
    !name ||
    (node.kind === 'map' && node.entries[0].value.kind === 'map' && entryOf(node.entries[0].value, parameter))
  )
    return [];
  const [fix] = parameterFix(source, ['training', 'optimizer', name], 'optimizer', parameter, value);
  const gone = removal(training, entry, source);
  if (!fix || !gone) return [];
  const edits = [...fix.edits, { range: source.lines.range(gone.span), newText: '' }];
  return [{ title: t('Move it to {0}', 'optimizer'), edits }];
}

function moveFix(source: SpecText, map: MapNode, entry: Entry, target: Edit | undefined, chapter: string): Fix[] {
  const gone = removal(map, entry, source);
  // Both at one place would be two edits of the same text.
  if (!target || !gone || (target.span[0] >= gone.span[0] && target.span[0] < gone.span[1])) return [];
  return fixOf(source, t('Move it to {0}', chapter), [target, gone]);
}
