/** Quick fixes for missing keys and values: they write an example to be changed. */
import { t } from '@vscode/l10n';
import type { ParameterEntry } from '../../spec/catalogue/types';
import type { Fix } from '../../spec/problem';
import type { KeyEntry } from '../../spec/schema';
import type { ThingEntry } from '../schema/things';
import { lineStartOf, type Span } from '../text/lines';
import { type Entry, isEmpty, type MapNode, placeOf, type TreeNode } from '../yaml/tree';
import { asChoice, fillIn, fixOf, inline, insertion, removal, type SpecText } from './edits';

/** Sensible values of required parameters, by name. */
const parameterExamples: Readonly<Record<string, string>> = {
  units: '16',
  filters: '16',
  kernel_size: '3',
  pool_size: '2',
  stddev: '0.1',
  shape: '[1, -1]',
  activation: 'relu',
  layers: '[{ activation: relu }]',
  threshold: '0',
  value: '0',
  formula: '"x * sigmoid(x)"',
  gamma: '0.99',
  every: '100',
  at: '[100, 200]',
  first: '100',
  maximum: '0.1',
  base: '0.001',
  start: '1',
  end: '0.1',
};

/** Writes the required parameters of a thing. `name` is the span of its name. */
export function missingParameterFix(
  source: SpecText,
  entry: ThingEntry,
  name: Span,
  value: TreeNode | undefined,
  missing: readonly ParameterEntry[],
): Fix[] {
  const examples = missing.map((parameter) => ({ parameter, text: parameterExamples[parameter.name] }));
  if (examples.some(({ text }) => text === undefined)) {
    return [];
  }
  const lines = examples.map(({ parameter, text }) => `${parameter.name}: ${text}`);
  const title = t('Write {0}', lines.join(', '));
  const [only] = examples;
  const short = examples.length === 1 && only.parameter.primary ? only.text : `{ ${lines.join(', ')} }`;
  if (!value) {
    const before = source.text.slice(lineStartOf(source.text, name[0]), name[0]);
    // An item of an indented list is a map by itself; elsewhere a map needs its braces.
    const written = `${source.text.slice(...name)}: ${short}`;
    const newText = /-\s*$/.test(before) ? written : `{ ${written} }`;
    return asChoice(fixOf(source, title, [{ span: name, newText }]));
  }
  if (isEmpty(value)) {
    return asChoice(fixOf(source, title, [fillIn(source, { keySpan: name, value }, short)]));
  }
  if (value.kind === 'map') {
    if (value.entries.length === 0) {
      return asChoice(fixOf(source, title, [{ span: placeOf(value), newText: `{ ${lines.join(', ')} }` }]));
    }
    return asChoice(fixOf(source, title, [insertion(value, lines.join(value.flow ? ', ' : '\n'), source)]));
  }
  const primary = entry.parameters.find((parameter) => parameter.primary);
  const own = inline(source, value);
  if (!primary || own === undefined) {
    return [];
  }
  const newText = `{ ${primary.name}: ${own}, ${lines.join(', ')} }`;
  return asChoice(fixOf(source, title, [{ span: placeOf(value), newText }]));
}

/** Keys that other keys may require. */
const needed: readonly string[] = ['source', 'file', 'folder', 'rows', 'columns', 'target', 'loss'];

/** For a key without a value: writes its default, or removes it, which means the same. */
export function missingValueFix(source: SpecText, map: MapNode, entry: Entry, key: KeyEntry | undefined): Fix[] {
  const fixes: Fix[] = [];
  if (key?.default !== undefined) {
    const value = String(key.default);
    fixes.push(...fixOf(source, t('Write {0}', `${key.name}: ${value}`), [fillIn(source, entry, value)]));
  }
  if (!key?.required && !needed.includes(entry.key)) {
    fixes.push(...fixOf(source, t('Remove “{0}”', entry.key), [removal(map, entry, source)]));
  }
  return asChoice(fixes);
}

/** Examples of the missing chapters. */
const chapterExamples: Readonly<Record<string, string>> = {
  data: 'data:\n  source: xor',
  model:
    'model:\n  layers:\n    - dense: { units: 4, activation: tanh }\n    - dense: { units: 1, activation: sigmoid }',
  layers: 'layers:\n  - dense: { units: 4, activation: tanh }\n  - dense: { units: 1, activation: sigmoid }',
};

/** The same examples in braces. */
const flowExamples: Readonly<Record<string, string>> = {
  data: 'data: { source: xor }',
  model: 'model: { layers: [{ dense: { units: 4, activation: tanh } }, { dense: { units: 1, activation: sigmoid } }] }',
  layers: 'layers: [{ dense: { units: 4, activation: tanh } }, { dense: { units: 1, activation: sigmoid } }]',
};

/** Adds a required key to its map. The train part gets the rest of the shares. */
export function missingKeyFix(source: SpecText, map: MapNode, name: string): Fix[] {
  if (name === 'train') {
    const shares = map.entries.map(({ value }) => (value.kind === 'scalar' ? Number(value.value) : Number.NaN));
    const rest = Number((1 - shares.reduce((sum, share) => sum + share, 0)).toPrecision(12));
    const line = `train: ${rest}`;
    return rest > 1e-9 && rest <= 1 ? fixOf(source, t('Write {0}', line), [insertion(map, line, source)]) : [];
  }
  const example = (map.flow ? flowExamples : chapterExamples)[name];
  return example ? asChoice(fixOf(source, t('Add “{0}”', name), [insertion(map, example, source)])) : [];
}
