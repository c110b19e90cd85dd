/** Writes the choices as a spec, each explained by a comment in the person's language. */
import { t } from '@vscode/l10n';
import { assertNever } from '../../common/assertNever';
import type { TextFormat } from '../../spec/spec';
import { choiceText } from '../text/describe';
import { writeScalar } from '../unfinished/scalars';
import type { Choices } from './decide';
import type { Role } from './roles';

/** Maximum width of a line; a Korean character takes two columns. */
const widest = 76;
/** With more omitted columns than this, not every reason is given. */
const maxReasons = 6;

interface File {
  readonly path: string;
  readonly rows: number;
  readonly format?: TextFormat;
}

export function writeSpec(choices: Choices, file: File): string {
  return [
    ...comment(0, t('A first network for {0}: {1} rows. {2}', file.path, file.rows, taskWords(choices))),
    ...comment(0, t('Every choice below is a proposal. Hover over a name to learn what it means.')),
    '',
    `name: ${writeScalar(titleOf(choices, file.path))}`,
    ...comment(0, t('The same seed gives the same run, to the bit.')),
    'seed: 42',
    '',
    'data:',
    ...dataLines(choices, file),
    '',
    'model:',
    '  layers:',
    ...modelLines(choices),
    '',
    'training:',
    ...trainingLines(choices),
    '',
  ].join('\n');
}

function titleOf({ target }: Choices, path: string): string {
  const base = path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
  return `${base}: ${target.name}`;
}

