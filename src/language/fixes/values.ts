/** Quick fixes that write another value for one that does not fit. */
import { t } from '@vscode/l10n';
import type { Fix } from '../../spec/problem';
import type { NumberSchema } from '../../spec/schema';
import { isEmpty, type MapNode, placeOf, type ScalarNode, type TreeNode } from '../tree';
import { asChoice, changeFix, type Edit, fixOf, inline, type SpecText } from './edits';

/**
 * The nearest number that is in range; a negative number may have its sign by mistake, and a share above 1 be meant in percent.
 * Shares change together: for them the nearest is no answer.
 */
export function rangeFix(source: SpecText, node: ScalarNode, schema: NumberSchema, share: boolean): Fix[] {
  const value = Number(node.value);
  const nearest = share ? undefined : nearestIn(value, schema);
  const upper = schema.maximum ?? schema.exclusiveMaximum;
  const candidates = [value < 0 ? -value : undefined, upper === 1 && value > 1 ? value / 100 : undefined, nearest];
  const offered = candidates.filter((each) => each !== undefined && fits(each, schema));
  return asChoice([...new Set(offered)].flatMap((each) => changeFix(source, node.span, String(each))));
}

function nearestIn(value: number, { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: NumberSchema) {
  const step = type === 'integer' ? 1 : 0;
  const low = minimum ?? (exclusiveMinimum !== undefined && step ? exclusiveMinimum + step : undefined);
  const high = maximum ?? (exclusiveMaximum !== undefined && step ? exclusiveMaximum - step : undefined);
  if (low !== undefined && value < low) return low;
  return high !== undefined && value > high ? high : undefined;
}

function fits(value: number, { minimum, maximum, exclusiveMinimum, exclusiveMaximum }: NumberSchema): boolean {
  return (
    value >= (minimum ?? Number.NEGATIVE_INFINITY) &&
    value <= (maximum ?? Number.POSITIVE_INFINITY) &&
    value > (exclusiveMinimum ?? Number.NEGATIVE_INFINITY) &&
    value < (exclusiveMaximum ?? Number.POSITIVE_INFINITY)
  );
}

/** `yes` becomes true. */
export function booleanFix(source: SpecText, node: TreeNode): Fix[] {
  if (node.kind !== 'scalar') return [];
  const word = node.source.toLowerCase();
  if (['yes', 'on', 'y', '1', 'true'].includes(word)) return changeFix(source, node.span, 'true');
  return ['no', 'off', 'n', '0', 'false'].includes(word) ? changeFix(source, node.span, 'false') : [];
}

const decimal = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;

/** `"5"`, `1_000` and `0,5` become numbers; a share in percent a part of 1; 2.5 the whole numbers beside it. */
export function numberFix(source: SpecText, node: TreeNode, type: NumberSchema['type']): Fix[] {
  if (node.kind !== 'scalar') return [];
  if (typeof node.value === 'number' && type === 'integer' && Number.isFinite(node.value)) {
    const around = [Math.round(node.value)].filter((each) => Number.isSafeInteger(each));
    return asChoice(around.flatMap((each) => changeFix(source, node.span, String(each))));
  }
  if (typeof node.value !== 'string') return [];
  const text = node.value.trim();
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text);
  if (percent) return type === 'number' ? changeFix(source, node.span, String(Number(percent[1]) / 100)) : [];
  const plain = text.replace(/(?<=\d)[_ ](?=\d)/g, '').replace(/^(\d+),(\d+)$/, '$1.$2');
  return decimal.test(plain) ? changeFix(source, node.span, plain) : [];
}

/** One value becomes a list of it. */
export function wrapFix(source: SpecText, node: TreeNode): Fix[] {
  const written = inline(source, node);
  // A bracket in the text is a slip of its own.
  return written === undefined || (node.kind === 'scalar' && !node.quoted && /[[\]{},]/.test(written))
    ? []
    : fixOf(source, t('Put it in brackets'), [{ span: placeOf(node), newText: `[${written}]` }]);
}

/** A list of one becomes its only value. */
export function unwrapFix(source: SpecText, node: TreeNode): Fix[] {
  if (node.kind !== 'list' || node.items.length !== 1 || !node.flow) return [];
  const written = inline(source, node.items[0]);
  return written === undefined
    ? []
    : fixOf(source, t('Take it out of the brackets'), [{ span: placeOf(node), newText: written }]);
}

/** `dense: 4` and `dropout: 0.1` below one another become the items of a list. */
export function dashesFix(source: SpecText, map: MapNode): Fix[] {
  if (map.flow || map.behind || map.entries.length === 0) return [];
  const edits: Edit[] = [];
  for (const { keySpan, value } of map.entries) {
    edits.push({ span: [keySpan[0], keySpan[0]], newText: '- ' });
    // What stands under the key moves to the right with it.
    const [, end] = placeOf(value);
    for (
      let at = source.text.indexOf('\n', keySpan[1]);
      at >= 0 && at + 1 < end;
      at = source.text.indexOf('\n', at + 1)
    ) {
      if (!/[\r\n]/.test(source.text[at + 1] ?? '\n')) edits.push({ span: [at + 1, at + 1], newText: '  ' });
    }
  }
  return fixOf(source, t('Begin each with a dash'), edits);
}

/** `units:4` becomes `units: 4`. */
export function spaceAfterColonFix(source: SpecText, node: ScalarNode): Fix[] {
  const colon = /^[A-Za-z_][\w-]*:(?=[\w.+-]+$)/.exec(node.source);
  if (!colon || node.quoted || isEmpty(node)) return [];
  const at = node.span[0] + colon[0].length;
  return fixOf(source, t('Put a space after the colon'), [{ span: [at, at], newText: ' ' }]);
}

/** `accuracy: 0.9` becomes `accuracy >= 0.9`, and a loss the other way round. */
export function expectationFix(source: SpecText, node: TreeNode): Fix[] {
  if (node.kind !== 'map' || node.entries.length !== 1 || node.alias) return [];
  const [{ key, value }] = node.entries;
  if (value.kind !== 'scalar' || typeof value.value !== 'number') return [];
  const comparison = /loss|error/.test(key) ? '<=' : '>=';
  return asChoice(changeFix(source, node.span, `${key} ${comparison} ${value.source}`));
}
