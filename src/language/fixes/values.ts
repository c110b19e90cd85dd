/** Quick fixes that replace a value that does not fit. */
import { t } from '@vscode/l10n';
import type { Fix } from '../../spec/problem';
import { type NumberSchema, splitSchema } from '../../spec/schema';
import {
  type Entry,
  endOf,
  isEmpty,
  type MapNode,
  nodeAtPath,
  placeOf,
  type ScalarNode,
  type TreeNode,
} from '../yaml/tree';
import { asChoice, changeFix, fixOf, inline, type SpecText } from './edits';

/**
 * Offers the nearest number in range, a negative number without its sign, and a percentage as a part of 1.
 * Shares of the data change together.
 */
export function rangeFix(source: SpecText, node: ScalarNode, schema: NumberSchema, share: boolean): Fix[] {
  if (share) {
    return sharesFix(source);
  }
  const value = Number(node.value);
  const nearest = nearestIn(value, schema);
  const upper = schema.maximum ?? schema.exclusiveMaximum;
  const candidates = [value < 0 ? -value : undefined, upper === 1 && value > 1 ? value / 100 : undefined, nearest];
  const offered = candidates.filter((each) => each !== undefined && fits(each, schema));
  return asChoice([...new Set(offered)].flatMap((each) => changeFix(source, node.span, String(each))));
}

/** Scales shares such as percentages to parts of 1, all together. */
function sharesFix(source: SpecText): Fix[] {
  const split = source.tree && nodeAtPath(source.tree, ['data', 'split']);
  if (split?.kind !== 'map') {
    return [];
  }
  const shares = split.entries.map(({ value }) =>
    value.kind === 'scalar' && !value.alias ? Number(value.value) : Number.NaN,
  );
  const sum = shares.reduce((so, share) => so + share, 0);
  const known = splitSchema.keys.flatMap(
    ({ name, ...key }) => [name, ...('aliases' in key ? key.aliases : [])] as string[],
  );
  if (!(sum > 1) || !split.entries.every(({ key }) => known.includes(key)) || !shares.every((share) => share >= 0)) {
    return [];
  }
  const written = shares.map((share) => Number((share / sum).toPrecision(4)));
  // No fix for shares that four digits do not represent exactly.
  if (written.some((share, index) => Math.abs(share * sum - shares[index]) > 1e-9)) {
    return [];
  }
  const edits = split.entries.map(({ value }, index) => ({ span: placeOf(value), newText: String(written[index]) }));
  return fixOf(source, t('Write the shares as parts of 1'), edits);
}

function nearestIn(value: number, { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: NumberSchema) {
  const step = type === 'integer' ? 1 : 0;
  const low = minimum ?? (exclusiveMinimum !== undefined && step ? exclusiveMinimum + step : undefined);
  const high = maximum ?? (exclusiveMaximum !== undefined && step ? exclusiveMaximum - step : undefined);
  if (low !== undefined && value < low) {
    return low;
  }
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
  if (node.kind !== 'scalar') {
    return [];
  }
  const word = node.source.toLowerCase();
  if (['yes', 'on', 'y', '1', 'true'].includes(word)) {
    return changeFix(source, node.span, 'true');
  }
  return ['no', 'off', 'n', '0', 'false'].includes(word) ? changeFix(source, node.span, 'false') : [];
}

const decimal = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;

/** Writes `"5"`, `1_000` and `0,5` as numbers, percentages as parts of 1, and rounds 2.5 for an integer. */
export function numberFix(source: SpecText, node: TreeNode, type: NumberSchema['type']): Fix[] {
  if (node.kind !== 'scalar') {
    return [];
  }
  if (typeof node.value === 'number' && type === 'integer' && Number.isFinite(node.value)) {
    const around = [Math.round(node.value)].filter((each) => Number.isSafeInteger(each));
    return asChoice(around.flatMap((each) => changeFix(source, node.span, String(each))));
  }
  if (typeof node.value !== 'string') {
    return [];
  }
  const text = node.value.trim();
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text);
  if (percent) {
    return type === 'number' ? changeFix(source, node.span, String(Number(percent[1]) / 100)) : [];
  }
  const plain = text.replace(/,$/, '').replace(/(?<=\d)[_ ](?=\d)/g, '');
  const grouped = /^[-+]?[1-9]\d{0,2}(?:,\d{3})+$/.test(plain) ? plain.replaceAll(',', '') : plain;
  // A comma before three digits may group them or be a decimal point.
  const candidates = [...new Set([grouped, plain.replace(/^([-+]?\d+),(\d+)$/, '$1.$2')])];
  const fixes = candidates
    .filter((each) => decimal.test(each) && (type === 'number' || !each.includes('.')))
    .flatMap((each) => changeFix(source, node.span, each));
  return fixes.length > 1 ? asChoice(fixes) : fixes;
}

