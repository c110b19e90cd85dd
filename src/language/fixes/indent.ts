/** Quick fixes for keys that lack their indentation. */
import { t } from '@vscode/l10n';
import type { Fix } from '../../spec/problem';
import type { Reporter } from '../problems/reporter';
import type { ThingEntry } from '../schema/things';
import { lineStartOf, type Span } from '../text/lines';
import { type Entry, endOf, isEmpty, type MapNode } from '../yaml/tree';
import type { SpecText } from './edits';

/**
 * Moves keys into the thing that they stand beside. In an indented map they are indented further, and a
 * scalar for the primary parameter becomes a key. A map in braces is rewritten.
 */
export function indentFix(
  map: MapNode,
  entry: ThingEntry,
  { source, report }: { readonly source: SpecText; readonly report: Reporter },
): Fix[] {
  const { text } = source;
  const [first, ...siblings] = map.entries;
  const primary = entry.parameters.find((parameter) => parameter.primary);
  const title = t('Indent the keys of “{0}”', entry.name);
  const held = first.value;
  // A key that is already inside must not be repeated there.
  if (held.kind === 'map' && siblings.some(({ key }) => held.entries.some((other) => other.key === key))) {
    return [];
  }
  const written = (span: Span) => text.slice(span[0], span[1]);
  if (map.flow) {
    const own =
      isEmpty(first.value) || first.value.kind !== 'scalar' || !primary
        ? []
        : [`${primary.name}: ${written(first.value.span)}`];
    if (first.value.kind !== 'scalar') {
      return [];
    }
    const inner = siblings.map(({ key, value }) => (isEmpty(value) ? key : `${key}: ${written(value.span)}`));
    const newText = `{ ${first.key}: { ${[...own, ...inner].join(', ')} } }`;
    return [{ title, edits: [{ range: report.rangeOf(map.span), newText }] }];
  }
  if (first.value.kind === 'map' && first.value.flow) {
    // The closing brace moves after the siblings.
    const last = first.value.entries.at(-1)?.value;
    const end = siblings.at(-1)?.value.span[1];
    if (!last || end === undefined || siblings.some(({ value }) => value.kind === 'map' && !value.flow)) {
      return [];
    }
    const inner = siblings.map(({ key, value }) => `, ${key}: ${written(value.span)}`);
    return [{ title, edits: [{ range: report.rangeOf([last.span[1], end]), newText: `${inner.join('')} }` }] }];
  }
  const column = columnOf(text, siblings[0].keySpan[0]);
  const inner = first.value.kind === 'map' ? first.value.entries[0]?.keySpan[0] : undefined;
  const wanted = inner === undefined ? column + 2 : columnOf(text, inner);
  if (wanted <= column || (first.value.kind !== 'map' && first.value.kind !== 'scalar')) {
    return [];
  }
  const edits: { range: ReturnType<Reporter['rangeOf']>; newText: string }[] = [];
  if (first.value.kind === 'scalar' && !isEmpty(first.value)) {
    if (!primary) {
      return [];
    }
    const gap: Span = [first.keySpan[1], first.value.span[0]];
    edits.push({ range: report.rangeOf(gap), newText: `:\n${' '.repeat(wanted)}${primary.name}: ` });
  }
  const last = siblings.at(-1)?.value.span[1] ?? 0;
  for (let at = lineStartOf(text, siblings[0].keySpan[0]); at < last; ) {
    if (text[at] !== '\n' && text[at] !== '\r') {
      edits.push({ range: report.rangeOf([at, at]), newText: ' '.repeat(wanted - column) });
    }
    const next = text.indexOf('\n', at);
    if (next < 0) {
      break;
    }
    at = next + 1;
  }
  return [{ title, edits }];
}

function columnOf(text: string, offset: number): number {
  return offset - lineStartOf(text, offset);
}

/** Indents the keys right below an empty one, with everything under them. */
export function indentKeysFix({ text, lines }: SpecText, map: MapNode, entry: Entry, count: number): Fix[] {
  const index = map.entries.indexOf(entry);
  const [start] = map.entries[index + 1].keySpan;
  const end = endOf(map.entries[index + count]);
  const edits: Fix['edits'][number][] = [];
  for (let at = lineStartOf(text, start); at < end; ) {
    if (text[at] !== '\n' && text[at] !== '\r') {
      edits.push({ range: lines.range([at, at]), newText: '  ' });
    }
    const next = text.indexOf('\n', at);
    if (next < 0) {
      break;
    }
    at = next + 1;
  }
  return [{ title: t('Indent the keys of “{0}”', entry.key), edits }];
}
