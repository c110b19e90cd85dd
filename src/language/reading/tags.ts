/** Tags of expectations and of early stopping: a measure, and a part of the data. */
import { t } from '@vscode/l10n';
import { counted } from '../../common/counted';
import { nearest } from '../../common/nearest';
import type { Fix } from '../../spec/problem';
import type { Expectation, Part, Spec, TrainingSpec } from '../../spec/spec';
import { partFix } from '../fixes/chapters';
import { asChoice, changeFix, type SpecText } from '../fixes/edits';
import { setFix } from '../fixes/entries';
import { parameterFix } from '../fixes/layers';
import { metricFix } from '../fixes/metrics';
import type { Reporter } from '../problems/reporter';
import { findThing, findThingByAlias } from '../schema/things';
import type { Span } from '../text/lines';
import { partOfScalar } from '../yaml/scalarParts';
import { entryOf, locate, type MapNode, nodeAtPath } from '../yaml/tree';

/** Tags of the network itself, which have no part of the data. */
export const networkTags = ['gradient_check', 'dead_units', 'parameters'] as const;
const prefixes: Readonly<Record<string, Part>> = { val_: 'validation', test_: 'test' };

export interface Tag {
  readonly measure: string;
  readonly part: Part;
}

/** `val_accuracy` is accuracy on the validation part. */
export function splitTag(tag: string): Tag {
  for (const [prefix, part] of Object.entries(prefixes)) {
    if (tag.startsWith(prefix)) {
      return { measure: tag.slice(prefix.length), part };
    }
  }
  return { measure: tag, part: 'train' };
}

export interface TagFile {
  readonly tree: MapNode;
  readonly source: SpecText;
  readonly report: Reporter;
}

export function checkTags(
  training: TrainingSpec,
  expectations: readonly Expectation[],
  split: Readonly<Record<Part, number>>,
  { tree, source, report }: TagFile,
): void {
  const context: Context = { training, split, source, report };
  const { earlyStopping } = training;
  if (earlyStopping) {
    const path = ['training', 'early_stopping'];
    checkTag(
      earlyStopping.monitor,
      locate(tree, [...path, 'monitor']),
      (other) => setFix(source, path, 'monitor', other),
      context,
    );
  }
  const monitor = training.schedule?.parameters.monitor;
  if (training.schedule && typeof monitor === 'string') {
    const path = ['training', 'schedule', training.schedule.name];
    const written = nodeAtPath(tree, [...path, 'monitor']) !== undefined;
    const span = locate(tree, written ? [...path, 'monitor'] : path, written ? 'value' : 'key');
    checkTag(monitor, span, (other) => parameterFix(source, path, 'schedule', 'monitor', other), context);
  }
  const list = entryOf(tree, 'expect')?.value;
  if (list?.kind !== 'list') {
    return;
  }
  for (const node of list.items) {
    const expectation = node.kind === 'scalar' ? expectations.find(({ text }) => text === node.value) : undefined;
    if (node.kind !== 'scalar' || !expectation) {
      continue;
    }
    const at = (word: string | number) => {
      const start = expectation.text.lastIndexOf(String(word));
      return start < 0 ? node.span : partOfScalar(node, [start, start + String(word).length]);
    };
    const tagAt = partOfScalar(node, [
      expectation.text.indexOf(expectation.tag),
      expectation.text.indexOf(expectation.tag) + expectation.tag.length,
    ]);
    checkTag(expectation.tag, tagAt, undefined, context);
    if (expectation.within !== undefined && expectation.within > training.epochs) {
      const message = t(
        'The run has {0} only, so “within {1}” says no more than “within {2}”.',
        counted(training.epochs, t('{0} epoch', training.epochs), t('{0} epochs', training.epochs)),
        expectation.within,
        training.epochs,
      );
      const span = at(expectation.within);
      const fixes = span === node.span ? [] : changeFix(source, span, String(training.epochs));
      report.add('warning', 'within-beyond-epochs', span, message, fixes);
    }
  }
}

