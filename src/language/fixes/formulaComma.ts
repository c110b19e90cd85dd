/** An unquoted formula in braces: YAML ends it at its first comma, and reads the rest as keys. */
import { t } from '@vscode/l10n';
import type { Fix } from '../../spec/problem';
import type { Span } from '../text/lines';
import type { Entry, MapNode } from '../yaml/tree';
import { fixOf, type SpecText } from './edits';

/** The comma, and the fix that quotes the whole formula; undefined where no comma splits a formula. */
export function commaOfFormula(
  source: SpecText,
  { flow, span: [, mapEnd] }: MapNode,
  { value }: Entry,
): { readonly comma: Span; readonly fixes: Fix[] } | undefined {
  if (!flow || value.kind !== 'scalar' || value.quoted) {
    return undefined;
  }
  const [start, valueEnd] = value.span;
  const rest = /^[^"'\\{}[\]:#\n]*/.exec(source.text.slice(start, mapEnd - 1))?.[0] ?? '';
  const balanced = untilComma(rest);
  // If something follows that no formula contains, the end of this one is not known.
  if (balanced === rest && start + rest.length < mapEnd - 1) {
    return undefined;
  }
  const formula = balanced.trimEnd();
  const comma = source.text.indexOf(',', valueEnd);
  if (comma < 0 || comma >= start + formula.length) {
    return undefined;
  }
  const whole: Span = [start, start + formula.length];
  return {
    comma: [comma, comma + 1],
    fixes: fixOf(source, t('Put it in quotes'), [{ span: whole, newText: `"${formula}"` }]),
  };
}

/** Up to the first comma outside of all brackets. */
function untilComma(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === ',' && depth <= 0) {
      return text.slice(0, at);
    }
    if (text[at] === '(') {
      depth++;
    }
    if (text[at] === ')') {
      depth--;
    }
  }
  return text;
}
