/** The choices as keys and values of the language, each with its reason in the person's language. */
import { t } from '@vscode/l10n';
import { assertNever } from '../../common/assertNever';
import { formatRounded } from '../../common/formatCount';
import { layerKinds } from '../../spec/layers';
import { readMarks, spellingWords, withoutTargetWords } from '../../spec/markWords';
import type { TextFormat } from '../../spec/spec';
import type { GivenAway, MarkedColumn, TableColumn } from '../../spec/tableFacts';
import { unitNotes } from '../../spec/units';
import { wildWords } from '../../spec/wildTargets';
import { choiceText } from '../text/describe';
import { writeScalar } from '../unfinished/scalars';
import type { Choices } from './decide';
import type { Role } from './roles';

/** With more omitted columns than this, not every reason is given. */
const maxReasons = 6;

export interface DataFile {
  readonly path: string;
  readonly rows: number;
  readonly format?: TextFormat;
  /** Texts that are read as missing, and the columns that hold them. */
  readonly naValues?: readonly string[];
  readonly marked?: readonly MarkedColumn[];
  readonly doubted?: readonly MarkedColumn[];
}

/** A key with its value as YAML; several values are a list. Without a key it is an item of a list. */
export interface Entry {
  readonly key?: string;
  readonly value: string | readonly string[];
  readonly reason?: string;
}

export function taskWords({ task, target }: Choices): string {
  switch (task) {
    case 'yesNo':
      return t('It tells the two values of {0} apart.', target.name);
    case 'classes':
      return t('It tells the {0} classes of {1} apart.', target.distinct, target.name);
    case 'number':
      return t('It predicts the number {0}.', target.name);
    default:
      return assertNever(task);
  }
}

export function dataEntries(choices: Choices, file: DataFile): Entry[] {
  const { inputs, stratify, scale, missing, task, split, time, categories, image } = choices;
  const shares = Object.entries(split).flatMap(([part, share]) => (share > 0 ? [`${part}: ${share}`] : []));
  const entries: Entry[] = [
    ...(image ? [...imageEntries(image, file), ...positiveEntry(choices)] : columnEntries(choices, file)),
    { key: 'split', value: `{ ${[...shares, ...byTime(time)].join(', ')} }`, reason: splitWords(choices) },
  ];
  if (stratify) {
    entries.push({ key: 'stratify', value: 'true', reason: t('Every part gets the same share of each class.') });
  }
  const scaling = scaleWords(choices);
  if (scaling) {
    entries.push({ key: 'scale', value: scale, reason: scaling });
  }
  if (task === 'number') {
    entries.push(scaleTargetEntry(choices));
  }
  if (missing !== 'error') {
    const reason = t(
      'Missing cells are filled in: numbers by the mean of the train part, categories by the most frequent one.',
    );
    entries.push({ key: 'missing', value: missing, reason });
  }
  if (inputs.some(({ name, type }) => type === 'category' || categories.includes(name))) {
    const reason = t(
      'A category that training never saw counts as none of those it knows, so that predictions need not fail.',
    );
    entries.push({ key: 'unknown', value: 'ignore', reason: [someOf(spellingNotes(inputs)), reason].join(' ').trim() });
  }
  return entries;
}

function imageEntries(shape: readonly number[], { path }: DataFile): Entry[] {
  return [
    { key: 'folder', value: writeScalar(path), reason: t('Each folder in it is a class, which is predicted.') },
    { key: 'shape', value: `[${shape.join(', ')}]`, reason: t('The channels, the height and the width of an image.') },
  ];
}

function columnEntries(choices: Choices, { path, rows, format, naValues = [], marked = [] }: DataFile): Entry[] {
  const { target, inputs, excluded, givenAway, categories } = choices;
  const units = unitNotes([target, ...inputs]);
  const entries: Entry[] = [
    { key: 'file', value: writeScalar(path), ...(units.length > 0 && { reason: someOf(units) }) },
  ];
  const found = format ? unusual(format, path) : [];
  if (found.length > 0) {
    const reason = t('How the file is written, as it was found out.');
    entries.push({ key: 'format', value: `{ ${found.join(', ')} }`, reason });
  }
  if (naValues.length > 0) {
    entries.push({
      key: 'na_values',
      value: naValues.map((text) => writeScalar(text, { flow: true })),
      reason: `${someOf(marked.map(readMarks))} ${t('If one of these texts is a value of its own, take it out here.')}`,
    });
  }
  const targetNotes = [...withoutTargetNotes(target, rows), ...spellingNotes([target])];
  entries.push({
    key: 'target',
    value: writeScalar(target.name),
    ...(targetNotes.length > 0 && { reason: someOf(targetNotes) }),
  });
  entries.push(...positiveEntry(choices));
  if (excluded.length > 0) {
    entries.push({
      key: 'inputs',
      value: inputs.map(({ name }) => writeScalar(name, { flow: true })),
      reason: [t('Left out of the inputs: {0}.', reasons(excluded)), ...givenAway.map(leakWords)].join(' '),
    });
  }
  if (categories.length > 0) {
    const types = categories.map((name) => `${writeScalar(name, { flow: true })}: category`);
    const reason = t('These columns mix numbers with text, so they are read as categories.');
    entries.push({ key: 'types', value: `{ ${types.join(', ')} }`, reason });
  }
  return entries;
}

