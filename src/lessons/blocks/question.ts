/** The block `question`: what is asked, the answer, and what is said of it. */
import { t } from '@vscode/l10n';
import { textOfBase64 } from '../../common/base64';
import { type Entry, entryOf, OwnReading, type ScalarNode, type TreeNode } from '../../language';
import type { Expectation } from '../../spec/spec';
import { parseExpression, work } from '../expression';
import { Faults } from '../faults';
import type { Value } from '../values';
import { type BlockText, inFile, type Reference, referencesIn } from './block';
import { free, key, name, requiredKey, text } from './keys';
import { type Variation, variationsIn } from './references';

export interface QuestionBlock {
  readonly kind: 'question';
  readonly id: Reference;
  readonly ask: string;
  readonly answer: Answer;
  /** The cell whose run the answer is about, or the comparison or measurement whose values it uses. */
  readonly of?: Reference;
  /** Settings of the cell with which the answer is met, where the reader has to find them. */
  readonly solution: readonly Variation[];
  readonly hint?: string;
  readonly explain?: string;
  /** By wrong answer, as a choice's index or a number: what is said to it. */
  readonly wrong: ReadonlyMap<number, string>;
}

export type Answer =
  /** Given as an expression over the computations above, or over the final values of the run of `of`. */
  | { readonly kind: 'number'; readonly expression: string; readonly tolerance: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly right: number }
  /** Answered by a run that meets it. */
  | { readonly kind: 'expect'; readonly expect: Expectation };

const schema = {
  type: 'map',
  example: '{ id: units, ask: How many units?, number: 2 }',
  keys: [
    requiredKey('id', name),
    requiredKey('ask', text),
    key('number', free),
    key('choices', { type: 'list', of: name, minimumLength: 2, maximumLength: 10, distinct: true }),
    key('answer', { type: 'integer', minimum: 0 }),
    key('expect', { type: 'expectation' }),
    key('tolerance', { type: 'number', minimum: 0 }),
    key('of', name),
    key('solution', { type: 'paths' }),
    key('hint', text),
    key('explain', text),
    key('wrong', free),
  ],
} as const;

type Reading = ReturnType<typeof readKeys>;

function readKeys(reading: OwnReading) {
  return reading.read(schema, 'question');
}

/** `names` are the values of the computations above. */
export function readQuestion(block: BlockText, names: ReadonlyMap<string, Value>): QuestionBlock | undefined {
  const { tree } = new OwnReading(block.text);
  const encoded = entryOf(tree, 'encoded');
  return encoded ? readEncoded(tree, encoded, block, names) : readPlain(block, names);
}

/** A question of a shipped lesson: what it does not show is encoded. */
function readEncoded(
  tree: TreeNode | undefined,
  { keySpan, value }: Entry,
  block: BlockText,
  names: ReadonlyMap<string, Value>,
): QuestionBlock | undefined {
  const hidden = value.kind === 'scalar' ? textOfBase64(value.source) : undefined;
  const text = `${block.text.slice(0, keySpan[0])}${hidden}${block.text.slice(value.span[1])}`;
  const faults = new Faults(text);
  const question = hidden === undefined ? undefined : readPlain({ text, offset: 0, faults }, names);
  const [id] = referencesIn(entryOf(tree, 'id')?.value, block);
  if (!question || !id || faults.errors > 0) {
    block.faults.add('bad-question', inFile(block, value.span), t('This encoded answer cannot be read.'));
    return undefined;
  }
  const span = inFile(block, value.span);
  const solution = question.solution.map(({ path, values }) => ({
    path,
    span,
    values: values.map(({ value }) => ({ value, span })),
  }));
  const [of] = referencesIn(entryOf(tree, 'of')?.value, block);
  return { ...question, id, of, solution };
}

function readPlain(block: BlockText, names: ReadonlyMap<string, Value>): QuestionBlock | undefined {
  const reading = new OwnReading(block.text);
  const read = readKeys(reading);
  const spanOf = (key: string) => inFile(block, entryOf(reading.tree, key)?.keySpan ?? [0, 0]);
  const [of] = referencesIn(entryOf(reading.tree, 'of')?.value, block);
  const answer = reading.hasErrors ? undefined : answerIn(read, reading, block, of ? undefined : names);
  const wrong = answer && wrongAnswers(read?.wrong, answer, block);
  const solution = solutionIn(reading, answer, block);
  block.faults.addFrom(reading, block.offset);
  const [id] = referencesIn(entryOf(reading.tree, 'id')?.value, block);
  if (answer?.kind === 'expect' && !of) {
    const message = t('“expect” is about a run. Name its cell under “of”.');
    block.faults.add('bad-question', spanOf('expect'), message);
    return undefined;
  }
  if (!read?.ask || !id || !answer || !wrong || !solution) {
    return undefined;
  }
  const { ask, hint, explain } = read;
  return { kind: 'question', id, ask, answer, of, solution, hint, explain, wrong };
}

const answers = ['number', 'choices', 'expect'] as const;

