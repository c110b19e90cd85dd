/** Completion of tags: after `monitor:`, and in the lines of `expect`. */
import { t } from '@vscode/l10n';
import { findSource } from '../../spec/sources';
import { defaultMetrics, defaultSplit } from '../reading/defaults';
import { monitorable, networkTags, splitTag, withParts } from '../reading/tags';
import { nameOf, wordsOf } from '../unfinished/dataNames';
import { entryOf } from '../yaml/tree';
import { type CompletionItem, stop } from './item';
import { type CompletionRequest, lossOf, nodeOf } from './request';

export function monitorItems(request: CompletionRequest): CompletionItem[] {
  const tags = monitorable(measuresOf(request), splitOf(request));
  // Early stopping should monitor data that the network is not trained on.
  const sorted = [...tags.filter(isValidation), ...tags.filter((tag) => !isValidation(tag))];
  return sorted.map((tag, index) => ({ ...tagItem(request, tag, index), insertText: tag }));
}

function isValidation(tag: string): boolean {
  return tag.startsWith('val_');
}

/** The words that may come next in a line such as `val_loss < 0.3 within 50`. */
export function expectationItems(request: CompletionRequest): CompletionItem[] {
  const { place } = request;
  const before = place.prefix;
  const words = before.match(/[^\s<>=]+|[<>=]+/g) ?? [];
  const word = /\s$/.test(before) ? '' : (words.pop() ?? '');
  const start = place.span[0] + before.length - word.length;
  const after = place.word.slice(before.length);
  const rest = /^[\w.]*/.exec(after)?.[0].length ?? 0;
  const span = [start, start + word.length + rest] as const;
  const tail = after.slice(rest).trim();
  if (words.length === 0) {
    const tags = [...withParts(measuresOf(request), splitOf(request)), ...networkTags];
    return tags.map((tag, index) => ({
      ...tagItem(request, tag, index),
      span,
      insertText: tail === '' ? `${tag} ${usualComparison(tag)}` : tag,
    }));
  }
  if (words.length === 1) {
    return ['>=', '<=', '<', '>', '=='].map((comparison, index) => ({
      label: comparison,
      kind: 'value',
      insertText: `${comparison} `,
      filterText: comparison,
      sortText: String(index),
      span: [start, start + word.length],
      documented: {},
    }));
  }
  if (words.length !== 3 || tail !== '') {
    return [];
  }
  const epochs = nodeOf(request, ['training', 'epochs']);
  const count = epochs?.kind === 'scalar' && typeof epochs.value === 'number' ? epochs.value : 100;
  return [
    {
      label: 'within',
      kind: 'value',
      detail: t('by some epoch, not only at the end'),
      insertText: `within ${stop(1, Math.max(1, Math.floor(count / 2)))}`,
      sortText: '0',
      span,
      documented: { doc: 'expect' },
    },
  ];
}

function tagItem({ place }: CompletionRequest, tag: string, index: number): CompletionItem {
  const { measure, part } = splitTag(tag);
  const of = { kind: 'metric', name: measure } as const;
  const isMetric = measure !== 'loss' && !networkTags.some((name) => name === tag);
  return {
    label: tag,
    kind: 'tag',
    detail: describePart(tag, part),
    insertText: tag,
    sortText: String(index).padStart(3, '0'),
    span: place.span,
    documented: isMetric ? { thing: of } : { text: describeTag(tag) },
  };
}

function describePart(tag: string, part: string): string {
  if (networkTags.some((name) => name === tag)) {
    return t('of the network');
  }
  return part === 'train'
    ? t('on the train part')
    : part === 'validation'
      ? t('on the validation part')
      : t('on the test part');
}

function describeTag(tag: string): string {
  switch (tag) {
    case 'gradient_check':
      return t('The largest relative error of backpropagation against central differences.');
    case 'dead_units':
      return t('The share of relu-like units whose gradient is 0 for every sample of the train part.');
    case 'parameters':
      return t('How many weights and biases the network has.');
    default:
      return t('The mean loss of the samples.');
  }
}

/** The usual comparison: `<` for errors, `>=` for scores. */
function usualComparison(tag: string): string {
  const { measure } = splitTag(tag);
  if (tag === 'gradient_check') {
    return `< ${stop(1, '1e-4')}`;
  }
  if (tag === 'dead_units') {
    return `< ${stop(1, 0.1)}`;
  }
  if (tag === 'parameters') {
    return `<= ${stop(1, 1000)}`;
  }
  return /loss|error/.test(measure) ? `< ${stop(1, 0.1)}` : `>= ${stop(1, 0.9)}`;
}

function measuresOf(request: CompletionRequest): string[] {
  const written = nodeOf(request, ['training', 'metrics']);
  return ['loss', ...(written ? wordsOf(written) : defaultMetrics(lossOf(request)))];
}

/**
 * The written shares, or the default ones. An unreadable share counts as present, so that its tags are
 * offered.
 */
function splitOf(request: CompletionRequest): ReturnType<typeof defaultSplit> {
  const written = nodeOf(request, ['data', 'split']);
  if (written?.kind !== 'map') {
    const source = findSource(nameOf(nodeOf(request, ['data', 'source'])) ?? '');
    const whole =
      nodeOf(request, ['data', 'rows']) !== undefined || (source?.kind === 'generator' && source.truthTable);
    return defaultSplit(whole);
  }
  const share = (part: string): number => {
    const value = entryOf(written, part)?.value;
    if (!value) {
      return 0;
    }
    return value.kind === 'scalar' && typeof value.value === 'number' ? value.value : 1;
  };
  return { train: share('train'), validation: share('validation'), test: share('test') };
}