function positiveEntry({ positive }: Choices): Entry[] {
  const reason = t(
    'The rarer of the two classes is the one to be found: scores and thresholds are about it. If it is the other one, name that.',
  );
  return positive === undefined ? [] : [{ key: 'positive', value: writeScalar(positive), reason }];
}

function scaleTargetEntry({ target, wild }: Choices): Entry {
  const key = 'scale_target';
  const { wide } = target;
  if (wide && !wild) {
    const reason = t(
      'Nine of ten targets lie between {0} and {1}, so their logarithm is learned: what counts is by how many times a prediction is wrong. Metrics and predictions stay in the target’s own unit. If the large ones matter most, write standard.',
      formatRounded(wide.low),
      formatRounded(wide.high),
    );
    return { key, value: 'log', reason };
  }
  if (!wild) {
    const reason = t(
      'The target gets mean 0 and standard deviation 1 for learning; metrics and predictions stay in its own unit.',
    );
    return { key, value: 'standard', reason };
  }
  const reason = t(
    'The target is centred on its median and divided by its usual spread, which a few targets far from all others do not widen; metrics and predictions stay in its own unit.',
  );
  return { key, value: 'robust', reason: `${wildWords(target.name, wild)} ${reason}` };
}

/** Says how many rows have no target, if any. */
export function withoutTargetNotes({ name, missing }: TableColumn, rows: number): string[] {
  return missing > 0 ? [withoutTargetWords([name], missing, rows)] : [];
}

/** Says which categories of columns differ in their spelling alone. */
export function spellingNotes(columns: readonly TableColumn[]): string[] {
  return columns.flatMap(({ name, spellings = [] }) => (spellings.length > 0 ? [spellingWords(name, spellings)] : []));
}

/** The first sentences of some, and how many more there are. */
function someOf(sentences: readonly string[]): string {
  const rest = sentences.length - maxReasons;
  const told = sentences.slice(0, maxReasons);
  return [...told, ...(rest > 0 ? [t('{0} more columns are alike.', rest)] : [])].join(' ');
}

/** Says what a column that gives the target away achieves, and how to use it nevertheless. */
export function leakWords({ column, message }: GivenAway): string {
  const name = writeScalar(column, { flow: true });
  return `${message} ${t('So it is probably not known before the target is. If it is, add {0} to inputs.', name)}`;
}

/** The keys of a format that are not those of a plain file. */
function unusual(format: TextFormat, path: string): string[] {
  const plain: TextFormat = {
    delimiter: /\.tsv(?:\.gz)?$/i.test(path) ? '\t' : ',',
    decimal: '.',
    thousands: 'none',
    encoding: 'utf-8',
    header: true,
  };
  return (Object.keys(plain) as (keyof TextFormat)[]).flatMap((key) =>
    format[key] === plain[key] ? [] : [`${key}: ${choiceText(String(format[key]))}`],
  );
}

function byTime(time: Choices['time']): string[] {
  if (time === undefined) {
    return [];
  }
  return [`by: ${time.isInput ? 'time' : `{ time: ${writeScalar(time.column, { flow: true })} }`}`];
}

function splitWords({ split, time }: Choices): string {
  if (time) {
    return [
      t('The rows are in the order of {0}, so the last ones judge the network, as the future will.', time.column),
      ...timeNotes(time),
    ].join(' ');
  }
  if (split.validation === 0) {
    return t('There are too few rows to keep any for validation: all are trained on.');
  }
  return split.test > 0
    ? t('The validation part tells when to stop; the test part is looked at once, at the end.')
    : t('The validation part is not learned from: it shows whether the network learned or only memorised.');
}