/** Without `names` an expression may name values that only the run will have. */
function answerIn(
  read: Reading,
  reading: OwnReading,
  block: BlockText,
  names: ReadonlyMap<string, Value> | undefined,
): Answer | undefined {
  const given = answers.filter((kind) => read?.[kind] !== undefined);
  const fault = (key: string | undefined, message: string) => {
    const entry = key === undefined ? undefined : entryOf(reading.tree, key);
    const first = reading.tree?.kind === 'map' ? reading.tree.entries[0] : undefined;
    block.faults.add('bad-question', inFile(block, (entry ?? first)?.keySpan ?? [0, 0]), message);
    return undefined;
  };
  if (!read || given.length === 0) {
    return read && fault(undefined, t('A question has an answer: one of {0}.', answers.join(', ')));
  }
  if (given.length > 1) {
    return fault(given[1], t('A question has one answer, not both “{0}” and “{1}”.', given[0], given[1]));
  }
  const { number, choices, answer: right, expect, tolerance } = read;
  if (tolerance !== undefined && !number) {
    return fault('tolerance', t('Only a number has a tolerance.'));
  }
  if (right !== undefined && !choices) {
    return fault('answer', t('“answer” counts the choices, but there are none. Write {0}.', 'choices: [2, 4, 8]'));
  }
  if (choices) {
    if (right === undefined) {
      return fault('choices', t('Which choice is right? Write {0}; the first is 0.', 'answer: 0'));
    }
    return right < choices.length
      ? { kind: 'choice', choices, right }
      : fault('answer', t('The last choice is {0}; the first is 0.', choices.length - 1));
  }
  if (expect) {
    return { kind: 'expect', expect };
  }
  return number && numberIn(number, tolerance ?? 0, block, names);
}

function numberIn(
  node: TreeNode,
  tolerance: number,
  block: BlockText,
  names: ReadonlyMap<string, Value> | undefined,
): Answer | undefined {
  const expression =
    node.kind === 'scalar' && !node.quoted ? node.source : node.kind === 'scalar' ? String(node.value) : '';
  const fault = ([start, end]: readonly [number, number], message: string) => {
    const shift = node.kind === 'scalar' && node.quoted ? 1 : 0;
    const at = node.span[0] + shift;
    block.faults.add('bad-expression', inFile(block, [at + start, at + end]), message);
    return undefined;
  };
  const parsed = parseExpression(expression);
  const worked = 'problem' in parsed ? parsed : names ? work(parsed, names) : undefined;
  if (worked && 'problem' in worked) {
    return fault(worked.problem.at, worked.problem.message);
  }
  if (worked && typeof worked.value !== 'number') {
    return fault([0, expression.length], t('The answer must be one number.'));
  }
  return { kind: 'number', expression, tolerance };
}

/** Undefined where it is out of place, which was reported. */
function solutionIn(
  reading: OwnReading,
  answer: Answer | undefined,
  block: BlockText,
): readonly Variation[] | undefined {
  const entry = entryOf(reading.tree, 'solution');
  const solution = variationsIn(entry?.value, block);
  const choice = solution.find(({ values }) => values.length !== 1);
  if (entry && answer && answer.kind !== 'expect') {
    const message = t('Only a question with “expect” has a solution.');
    block.faults.add('bad-question', inFile(block, entry.keySpan), message);
    return undefined;
  }
  if (choice) {
    block.faults.add('bad-question', choice.span, t('A solution has one value for each setting.'));
    return undefined;
  }
  return solution;
}

/** Undefined where one is out of place, which was reported. */
function wrongAnswers(node: TreeNode | undefined, answer: Answer, block: BlockText): Map<number, string> | undefined {
  const wrong = new Map<number, string>();
  let isSound = true;
  const fault = (span: readonly [number, number], message: string) => {
    isSound = false;
    block.faults.add('bad-question', inFile(block, span), message);
  };
  if (node && node.kind !== 'map') {
    fault(node.span, t('“wrong” says something to each wrong answer, as in {0}.', '{ 1: Not quite. }'));
    return undefined;
  }
  for (const { key: written, keySpan, value } of node?.entries ?? []) {
    const index = Number(written);
    if (answer.kind === 'choice' && !(Number.isInteger(index) && index >= 0 && index < answer.choices.length)) {
      fault(keySpan, t('The last choice is {0}; the first is 0.', answer.choices.length - 1));
    } else if (answer.kind === 'choice' && index === answer.right) {
      fault(keySpan, t('This answer is the right one.'));
    } else if (answer.kind === 'expect' || !Number.isFinite(index)) {
      fault(keySpan, t('A wrong answer is a choice, counted from 0, or a number.'));
    } else if (!isText(value)) {
      fault(keySpan, t('There is no text for this answer.'));
    } else {
      wrong.set(index, String(value.value));
    }
  }
  return isSound ? wrong : undefined;
}

function isText(node: TreeNode): node is ScalarNode {
  return node.kind === 'scalar' && node.value !== null && node.value !== '';
}
