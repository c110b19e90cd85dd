/** One line of `expect`: `<tag> <op> <number> [within <epochs>]`. Offsets count from the text's start. */
import { t } from '@vscode/l10n';
import type { Comparison, Expectation } from '../../spec/spec';
import type { Span } from '../text/lines';

export interface ExpectationProblem {
  readonly at: Span;
  readonly message: string;
  /** The text to put at `at`, where one edit mends the problem. */
  readonly replacement?: string;
}

const comparisons: readonly string[] = ['<', '<=', '>', '>=', '=='] satisfies Comparison[];
const otherComparisons: Readonly<Record<string, Comparison>> = {
  '=': '==',
  '===': '==',
  '=>': '>=',
  '=<': '<=',
  '≥': '>=',
  '≤': '<=',
};
const numberPattern = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;

export function parseExpectation(text: string): Expectation | ExpectationProblem {
  const words = [...text.matchAll(/[^\s<>=≤≥]+|[<>=≤≥]+/gu)].map((match) => ({
    text: match[0],
    at: [match.index, match.index + match[0].length] as Span,
  }));
  const [tag, operator, value, within, epochs, extra] = words;
  const form = t('Write it as “accuracy >= 0.95” or “val_loss < 0.3 within 50”.');
  const end: Span = [0, text.length];
  if (!tag || !/^[A-Za-z_]\w*$/.test(tag.text)) {
    return {
      at: tag?.at ?? end,
      message: t('An expectation begins with a tag, such as loss or val_accuracy. {0}', form),
    };
  }
  if (!operator) {
    return { at: tag.at, message: t('A comparison is missing after {0}. {1}', tag.text, form) };
  }
  if (/^(?:val|validation|test|train|training)$/.test(tag.text) && /^[a-z]\w*$/.test(operator.text)) {
    const joined = /^train/.test(tag.text) ? operator.text : `${tag.text}_${operator.text}`;
    const message = t('A tag is one word: “{0}”. {1}', joined, form);
    return { at: [tag.at[0], operator.at[1]], message, replacement: joined };
  }
  if (!comparisons.includes(operator.text)) {
    const meant: string | undefined = Object.hasOwn(otherComparisons, operator.text)
      ? otherComparisons[operator.text]
      : undefined;
    const message = t('The comparison must be one of {0}.', comparisons.join(' '));
    return { at: operator.at, message, replacement: meant };
  }
  if (!value) {
    return { at: operator.at, message: t('A number is missing after {0}. {1}', operator.text, form) };
  }
  const number = Number(value.text);
  if (!numberPattern.test(value.text) || !Number.isFinite(number)) {
    const percent = /^(\d+(?:\.\d+)?)%$/.exec(value.text);
    const replacement = percent ? String(Number(percent[1]) / 100) : undefined;
    return { at: value.at, message: t('“{0}” is not a number. {1}', value.text, form), replacement };
  }
  const judged = { text, tag: tag.text, comparison: operator.text as Comparison, value: number };
  if (!within) {
    return judged;
  }
  if (within.text !== 'within') {
    return { at: within.at, message: t('After the number only “within” and a count of epochs may follow. {0}', form) };
  }
  const count = epochs ? Number(epochs.text) : Number.NaN;
  if (!epochs || !/^\d+$/.test(epochs.text) || !Number.isSafeInteger(count) || count < 1) {
    return {
      at: epochs?.at ?? within.at,
      message: t('After “within” comes a count of epochs, a whole number from 1.'),
    };
  }
  if (extra) {
    return { at: extra.at, message: t('Nothing may follow the count of epochs.') };
  }
  return { ...judged, within: count };
}

/** The replacement of a problem, if it leaves no problem in the line, or only one further on. */
export function mendingReplacement(text: string, { at: [start, end], replacement }: ExpectationProblem) {
  if (replacement === undefined) {
    return undefined;
  }
  const after = parseExpectation(text.slice(0, start) + replacement + text.slice(end));
  return 'tag' in after || after.at[0] > start + replacement.length + 1 ? replacement : undefined;
}