/** Says that the column by which the rows are in order is no input. */
export function timeNotes(time: Choices['time']): string[] {
  return time && !time.isInput
    ? [
        t(
          '{0} itself is no input: what comes later lies beyond all that was learned. To use it nevertheless, write split.by: time.',
          time.column,
        ),
      ]
    : [];
}

function scaleWords({ scale }: Choices): string | undefined {
  switch (scale) {
    case 'standard':
      return t('Columns of different sizes learn badly together: each gets mean 0 and standard deviation 1.');
    case 'robust':
      return t(
        'Some cells are far from all others of their column: each column is centred on its median, divided by its usual spread, and limited to 5 times that.',
      );
    case 'minmax':
      return t('The columns share their range, so each is moved to 0 to 1.');
    case 'none':
      return undefined;
    default:
      return assertNever(scale);
  }
}

/** Images need so many rows and pixels a side for filters that are pooled twice. */
const [filteredRows, filteredSide] = [100, 8];

/** The layers that make one row of numbers of an image. */
function imageLayers({ image, l2 }: Choices, rows: number): Entry[] {
  if (!image) {
    return [];
  }
  if (rows < filteredRows || Math.min(...image.slice(1)) < filteredSide) {
    return [{ value: layerKinds.flatten.name, reason: t('The pixels in one row.') }];
  }
  const filters = (count: number) =>
    `conv2d: { filters: ${count}, kernel_size: 3, padding: same, activation: relu, kernel_regularizer: { l2: ${l2} } }`;
  const reason = t(
    'Filters of 3 by 3 pixels find a shape wherever it stands; pooling keeps the largest value of every 2 by 2 window.',
  );
  return [
    { value: filters(16), reason },
    { value: 'max_pooling2d: 2' },
    { value: filters(32) },
    { value: 'max_pooling2d: 2' },
    { value: layerKinds.flatten.name },
  ];
}

export function layerEntries(choices: Choices, rows: number): Entry[] {
  const { inputSize, hidden, l2, others } = choices;
  const many = t(
    'Inputs: {0}. relu learns fast and is hard to get wrong; l2 keeps weights small, so that the network does not learn the rows by heart.',
    inputSize,
  );
  const few =
    others === undefined
      ? ''
      : ` ${t('Only {0} rows are of another class than {1}: a small network and a strong l2 keep it from learning those by heart, so that its probabilities can be trusted.', others, choices.target.counts[0].value)}`;
  const reason = `${many}${few}`;
  return [
    ...imageLayers(choices, rows),
    ...hidden.map((units, index) => ({
      value: denseOf(units, l2, 'relu'),
      ...(index === 0 ? { reason } : {}),
    })),
    outputEntry(choices),
  ];
}

function denseOf(units: number, l2: number, activation?: string): string {
  const active = activation === undefined ? '' : `, activation: ${activation}`;
  return `dense: { units: ${units}${active}, kernel_regularizer: { l2: ${l2} } }`;
}

function outputEntry(choices: Choices): Entry {
  const { hidden, inputSize, l2 } = choices;
  const { units, activation, reason } = outputOf(choices);
  const linear =
    hidden.length > 0
      ? ''
      : `${t('Inputs: {0}. With so few rows a linear model is hard to beat; l2 keeps its weights small. To try a hidden layer, put one above.', inputSize)} `;
  return { value: denseOf(units, l2, activation), reason: `${linear}${reason}` };
}

function outputOf({ task, target, outputs, positive }: Choices): {
  readonly units: number;
  readonly activation?: string;
  readonly reason: string;
} {
  switch (task) {
    case 'yesNo':
      return {
        units: 1,
        activation: 'sigmoid',
        reason:
          positive === undefined
            ? t('One unit whose sigmoid is the probability of the second of the two values.')
            : t('One unit whose sigmoid is the probability of “{0}”.', positive),
      };
    case 'classes':
      return {
        units: outputs,
        activation: 'softmax',
        reason: t('A unit for each class; softmax makes them probabilities that sum to 1.'),
      };
    case 'number':
      return {
        units: 1,
        reason: t('One unit without an activation, so that {0} may be any number.', target.name),
      };
    default:
      return assertNever(task);
  }
}

