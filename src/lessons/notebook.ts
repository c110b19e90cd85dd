/** A lesson as a notebook editor holds it: cells of Markdown and of code, and the way back to its bytes. */
import { type Cell, cellsOf, placedText } from './cells';
import { type BlockKind, blockKinds, piecesOf } from './pieces';

/** The language of each block that is a cell of code. A question shows its form, so it is Markdown. */
export const cellLanguages = {
  nnspec: 'nnspec',
  plot: 'nnlesson-plot',
  compute: 'nnlesson-compute',
  compare: 'nnlesson-compare',
  measure: 'nnlesson-measure',
  walk: 'nnlesson-walk',
} as const satisfies Readonly<Record<Exclude<BlockKind, 'question'>, string>>;

/** `before` and `after` are what the file has around the text of the cell, from its fences on. */
export interface Around {
  readonly before: string;
  readonly after: string;
  /** The text itself, where there are other line breaks than those of Unix. */
  readonly whole?: string;
}

export interface NotebookCell {
  readonly isCode: boolean;
  readonly language: string;
  readonly text: string;
  /** Absent from a cell that was made in the editor. */
  readonly around?: Around;
}

export interface Notebook {
  /** The keys at the beginning; `text` is without their lines of `---`. */
  readonly front?: { readonly text: string; readonly around: Around };
  readonly cells: readonly NotebookCell[];
}

const mark = '\uFEFF';

export function notebookOf(text: string): Notebook {
  const [first, ...rest] = cellsOf(text);
  if (first?.kind === 'front') {
    const { body, around = { before: '', after: '' } } = first;
    return { front: { text: body, around }, cells: rest.map(notebookCell) };
  }
  return { cells: first ? [first, ...rest].map(notebookCell) : [] };
}

function notebookCell({ kind, body, around = { before: '', after: '' } }: Cell): NotebookCell {
  if (kind !== 'markdown' && kind !== 'question' && kind !== 'front') {
    return { isCode: true, language: cellLanguages[kind], text: body, around: kept(body, around.before, around.after) };
  }
  // The form of a question is drawn from its whole block; editors drop a mark at the beginning of a text.
  const [before, text, after] =
    kind === 'question'
      ? withFences(body, around)
      : body.startsWith(mark)
        ? [around.before + mark, body.slice(1), around.after]
        : [around.before, body, around.after];
  return { isCode: false, language: 'markdown', text, around: kept(text, before, after) };
}

function kept(text: string, before: string, after: string): Around {
  return { before, after, ...((before + text + after).includes('\r') && { whole: text }) };
}

/** A question with its fences, between what is before them and behind. */
function withFences(body: string, { before, after }: Around): [string, string, string] {
  const start = lastLine(before);
  const fence = /^(?:\r\n|\n|\r)?[^\r\n]*/.exec(after)?.[0] ?? '';
  return [before.slice(0, start), before.slice(start) + body + fence, after.slice(fence.length)];
}

/** The place at which the last line begins that is not empty. */
function lastLine(text: string): number {
  const end = text.trimEnd().length;
  return Math.max(text.lastIndexOf('\n', end - 1), text.lastIndexOf('\r', end - 1)) + 1;
}

/** The file of a notebook, and where the text of each cell begins in it. */
export function fileOf({ front, cells }: Notebook): { readonly text: string; readonly starts: readonly number[] } {
  const { text, starts } = placedText([
    ...(front ? [{ kind: 'front', body: front.text, around: front.around } as const] : []),
    ...cells.map(fileCell),
  ]);
  const own = front ? starts.slice(1) : starts;
  // The text of a question begins with its fence.
  return { text, starts: own.map((start, index) => start - fenceBefore(cells[index])) };
}

