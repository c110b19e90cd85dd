/** Typing mistakes that make YAML read something else as a key. */
import { t } from '@vscode/l10n';
import type { Fix } from '../../spec/problem';
import type { MapSchema } from '../../spec/schema';
import type { Span } from '../text/lines';
import { type Entry, isEmpty, type MapNode, placeOf, type ScalarNode, type TreeNode } from '../yaml/tree';
import { fixOf, type SpecText } from './edits';

/**
 * A fix for `units:8` without a space, `units 8` without a colon, `1,000` with a comma; undefined where the
 * key is merely unknown.
 */
export function mistypedKey(
  source: SpecText,
  map: MapNode,
  { key, keySpan, value }: Entry,
  known: readonly string[],
): { readonly message: string; readonly fixes: readonly Fix[] } | undefined {
  const strange = foreignPunctuation(source, keySpan);
  if (strange) {
    return strange;
  }
  if (!isEmpty(value)) {
    return undefined;
  }
  const assigned = /^(\w+)(\s*=\s*)([^\s=].*)$/.exec(key);
  if (assigned && known.includes(assigned[1]) && !source.text.slice(...keySpan).includes('\n')) {
    const at = keySpan[0] + assigned[1].length;
    return {
      message: t('A colon is missing: “{0}: {1}”.', assigned[1], assigned[3]),
      fixes: fixOf(source, t('Put a colon after it'), [{ span: [at, at + assigned[2].length], newText: ': ' }]),
    };
  }
  const joined = /^(\w+):([\w.+-]+)$/.exec(key);
  if (joined && known.includes(joined[1])) {
    const at = keySpan[0] + key.indexOf(':') + 1;
    return {
      message: t('After a colon comes a space: “{0}: {1}”.', joined[1], joined[2]),
      fixes: fixOf(source, t('Put a space after the colon'), [{ span: [at, at], newText: ' ' }]),
    };
  }
  const apart = /^(\w+) +([\w.+-]+)$/.exec(key);
  if (apart && known.includes(apart[1])) {
    const at = keySpan[0] + key.indexOf(' ');
    return {
      message: t('A colon is missing: “{0}: {1}”.', apart[1], apart[2]),
      fixes: fixOf(source, t('Put a colon after it'), [{ span: [at, at], newText: ':' }]),
    };
  }
  const before = map.entries[map.entries.findIndex((entry) => entry.keySpan === keySpan) - 1]?.value;
  return map.flow && before ? splitNumber(source, before, { key, keySpan }) : undefined;
}

/**
 * A number that a comma cut in two, in braces: `0,01` reads as 0 and a key `01`, and `1,000` as 1 and a key
 * `000`.
 */
export function splitNumber(
  source: SpecText,
  before: TreeNode,
  { key, keySpan }: Pick<Entry, 'key' | 'keySpan'>,
): { readonly message: string; readonly fixes: readonly Fix[] } | undefined {
  const isRest = /^\d+(?:[eE][-+]?\d+)?$/.test(key) && before.kind === 'scalar' && /^[-+]?\d+$/.test(before.source);
  if (!isRest || source.text[placeOf(before)[1]] !== ',' || keySpan[0] !== placeOf(before)[1] + 1) {
    return undefined;
  }
  const isGrouped = /^\d{3}$/.test(key) && /^[-+]?[1-9]\d{0,2}$/.test(before.source);
  const number = isGrouped ? before.source + key : `${before.source}.${key}`;
  const message = isGrouped
    ? t('A comma ends the value before it. Write the number without: {0}.', number)
    : t('A comma ends the value before it. Write the number with a point: {0}.', number);
  const edit = { span: [placeOf(before)[0], keySpan[1]] as const, newText: number };
  return { message, fixes: fixOf(source, t('Change to “{0}”', number), [edit]) };
}

/** Pattern of characters that look like a space. */
export const spaceLike = String.raw`[\u00a0\u2000-\u200b\u202f\u205f\u3000]`;
const marksAndSpaces = new RegExp(`([：，、])[ ]*|${spaceLike}`, 'g');

const marks: Readonly<Record<string, string>> = { '：': ': ', '，': ', ', '、': ', ' };

/** Full-width punctuation and characters that look like spaces, where YAML needs plain ones. */
export function foreignPunctuation(
  source: SpecText,
  span: Span,
): { readonly message: string; readonly fixes: readonly Fix[] } | undefined {
  const found = [...source.text.slice(...span).matchAll(marksAndSpaces)];
  const [first] = found;
  // A mark at the very beginning would separate nothing in its plain form either.
  if (!first || (first[1] && first.index === 0)) {
    return undefined;
  }
  const edits = found.map(({ index, 0: all, 1: mark }) => ({
    span: [span[0] + index, span[0] + index + all.length] as const,
    newText: mark ? marks[mark] : ' ',
  }));
  return first[1]
    ? {
        message: t('“{0}” does not separate anything in YAML. Write “{1}”.', first[1], marks[first[1]].trim()),
        fixes: fixOf(source, t('Change to “{0}”', marks[first[1]].trim()), edits),
      }
    : { message: strangeSpaceMessage(first[0]), fixes: fixOf(source, t('Change to plain spaces'), edits) };
}

export function strangeSpaceMessage(space: string): string {
  const name = `U+${space.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  return t('The character {0} only looks like a space. Write a plain space.', name);
}

/** `source = xor`, the only key of its map. */
export function equalsSignFix(source: SpecText, node: ScalarNode, { keys }: MapSchema): Fix[] {
  const assigned = /^(\w+)(\s*=\s*)[^\s=]/.exec(node.source);
  const isLine = !node.quoted && !source.text.slice(...node.span).includes('\n');
  if (!assigned || !isLine || !keys.some(({ name }) => name === assigned[1])) {
    return [];
  }
  const at = node.span[0] + assigned[1].length;
  return fixOf(source, t('Put a colon after it'), [{ span: [at, at + assigned[2].length], newText: ': ' }]);
}
