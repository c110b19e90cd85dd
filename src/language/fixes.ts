/** Quick fixes that put something into the file, in whatever form the file is written. */
import { t } from '@vscode/l10n';
import type { Fix } from '../spec/problem';
import type { Span } from './lines';
import type { ParsedSpec } from './parse';
import { removalOf } from './removal';
import { endOf, entryOf, isEmpty, type MapNode, nodeAtPath, type Path } from './tree';

interface Edit {
  readonly span: Span;
  readonly newText: string;
}

function fix(parsed: ParsedSpec, title: string, edit: Edit | undefined): Fix[] {
  return edit ? [{ title, edits: [{ range: parsed.lines.range(edit.span), newText: edit.newText }] }] : [];
}

/** Gives a layer another activation. `path` leads to the layer's type. */
export function activationFix(parsed: ParsedSpec, path: Path, name: string): Fix[] {
  const { tree, text } = parsed;
  const value = tree && nodeAtPath(tree, path);
  const title = t('Use the activation {0}', name);
  if (!value || isEmpty(value) || value.kind === 'list') return [];
  if (path.at(-1) === 'activation') return fix(parsed, title, { span: value.span, newText: name });
  if (value.kind === 'scalar') {
    const newText = `{ units: ${text.slice(value.span[0], value.span[1])}, activation: ${name} }`;
    return fix(parsed, title, { span: value.span, newText });
  }
  const written = entryOf(value, 'activation');
  if (!written) return fix(parsed, title, insertion(value, `activation: ${name}`, parsed));
  return isEmpty(written.value) ? [] : fix(parsed, title, { span: written.value.span, newText: name });
}

/** Adds a key to the map at a path. */
export function keyFix(parsed: ParsedSpec, path: Path, line: string): Fix[] {
  const map = parsed.tree && nodeAtPath(parsed.tree, path);
  return map?.kind === 'map' ? fix(parsed, t('Add “{0}”', line), insertion(map, line, parsed)) : [];
}

/** Writes another scalar at a path, or where a scalar stands for the path's last key. */
export function valueFix(parsed: ParsedSpec, path: Path, value: string): Fix[] {
  const { tree } = parsed;
  const node = tree && (nodeAtPath(tree, path) ?? nodeAtPath(tree, path.slice(0, -1)));
  return node?.kind === 'scalar' ? fix(parsed, t('Change to “{0}”', value), { span: node.span, newText: value }) : [];
}

/** Takes out the entry that a path leads to. */
export function removeFix(parsed: ParsedSpec, path: Path): Fix[] {
  const map = parsed.tree && nodeAtPath(parsed.tree, path.slice(0, -1));
  const key = path.at(-1);
  if (map?.kind !== 'map') return [];
  const index = map.entries.findIndex((entry) => entry.key === key);
  const entry = map.entries[index];
  if (!entry) return [];
  const next = map.entries[index + 1]?.keySpan[0];
  const span = removalOf(parsed.text, [entry.keySpan[0], endOf(entry)], { flow: map.flow, first: index === 0, next });
  return fix(parsed, t('Remove “{0}”', entry.key), span && { span, newText: '' });
}

/** Puts `flatten` before a layer; the path leads to its entry in the list. */
export function flattenFix(parsed: ParsedSpec, path: Path): Fix[] {
  const { tree, text, lines } = parsed;
  const around = tree && nodeAtPath(tree, path.slice(0, -1));
  const list = around?.kind === 'map' ? entryOf(around, 'layers')?.value : around;
  const item = tree && nodeAtPath(tree, path);
  if (!item || list?.kind !== 'list') return [];
  const [start] = item.span;
  const title = t('Put flatten before it');
  if (list.flow) return fix(parsed, title, { span: [start, start], newText: 'flatten, ' });
  const dash = text.lastIndexOf('-', start - 1);
  const column = lines.positionAt(dash).character;
  if (dash < 0 || lines.positionAt(dash).line !== lines.positionAt(start).line) return [];
  return fix(parsed, title, { span: [dash, dash], newText: `- flatten\n${' '.repeat(column)}` });
}

function insertion(map: MapNode, line: string, { lines }: ParsedSpec): Edit | undefined {
  const last = map.entries.at(-1);
  if (!last) return undefined;
  const end = endOf(last);
  if (map.flow) return { span: [end, end], newText: `, ${line}` };
  const { character } = lines.positionAt(map.entries[0].keySpan[0]);
  return { span: [end, end], newText: `\n${' '.repeat(character)}${line}` };
}