/** The tag that ranks the runs of a sweep. */
export function checkBest(best: string, { training, data }: Spec, { tree, source, report }: TagFile): void {
  const path = ['sweep'];
  checkTag(best, locate(tree, [...path, 'best']), (other) => setFix(source, path, 'best', other), {
    training,
    split: data.split,
    source,
    report,
  });
}

interface Context {
  readonly training: TrainingSpec;
  readonly split: Readonly<Record<Part, number>>;
  readonly source: SpecText;
  readonly report: Reporter;
}

/** `monitored` is given for a tag that a run must know each epoch, and makes the fixes that write another. */
function checkTag(tag: string, span: Span, monitored: ((other: string) => Fix[]) | undefined, context: Context): void {
  const { training, split, source, report } = context;
  const isNetworkTag = networkTags.some((name) => name === tag);
  if (isNetworkTag && !monitored) {
    return;
  }
  const { measure, part } = splitTag(tag);
  const measures = ['loss', ...training.metrics.map(({ name }) => name)];
  if (isNetworkTag || (monitored && part === 'test')) {
    const message = t(
      '“{0}” is not known while the run goes on. Use one of: {1}.',
      tag,
      monitorable(measures, split).join(', '),
    );
    report.error('unknown-tag', span, message);
  } else if (!measures.includes(measure)) {
    const tags = monitored ? monitorable(measures, split) : [...withParts(measures, split), ...networkTags];
    reportMeasure(tag, measure, span, tags, context);
  } else if (split[part] === 0) {
    const message = t('“{0}” needs a {1} part, but the split has none. Give it a share under data.split.', tag, part);
    const other = monitored && measures.includes(measure) ? asChoice(monitored(measure)) : [];
    report.error('missing-part', span, message, [...partFix(source, part, split), ...other]);
  }
}

function reportMeasure(
  tag: string,
  measure: string,
  span: Span,
  tags: readonly string[],
  { training, source, report }: Context,
): void {
  const metric = findThing('metric', measure) ?? findThingByAlias('metric', measure);
  if (metric?.unsupported) {
    report.error(
      'not-yet-supported',
      span,
      t('“{0}” is not yet supported by this version. Leave it out for now.', metric.name),
    );
    return;
  }
  if (metric && metric.name === measure) {
    const message = t('“{0}” is not measured in this run. Add {0} to training.metrics.', measure);
    report.error('unknown-tag', span, message, metricFix(source, training, measure));
    return;
  }
  if (['time', 'seconds', 'duration', 'speed'].includes(measure)) {
    report.error(
      'unknown-tag',
      span,
      t('Time is no tag: it is no property of a network. Use one of: {0}.', tags.join(', ')),
    );
    return;
  }
  const prefix = tag.slice(0, tag.length - measure.length);
  const meant = metric ? prefix + metric.name : (tags.find((each) => each === otherTag(tag)) ?? nearest(tag, tags));
  const message = meant
    ? t('“{0}” is no tag. Did you mean “{1}”?', tag, meant)
    : t('“{0}” is no tag. Use one of: {1}.', tag, tags.join(', '));
  const fixes = meant ? changeFix(source, span, meant) : [];
  report.error(metric ? 'alias-name' : 'unknown-tag', span, message, fixes);
}

/** `validation_accuracy` means `val_accuracy`, and `train_loss` means `loss`. */
function otherTag(tag: string): string | undefined {
  const found = /^(train|training|valid|validation|dev|testing)_(\w+)$/.exec(tag);
  if (!found) {
    return undefined;
  }
  const [, part, measure] = found;
  if (part.startsWith('train')) {
    return measure;
  }
  return `${part === 'testing' ? 'test' : 'val'}_${measure}`;
}

/** Tags that are known during a run. */
export function monitorable(measures: readonly string[], split: Context['split']): string[] {
  return withParts(measures, { ...split, test: 0 });
}

/** The measures, each on every part that the split has. */
export function withParts(measures: readonly string[], split: Context['split']): string[] {
  const tags = [...measures];
  for (const [prefix, part] of Object.entries(prefixes)) {
    if (split[part] > 0) {
      tags.push(...measures.map((measure) => prefix + measure));
    }
  }
  return tags;
}