export function trainingEntries(choices: Choices): Entry[] {
  const { learningRate, batchSize, epochs, patience } = choices;
  const entries: Entry[] = [
    { key: 'loss', value: lossOf(choices), reason: lossWords(choices) },
    {
      key: 'optimizer',
      value: `{ adam: { learning_rate: ${learningRate} } }`,
      reason: t('adam needs little tuning. If the loss jumps about, try a third of this learning rate.'),
    },
    {
      key: 'batch_size',
      value: String(batchSize),
      reason: t('Rows of a step: few where there are few, so that an epoch has enough steps.'),
    },
    {
      key: 'epochs',
      value: String(epochs),
      reason:
        patience === undefined
          ? t('Passes over the train part.')
          : t('Passes over the train part at most: early stopping usually ends sooner.'),
    },
  ];
  if (patience !== undefined) {
    entries.push({
      key: 'early_stopping',
      value: `{ monitor: val_loss, patience: ${patience} }`,
      reason: t('Training ends when the validation loss has not improved for so many epochs.'),
    });
  }
  return [...entries, metricsEntry(choices)];
}

function metricsEntry({ target, rare, largestShare, smallestShare, wild }: Choices): Entry {
  if (largestShare === undefined) {
    const usual = t(
      'The mean error in the target’s own unit; the same with large errors counting more; and the share of the target’s variation that is explained.',
    );
    const wildly = wild ? ` ${t('Go by the first: the others are mostly about the wild targets.')}` : '';
    return {
      key: 'metrics',
      value: ['mean_absolute_error', 'root_mean_squared_error', 'r2'],
      reason: `${usual}${wildly}`,
    };
  }
  const percent = (share: number) => String(Number((100 * share).toPrecision(2)));
  const [{ value }] = target.counts;
  const most = percent(largestShare);
  if (!rare) {
    const reason = t('Always answering {0} would be right in {1} % of the rows: accuracy must beat that.', value, most);
    return { key: 'metrics', value: ['accuracy'], reason };
  }
  const reason = t(
    'Always answering {0} would be right in {1} % of the rows, so accuracy says little here. These two judge the order of the probabilities: guessing gives an auc of 0.5 and, for the rarest class, an average precision of {2}.',
    value,
    most,
    Number(smallestShare.toPrecision(2)),
  );
  return { key: 'metrics', value: ['auc', 'average_precision'], reason };
}

function lossOf({ task, wild }: Choices): string {
  switch (task) {
    case 'yesNo':
      return 'binary_crossentropy';
    case 'classes':
      return 'categorical_crossentropy';
    case 'number':
      return wild ? 'huber' : 'mean_squared_error';
    default:
      return assertNever(task);
  }
}

function lossWords({ task, target, wild }: Choices): string {
  switch (task) {
    case 'yesNo':
      return t('The loss for yes or no: how surprised the predicted probability is by the answer.');
    case 'classes':
      return target.type === 'number'
        ? t(
            'Few whole numbers, so they are taken for classes. To predict an amount, end in dense: 1 with mean_squared_error.',
          )
        : t('The loss for one class out of several: minus the logarithm of the probability of the right one.');
    case 'number':
      return wild
        ? t(
            'The loss for numbers: the square of a small difference, but of a large one only its size, so that the wild targets do not decide what is learned. If they are what matters, take mean_squared_error.',
          )
        : t('The loss for numbers: the mean of the squared differences.');
    default:
      return assertNever(task);
  }
}

function reasons(excluded: Choices['excluded']): string {
  // A column that gives the target away is always named.
  const first = excluded.toSorted((a, b) => Number(b.role === 'gives-away') - Number(a.role === 'gives-away'));
  const told = first.slice(0, maxReasons).map(({ column, role }) => `${column.name} (${reasonOf(column, role)})`);
  const rest = excluded.length - told.length;
  return rest > 0 ? t('{0} and {1} more', told.join(', '), rest) : told.join(', ');
}

export function reasonOf({ type, distinct, counts }: TableColumn, role: Role): string {
  switch (role) {
    case 'constant':
      return t('one value only');
    case 'identifier':
      // The first value is the most frequent one.
      return type === 'category' && distinct > 0 && (counts[0]?.count ?? 1) > 1
        ? t('a different value in nearly every row')
        : t('a different value in every row');
    case 'huge':
      return t('numbers too large');
    case 'text':
      return type === 'category' ? t('free text') : t('text among the numbers or dates');
    case 'sparse':
      return t('mostly missing');
    case 'gives-away':
      return t('gives the target away');
    case 'number':
    case 'category':
    case 'date':
    case 'mixed':
      return t('not needed');
    default:
      return assertNever(role);
  }
}