function fileCell(cell: NotebookCell): Cell {
  const text = textOf(cell);
  const { around } = cell;
  if (cell.isCode) {
    const kind = kindOf(cell.language);
    return kind
      ? { kind, body: text, ...(around && fitting(kind, around) && { around }) }
      : { kind: 'markdown', body: `\`\`\`${cell.language}\n${text}\n\`\`\``, ...(around && { around: bare(around) }) };
  }
  const fenced = blockOf(cell);
  return fenced && around
    ? {
        kind: fenced.kind,
        body: text.slice(fenced.from, fenced.to),
        around: { before: around.before + text.slice(0, fenced.from), after: text.slice(fenced.to) + around.after },
      }
    : { kind: 'markdown', body: text, around };
}

/** Editors keep one kind of line break in a text. One that was not changed otherwise is as it was. */
function textOf({ text, around }: NotebookCell): string {
  const plain = (each: string) => each.replace(/\r\n|\r/g, '\n');
  if (around?.whole !== undefined && plain(text) === plain(around.whole)) {
    return around.whole;
  }
  const isWindows = around !== undefined && /\r\n/.test(around.before + around.after);
  return isWindows ? plain(text).replaceAll('\n', '\r\n') : text;
}

function fenceBefore(cell: NotebookCell): number {
  return (!cell.isCode && blockOf(cell)?.from) || 0;
}

/** The block that a cell of Markdown consists of, and its body. Behind a mark no line is a fence. */
function blockOf(
  cell: NotebookCell,
): { readonly kind: BlockKind; readonly from: number; readonly to: number } | undefined {
  if (!cell.around || cell.around.before.endsWith(mark)) {
    return undefined;
  }
  const text = textOf(cell);
  const [piece, more] = piecesOf(text).pieces;
  if (piece?.kind !== 'block' || more) {
    return undefined;
  }
  const [from, end] = piece.body;
  const lineBreak = /(?:\r\n|\n|\r)$/.exec(text.slice(from, end))?.[0].length ?? 0;
  return { kind: piece.block, from, to: end - lineBreak };
}

/** The kind of block in cells of this language. */
export function kindOf(language: string): keyof typeof cellLanguages | undefined {
  return (Object.keys(cellLanguages) as (keyof typeof cellLanguages)[]).find(
    (kind) => cellLanguages[kind] === language,
  );
}

/** Whether the fences around a cell are still those of its kind: its language may have been changed. */
function fitting(kind: BlockKind, { before }: Around): boolean {
  return wordIn(before) === kind;
}

/** The text around a block and its fences. */
function bare({ before, after }: Around): Around {
  return { before: before.slice(0, lastLine(before)), after: after.replace(/^(?:\r\n|\n|\r)?[^\r\n]*/, '') };
}

function wordIn(before: string): string | undefined {
  const { words } = fenceIn(before);
  const [word] = words
    .join(' ')
    .replace(/^[`~]+ ?/, '')
    .split(' ', 1);
  return blockKinds.find((kind) => kind === word);
}

const nameMark = 'name=';

/** The name of a cell that trains, by which other blocks know it. */
export function nameOf({ around }: Pick<NotebookCell, 'around'>): string | undefined {
  const { words } = fenceIn(around?.before ?? '');
  return words.find((word) => word.startsWith(nameMark))?.slice(nameMark.length);
}

/** The text around a cell that trains once it has this name; an empty one takes its name away. */
export function named({ around = newAround }: Pick<NotebookCell, 'around'>, name: string): Around {
  const { start, words, end } = fenceIn(around.before);
  const others = words.filter((word) => !word.startsWith(nameMark));
  return { ...around, before: start + [...others, ...(name === '' ? [] : [nameMark + name])].join(' ') + end };
}

/** The words of the fence that a text ends with, between the text before it and its line break. */
function fenceIn(before: string): { readonly start: string; readonly words: readonly string[]; readonly end: string } {
  const at = lastLine(before);
  const line = before.slice(at).trimEnd();
  const end = before.slice(at + line.length);
  const indent = line.length - line.trimStart().length;
  return { start: before.slice(0, at + indent), words: line.trim().split(/[ \t]+/), end };
}

const newAround: Around = { before: '```nnspec\n', after: '\n```\n' };