function taskWords({ task, target }: Choices): string {
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

function dataLines(choices: Choices, { path, format }: File): string[] {
  const { target, inputs, excluded, categories, split, stratify, scale, missing, task } = choices;
  const lines = [`  file: ${writeScalar(path)}`];
  const found = format ? unusual(format, path) : [];
  if (found.length > 0) {
    lines.push(...comment(2, t('How the file is written, as it was found out.')), `  format: { ${found.join(', ')} }`);
  }
  lines.push(`  target: ${writeScalar(target.name)}`);
  if (excluded.length > 0) {
    lines.push(...comment(2, t('Left out of the inputs: {0}.', reasons(excluded))));
    lines.push(
      ...listLines(
        '  inputs: ',
        inputs.map(({ name }) => name),
      ),
    );
  }
  if (categories.length > 0) {
    lines.push(...comment(2, t('These columns mix numbers with text, so they are read as categories.')));
    const types = categories.map((name) => `${writeScalar(name, { flow: true })}: category`);
    lines.push(`  types: { ${types.join(', ')} }`);
  }
  lines.push(...comment(2, splitWords(choices)));
  const shares = Object.entries(split).filter(([, share]) => share > 0);
  lines.push(`  split: { ${shares.map(([part, share]) => `${part}: ${share}`).join(', ')} }`);
  if (stratify) {
    lines.push(...comment(2, t('Every part gets the same share of each class.')), '  stratify: true');
  }
  const scaling = scaleWords(choices);
  if (scaling) {
    lines.push(...comment(2, scaling), `  scale: ${scale}`);
  }
  if (task === 'number') {
    const words = t(
      'The target gets mean 0 and standard deviation 1 for learning; metrics and predictions stay in its own unit.',
    );
    lines.push(...comment(2, words), '  scale_target: standard');
  }
  if (missing !== 'error') {
    const words =
      missing === 'drop'
        ? t('Rows without a target cannot be learned from; rows with a missing cell are dropped.')
        : t('Missing cells are filled in: numbers by the mean of the train part, categories by the most frequent one.');
    lines.push(...comment(2, words), `  missing: ${missing}`);
  }
  if (inputs.some(({ name, type }) => type === 'category' || categories.includes(name))) {
    const words = t(
      'A category that training never saw counts as none of those it knows, so that predictions need not fail.',
    );
    lines.push(...comment(2, words), '  unknown: ignore');
  }
  return lines;
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

function splitWords({ split }: Choices): string {
  if (split.validation === 0) {
    return t('There are too few rows to keep any for validation: all are trained on.');
  }
  return split.test > 0
    ? t('The validation part tells when to stop; the test part is looked at once, at the end.')
    : t('The validation part is not learned from: it shows whether the network learned or only memorised.');
}

function scaleWords({ scale }: Choices): string | undefined {
  switch (scale) {
    case 'standard':
      return t('Columns of different sizes learn badly together: each gets mean 0 and standard deviation 1.');
    case 'minmax':
      return t('The columns share their range, so each is moved to 0 to 1.');
    case 'none':
      return undefined;
    default:
      return assertNever(scale);
  }
}

function modelLines({ inputSize, hidden, task, target, outputs }: Choices): string[] {
  const lines = comment(
    4,
    t(
      'Inputs: {0}. About two units for each is enough to begin with; relu learns fast and is hard to get wrong.',
      inputSize,
    ),
  );
  lines.push(...hidden.map((units) => `    - dense: { units: ${units}, activation: relu }`));
  switch (task) {
    case 'yesNo':
      lines.push(...comment(4, t('One unit whose sigmoid is the probability of the second of the two values.')));
      lines.push('    - dense: { units: 1, activation: sigmoid }');
      break;
    case 'classes':
      lines.push(...comment(4, t('A unit for each class; softmax makes them probabilities that sum to 1.')));
      lines.push(`    - dense: { units: ${outputs}, activation: softmax }`);
      break;
    case 'number':
      lines.push(...comment(4, t('One unit without an activation, so that {0} may be any number.', target.name)));
      lines.push('    - dense: 1');
      break;
    default:
      assertNever(task);
  }
  return lines;
}

function trainingLines(choices: Choices): string[] {
  const { task, learningRate, batchSize, epochs, patience } = choices;
  const lines = [...comment(2, lossWords(choices)), `  loss: ${lossOf(task)}`];
  lines.push(...comment(2, t('adam needs little tuning. If the loss jumps about, try a third of this learning rate.')));
  lines.push(`  optimizer: { adam: { learning_rate: ${learningRate} } }`);
  lines.push(`  batch_size: ${batchSize}`, `  epochs: ${epochs}`);
  if (patience !== undefined) {
    lines.push(...comment(2, t('Training ends when the validation loss has not improved for so many epochs.')));
    lines.push(`  early_stopping: { monitor: val_loss, patience: ${patience} }`);
  }
  lines.push(...metricLines(choices));
  return lines;
}

function metricLines({ target, rare, largestShare, smallestShare }: Choices): string[] {
  if (largestShare === undefined) {
    return [
      ...comment(2, t('The mean error in the target’s own unit, and the share of its variation that is explained.')),
      '  metrics: [mean_absolute_error, r2]',
    ];
  }
  const percent = (share: number) => String(Number((100 * share).toPrecision(2)));
  const [{ value }] = target.counts;
  const most = percent(largestShare);
  if (!rare) {
    const words = t('Always answering {0} would be right in {1} % of the rows: accuracy must beat that.', value, most);
    return [...comment(2, words), '  metrics: [accuracy]'];
  }
  const words = t(
    'Always answering {0} would be right in {1} % of the rows, so accuracy says little here. These two judge the order of the probabilities: guessing gives an auc of 0.5 and, for the rarest class, an average precision of {2}.',
    value,
    most,
    Number(smallestShare.toPrecision(2)),
  );
  return [...comment(2, words), '  metrics: [auc, average_precision]'];
}

function lossOf(task: Choices['task']): string {
  switch (task) {
    case 'yesNo':
      return 'binary_crossentropy';
    case 'classes':
      return 'categorical_crossentropy';
    case 'number':
      return 'mean_squared_error';
    default:
      return assertNever(task);
  }
}

function lossWords({ task, target }: Choices): string {
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
      return t('The loss for numbers: the mean of the squared differences.');
    default:
      return assertNever(task);
  }
}

function reasons(excluded: Choices['excluded']): string {
  const told = excluded.slice(0, maxReasons).map(({ column, role }) => `${column.name} (${reasonOf(role)})`);
  const rest = excluded.length - told.length;
  return rest > 0 ? t('{0} and {1} more', told.join(', '), rest) : told.join(', ');
}

function reasonOf(role: Role): string {
  switch (role) {
    case 'constant':
      return t('one value only');
    case 'identifier':
      return t('a different value in every row');
    case 'huge':
      return t('numbers too large');
    case 'text':
      return t('free text');
    case 'sparse':
      return t('mostly missing');
    case 'gaps':
      return t('missing cells');
    case 'number':
    case 'category':
    case 'date':
    case 'mixed':
      return t('not needed');
    default:
      return assertNever(role);
  }
}

/** A list in brackets, over several lines if one would be too long. */
function listLines(head: string, names: readonly string[]): string[] {
  const words = names.map((name) => writeScalar(name, { flow: true }));
  const whole = `${head}[${words.join(', ')}]`;
  if (widthOf(whole) <= widest) {
    return [whole];
  }
  return [
    `${head}[`,
    ...wrap(words.map((word) => `${word},`).join('\u0000'), widest - 4, '\u0000').map((line) => `    ${line}`),
    '  ]',
  ];
}

function comment(indent: number, text: string): string[] {
  // A line break in a name must not end the comment, and YAML does not allow every character.
  const flat = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\uFFFE\uFFFF]+/gu, ' ');
  return wrap(flat, widest - indent - 2, ' ').map((line) => `${' '.repeat(indent)}# ${line}`);
}

/** Breaks the text at separators; words on one line are joined by blanks. */
function wrap(text: string, width: number, separator: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(separator)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    width += /[\u1100-\u11FF\u2E80-\uD7FF\uF900-\uFAFF\uFF00-\uFF60]/.test(character) ? 2 : 1;
  }
  return width;
}
