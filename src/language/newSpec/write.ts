/** Writes the choices as a spec, each explained by a comment in the person's language. */
import { t } from '@vscode/l10n';
import { doubtedMarks, readMarks } from '../../spec/markWords';
import { unitNotes } from '../../spec/units';
import { wildWords } from '../../spec/wildTargets';
import { writeScalar } from '../unfinished/scalars';
import type { Choices } from './decide';
import {
  type DataFile,
  dataEntries,
  type Entry,
  layerEntries,
  leakWords,
  reasonOf,
  spellingNotes,
  taskWords,
  timeNotes,
  trainingEntries,
  withoutTargetNotes,
} from './entries';
import type { Role } from './roles';

/** Maximum width of a line; a Korean character takes two columns. */
const widest = 76;

/** A choice as the spec has it: the path of its key, its value in YAML, and why. */
export interface WrittenChoice {
  readonly key: string;
  readonly value: string;
  readonly reason?: string;
}

export interface LeftOut {
  readonly column: string;
  readonly code: Role;
  readonly reason: string;
}

export interface NewSpec {
  readonly text: string;
  /** Says of what kind the task is. */
  readonly task: string;
  readonly choices: readonly WrittenChoice[];
  /** The columns that are no inputs. */
  readonly leftOut: readonly LeftOut[];
  /** Says which cells may have been meant otherwise, and how they are read or learned. */
  readonly notes: readonly string[];
}

export function writeSpec(choices: Choices, file: DataFile): NewSpec {
  const task = taskWords(choices);
  const seed: Entry = { key: 'seed', value: '42', reason: t('The same seed gives the same run, to the bit.') };
  const data = dataEntries(choices, file);
  const layers = layerEntries(choices, file.rows);
  const training = trainingEntries(choices);
  const text = [
    ...comment(0, t('A first network for {0}: {1} rows. {2}', file.path, file.rows, task)),
    ...comment(0, t('Every choice below is a proposal. Hover over a name to learn what it means.')),
    '',
    `name: ${writeScalar(titleOf(choices, file.path))}`,
    ...linesOf(0, seed),
    '',
    'data:',
    ...data.flatMap((entry) => linesOf(2, entry)),
    '',
    'model:',
    '  layers:',
    ...layers.flatMap((entry) => linesOf(4, entry)),
    '',
    'training:',
    ...training.flatMap((entry) => linesOf(2, entry)),
    '',
  ].join('\n');
  const written = [
    withPath('', [seed]),
    withPath('data.', data),
    withPath('model.layers', layers),
    withPath('training.', training),
  ];
  const notes = [
    ...(choices.wild ? [`${wildWords(choices.target.name, choices.wild)} ${wildRemedy()}`] : []),
    ...timeNotes(choices.time),
    ...(file.naValues ? (file.marked ?? []).map(readMarks) : []),
    ...doubtNotes(choices, file.doubted),
    ...unitNotes([choices.target, ...choices.inputs]),
    ...withoutTargetNotes(choices.target, file.rows),
    ...spellingNotes([choices.target, ...choices.inputs]),
  ];
  return { text, task, choices: written.flat(), leftOut: leftOutOf(choices), notes };
}

/** About columns that are no inputs, or categories, only since some of their cells are texts. */
function doubtNotes({ excluded, categories }: Choices, doubted: DataFile['doubted'] = []): string[] {
  const names = new Set([
    ...categories,
    ...excluded.flatMap(({ column, role }) => (role === 'text' ? [column.name] : [])),
  ]);
  return doubted.filter(({ column }) => names.has(column)).map(doubtedMarks);
}

function wildRemedy(): string {
  return t('The spec learns them by loss: huber and scale_target: robust. Correct or remove what is wrong.');
}

function leftOutOf({ excluded, givenAway }: Choices): LeftOut[] {
  const found = new Map(givenAway.map((each) => [each.column, each]));
  return excluded.map(({ column, role }) => {
    const leak = found.get(column.name);
    return { column: column.name, code: role, reason: leak ? leakWords(leak) : reasonOf(column, role) };
  });
}

function titleOf({ target }: Choices, path: string): string {
  const base = path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*(?:\.gz)?$/i, '');
  return `${base}: ${target.name}`;
}

function withPath(path: string, entries: readonly Entry[]): WrittenChoice[] {
  return entries.map(({ key = '', value, reason }) => ({
    key: `${path}${key}`,
    value: typeof value === 'string' ? value : `[${value.join(', ')}]`,
    ...(reason === undefined ? {} : { reason }),
  }));
}

/** The reason as a comment above the key and its value. An entry without a key is an item of a list. */
function linesOf(indent: number, { key, value, reason }: Entry): string[] {
  const head = `${' '.repeat(indent)}${key === undefined ? '- ' : `${key}: `}`;
  return [
    ...(reason === undefined ? [] : comment(indent, reason)),
    ...(typeof value === 'string' ? [`${head}${value}`] : listLines(head, indent, value)),
  ];
}

/** A list in brackets, over several lines if one would be too long. */
function listLines(head: string, indent: number, items: readonly string[]): string[] {
  const whole = `${head}[${items.join(', ')}]`;
  if (widthOf(whole) <= widest) {
    return [whole];
  }
  const [outer, inner] = [' '.repeat(indent), ' '.repeat(indent + 2)];
  const wrapped = wrap(items.map((item) => `${item},`).join('\u0000'), widest - inner.length, '\u0000');
  return [`${head}[`, ...wrapped.map((line) => `${inner}${line}`), `${outer}]`];
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
