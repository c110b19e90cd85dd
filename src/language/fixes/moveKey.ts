/** The quick fix that moves a misplaced key to its right place. */
import { t } from '@vscode/l10n';
import type { Fix } from '../../spec/problem';
import { specSchema, type ThingKind } from '../../spec/schema';
import type { ProperPlace } from '../reading/misplacedKeys';
import { type Entry, endOf, entryOf, type MapNode, nodeAtPath, type Path } from '../yaml/tree';
import { type Edit, fixOf, inline, insertion, removal, type SpecText } from './edits';
import { parameterFix } from './layers';

/**
 * Moves a key to its right place; none where the edits would touch each other or the value has several lines.
 */
export function moveKeyFix(
  source: SpecText,
  map: MapNode,
  entry: Entry,
  { chapter, isChapter, parameter, source: set }: ProperPlace,
): Fix[] {
  if (set) {
    return moveToThingFix(
      source,
      map,
      entry,
      { kind: 'source', path: ['data', 'source', set], title: 'source' },
      entry.key,
    );
  }
  if (isChapter) {
    return outdentFix(source, map, entry);
  }
  if (parameter) {
    return moveToOptimizerFix(source, map, entry, parameter);
  }
  return chapter ? moveToChapterFix(source, map, entry, chapter) : [];
}

/** Moves a key into the parameters of a thing. */
function moveToThingFix(
  source: SpecText,
  map: MapNode,
  entry: Entry,
  { kind, path, title }: { readonly kind: ThingKind; readonly path: Path; readonly title: string },
  parameter: string,
): Fix[] {
  const value = inline(source, entry.value);
  if (value === undefined || (source.tree && nodeAtPath(source.tree, [...path, parameter]))) {
    return [];
  }
  const [fix] = parameterFix(source, path, kind, parameter, value);
  const gone = removal(map, entry, source);
  if (!fix || !gone) {
    return [];
  }
  const edits = [...fix.edits, { range: source.lines.range(gone.span), newText: '' }];
  return [{ title: t('Move it to {0}', title), edits }];
}

/** Moves a key into a chapter, which is added if the file lacks it. */
function moveToChapterFix(source: SpecText, map: MapNode, entry: Entry, chapter: string): Fix[] {
  const value = inline(source, entry.value);
  const root = source.tree;
  if (root?.kind !== 'map') {
    return [];
  }
  if (value === undefined) {
    return root === map ? indentUnderFix(source, entry, root, chapter) : [];
  }
  const line = `${entry.key}: ${value}`;
  const written = entryOf(root, chapter);
  let target: Edit | undefined;
  if (!written) {
    target = insertion(root, `${chapter}:\n  ${line}`, source);
  } else if (written.value.kind === 'map' && !entryOf(written.value, entry.key)) {
    target = insertion(written.value, line, source);
  }
  return moveFix(source, map, entry, target, chapter);
}

/** Moves a key of `training` into the optimizer: the written one in any form, or else `sgd`, the default. */
function moveToOptimizerFix(source: SpecText, training: MapNode, entry: Entry, parameter: string): Fix[] {
  const value = inline(source, entry.value);
  if (value === undefined) {
    return [];
  }
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
  if (!name) {
    return [];
  }
  const path = ['training', 'optimizer', name];
  return moveToThingFix(source, training, entry, { kind: 'optimizer', path, title: 'optimizer' }, parameter);
}

/** Removes the indentation of chapters at the end of another chapter, all at once. */
function outdentFix({ text, tree, lines }: SpecText, map: MapNode, entry: Entry): Fix[] {
  const isLast = map.entries
    .slice(map.entries.indexOf(entry))
    .every(({ key }) => specSchema.keys.some(({ name }) => name === key));
  const first = map.entries.findIndex(({ key }) => specSchema.keys.some(({ name }) => name === key));
  if (
    !isLast ||
    map.entries.slice(first).some(({ key }) => tree && entryOf(tree, key)) ||
    map.flow ||
    map.alias ||
    first < 1 ||
    tree?.kind !== 'map' ||
    tree.flow
  ) {
    return [];
  }
  const start = lines.offsetAt({ line: lines.positionAt(map.entries[first].keySpan[0]).line, character: 0 });
  const column = map.entries[first].keySpan[0] - start;
  const by = column - lines.positionAt(tree.entries[0].keySpan[0]).character;
  const end = endOf(map.entries[map.entries.length - 1]);
  const edits: Edit[] = [];
  for (let at = start; at < end; ) {
    const blanks = /^ */.exec(text.slice(at, at + 1000))?.[0].length ?? 0;
    if (blanks > 0) {
      edits.push({ span: [at, at + Math.min(blanks, by)], newText: '' });
    }
    const next = text.indexOf('\n', at);
    if (next < 0) {
      break;
    }
    at = next + 1;
  }
  return fixOf({ text, tree, lines }, t('Begin it in column {0}', column - by + 1), edits);
}

/** Puts a key with an indented value under a chapter that the file lacks. */
function indentUnderFix(source: SpecText, entry: Entry, root: MapNode, chapter: string): Fix[] {
  const { text } = source;
  const [start] = entry.keySpan;
  const end = endOf(entry);
  if (entryOf(root, chapter) || root.flow || text[start - 1] !== (start === 0 ? undefined : '\n')) {
    return [];
  }
  const edits: Edit[] = [{ span: [start, start], newText: `${chapter}:\n  ` }];
  for (let at = text.indexOf('\n', start) + 1; at > 0 && at < end; at = text.indexOf('\n', at) + 1) {
    if (!/[\r\n]/.test(text[at])) {
      edits.push({ span: [at, at], newText: '  ' });
    }
  }
  return fixOf(source, t('Move it to {0}', chapter), edits);
}

function moveFix(source: SpecText, map: MapNode, entry: Entry, target: Edit | undefined, chapter: string): Fix[] {
  const gone = removal(map, entry, source);
  // The two edits must not overlap.
  if (!target || !gone || (target.span[0] >= gone.span[0] && target.span[0] < gone.span[1])) {
    return [];
  }
  return fixOf(source, t('Move it to {0}', chapter), [target, gone]);
}
