/** Schemas, values and ranges in words. */
import { t } from '@vscode/l10n';
import { assertNever } from '../../common/assertNever';
import type { NumberSchema, ThingKind, ValueSchema } from '../../spec/schema';
import type { TreeNode } from '../yaml/tree';

/** A choice as a spec writes it: a sign of punctuation needs quotes. */
export function choiceText(choice: string): string {
  return /^[\w-]+$/.test(choice) ? choice : JSON.stringify(choice);
}

export function describeSchema(schema: ValueSchema): string {
  switch (schema.type) {
    case 'text':
    case 'name':
      return t('text');
    case 'boolean':
      return t('true or false');
    case 'number':
      return t('a number');
    case 'integer':
      return t('a whole number');
    case 'choice':
      return t('one of: {0}', schema.choices.map(choiceText).join(', '));
    case 'thing':
      return describeKind(schema.of);
    case 'layer':
      return t('a layer, such as “dense: 16”');
    case 'cell':
      return t('a number or text');
    case 'expectation':
      return t('a line such as “accuracy >= 0.95”');
    case 'weights':
      return t('balanced, or a map of classes and weights');
    case 'size': {
      const { axes, words } = schema;
      const number = axes > 1 ? t('a whole number, or a list of {0}', axes) : t('a whole number');
      return words.length > 0 ? t('{0}, or one of: {1}', number, words.join(', ')) : number;
    }
    case 'regularizer':
      return t('penalties, such as “{ l2: 0.001 }”');
    case 'numbers':
      return t('numbers in nested lists, such as {0}', '[[0.1, 0.2], [0.3, 0.4]]');
    case 'formula':
      return t('a formula in x, such as “x * sigmoid(1.702 * x)”');
    case 'list':
      return t('a list, such as [a, b]');
    case 'paths':
      return t('a map of paths and values, such as {0}', '{ seed: [1, 2, 3] }');
    case 'swept':
      return isNumeric(schema.of)
        ? t('a list of values, or a range such as {0}', '{ from: 1, to: 10 }')
        : t('a list, such as [a, b]');
    case 'free':
      return t('a value');
    case 'map':
      return schema.example ? t('a map, such as {0}', schema.example) : t('a map of keys and values');
    case 'dictionary':
      return t('a map of keys and values');
    default:
      return assertNever(schema);
  }
}

/** Whether a range of numbers can be swept. */
export function isNumeric({ type }: ValueSchema): boolean {
  return type === 'number' || type === 'integer' || type === 'size';
}

/** The name of a kind, with its article: “an activation's name”. */
export function describeKind(kind: ThingKind): string {
  switch (kind) {
    case 'activation':
      return t("an activation's name");
    case 'loss':
      return t("a loss's name");
    case 'optimizer':
      return t("an optimizer's name");
    case 'schedule':
      return t("a schedule's name");
    case 'initializer':
      return t("an initializer's name");
    case 'layer':
      return t("a layer's type");
    case 'metric':
      return t("a metric's name");
    case 'source':
      return t("a built-in data set's name");
    default:
      return assertNever(kind);
  }
}

export function describeValue(node: TreeNode): string {
  switch (node.kind) {
    case 'map':
      return t('a map');
    case 'list':
      return t('a list');
    case 'scalar':
      if (node.value === null) {
        return t('nothing');
      }
      if (typeof node.value === 'string') {
        return t('the text “{0}”', node.value.length > 40 ? `${node.value.slice(0, 40)}…` : node.value);
      }
      return node.source;
    default:
      return assertNever(node);
  }
}

/** A maximum that only keeps sums exact, so it is shown only to a person who exceeds it. */
const exactSums = 1_000_000_000;

/** `≥ 1`, `> 0, ≤ 1`, for a person who wrote `value`. */
export function numberRange(schema: NumberSchema, value = 0): string {
  const bounds: string[] = [];
  if (schema.minimum !== undefined) {
    bounds.push(`≥ ${schema.minimum}`);
  }
  if (schema.exclusiveMinimum !== undefined) {
    bounds.push(`> ${schema.exclusiveMinimum}`);
  }
  if (schema.maximum !== undefined && (schema.maximum !== exactSums || value > exactSums)) {
    bounds.push(`≤ ${schema.maximum}`);
  }
  if (schema.exclusiveMaximum !== undefined) {
    bounds.push(`< ${schema.exclusiveMaximum}`);
  }
  if (bounds.length === 0) {
    bounds.push(`≤ ${Number.MAX_SAFE_INTEGER}`);
  }
  return bounds.join(', ');
}