/** Writes `3x3`, or the tuple `(3, 3)`, as a list. */
export function sizesFix(source: SpecText, node: TreeNode, axes: number): Fix[] {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    return [];
  }
  const sizes = node.value.split(/[x×*,]/i).map((size) => size.trim());
  if (sizes.length !== axes || axes < 2 || !sizes.every((size) => /^\d+$/.test(size))) {
    return [];
  }
  return changeFix(source, node.span, `[${sizes.join(', ')}]`);
}

/** Puts a value, or several with commas between them, into brackets. */
export function wrapFix(source: SpecText, node: TreeNode): Fix[] {
  const written = inline(source, node);
  // Text with brackets or other signs is another mistake.
  return written === undefined ||
    (node.kind === 'scalar' && !node.quoted && /[[\]{}()@`%&*!|#:?]|^,|,\s*,|,$/.test(written))
    ? []
    : fixOf(source, t('Put it in brackets'), [{ span: placeOf(node), newText: `[${written}]` }]);
}

/** Replaces a list of one item by the item. */
export function unwrapFix(source: SpecText, node: TreeNode): Fix[] {
  if (node.kind !== 'list' || node.items.length !== 1 || !node.flow) {
    return [];
  }
  const written = inline(source, node.items[0]);
  return written === undefined
    ? []
    : fixOf(source, t('Take it out of the brackets'), [{ span: placeOf(node), newText: written }]);
}

/** `units:4` becomes `units: 4`. */
export function spaceAfterColonFix(source: SpecText, node: ScalarNode): Fix[] {
  const colon = /^[A-Za-z_][\w-]*:(?=[\w.+-]+$)/.exec(node.source);
  if (!colon || node.quoted || isEmpty(node)) {
    return [];
  }
  const at = node.span[0] + colon[0].length;
  return fixOf(source, t('Put a space after the colon'), [{ span: [at, at], newText: ' ' }]);
}

/** `accuracy: 0.9` becomes `accuracy >= 0.9`; a loss or error becomes `<=`. */
export function expectationFix(source: SpecText, node: TreeNode): Fix[] {
  if (node.kind !== 'map' || node.entries.length !== 1 || node.alias) {
    return [];
  }
  const written = comparisonOf(node.entries[0]);
  return written === undefined ? [] : asChoice(changeFix(source, node.span, written));
}

/** Turns keys with numbers into a list of comparisons. */
export function expectationsFix(source: SpecText, map: MapNode): Fix[] {
  if (map.alias || map.merged) {
    return [];
  }
  const edits = map.entries.map((entry) => {
    const written = comparisonOf(entry);
    const span = [entry.keySpan[0], endOf(entry)] as const;
    return written === undefined ? undefined : { span, newText: map.flow ? written : `- ${written}` };
  });
  if (map.flow) {
    const [start, end] = map.span;
    edits.push({ span: [start, start + 1], newText: '[' }, { span: [end - 1, end], newText: ']' });
  }
  return asChoice(fixOf(source, t('Write them as comparisons'), edits));
}

function comparisonOf({ key, value }: Entry): string | undefined {
  if (value.kind !== 'scalar' || typeof value.value !== 'number' || value.alias) {
    return undefined;
  }
  return `${key} ${/loss|error/.test(key) ? '<=' : '>='} ${value.source}`;
}
