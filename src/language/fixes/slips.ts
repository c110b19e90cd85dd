/** Slips of the pen that make a key of what is none. */
import { t } from '@vscode/l10n';
import type { Fix } from '../../spec/problem';
import { type Entry, isEmpty, type MapNode, placeOf } from '../tree';
import { fixOf, type SpecText } from './edits';

/** `units:8` without a space, `units 8` without a colon, or `1,000` with a comma; undefined where the key is merely unknown. */
export function slipOf(
  source: SpecText,
  map: MapNode,
  { key, keySpan, value }: Entry,
  known: readonly string[],
): { readonly message: string; readonly fixes: readonly Fix[] } | undefined {
  if (!isEmpty(value)) return undefined;
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
  const isRest = map.flow && /^\d{3}$/.test(key) && before?.kind === 'scalar' && /^\d{1,3}$/.test(before.source);
  if (!isRest || source.text[placeOf(before)[1]] !== ',') return undefined;
  const number = before.source + key;
  return {
    message: t('A comma ends the value before it. Write the number without: {0}.', number),
    fixes: fixOf(source, t('Change to “{0}”', number), [{ span: [placeOf(before)[0], keySpan[1]], newText: number }]),
  };
}
