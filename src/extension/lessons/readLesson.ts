/** The lesson that an open notebook holds, read anew after each change. */
import type * as vscode from 'vscode';
import { Lines } from '../../language';
import { type Lesson, type PlacedBlock, parseLesson } from '../../lessons/lesson';
import { fileOf } from '../../lessons/notebook';
import type { Problem } from '../../spec/problem';
import { fileNameOf } from '../files/names';
import { lessonIn } from './serializer';

/** The type of notebook of lessons. */
export const lessonType = 'nnlesson';

export interface ReadLesson {
  readonly lesson: Lesson;
  blockOf(cell: vscode.NotebookCell): PlacedBlock | undefined;
  cellOf(block: PlacedBlock): vscode.NotebookCell | undefined;
  /** The problems in a cell, with places in it. Those of its fence are at its beginning. */
  problemsIn(cell: vscode.NotebookCell): readonly Problem[];
  /** Those without what the spec of a cell has by itself. */
  problemsOfLessonIn(cell: vscode.NotebookCell): readonly Problem[];
}

const known = new WeakMap<vscode.NotebookDocument, { readonly version: string; readonly read: ReadLesson }>();

export function readLesson(notebook: vscode.NotebookDocument): ReadLesson {
  const versions = notebook.getCells().map(({ document }) => document.version);
  const version = [notebook.version, ...versions].join();
  const last = known.get(notebook);
  if (last?.version === version) {
    return last.read;
  }
  const read = readNow(notebook);
  known.set(notebook, { version, read });
  return read;
}

function readNow(notebook: vscode.NotebookDocument): ReadLesson {
  const { text, starts } = fileOf(lessonIn(notebook));
  const lesson = parseLesson(text, fileNameOf(notebook.uri));
  const lines = new Lines(text);
  const firsts = starts.map((start) => lines.positionAt(start).line);
  const cells = notebook.getCells();
  /** The lines of a cell, with its fences. */
  const linesOf = (index: number): readonly [number, number] => {
    const fence = cells[index].kind === codeKind ? 1 : 0;
    // Problems of the first keys are shown in the first cell.
    return [index === 0 ? 0 : firsts[index] - fence, firsts[index] + cells[index].document.lineCount + fence];
  };
  const isIn = (index: number, line: number) => {
    const [from, to] = linesOf(index);
    return line >= from && line < to;
  };
  const placed = ({ index, document }: vscode.NotebookCell, problems: readonly Problem[]) =>
    problems
      .filter(({ range }) => isIn(index, range.start.line))
      .map((problem) => ({ ...problem, range: raised(problem.range, firsts[index], document) }));
  return {
    lesson,
    blockOf: ({ index }) => lesson.blocks.find(({ line }) => isIn(index, line)),
    cellOf: ({ line }) => cells.find(({ index }) => isIn(index, line)),
    problemsIn: (cell) => placed(cell, lesson.problems),
    problemsOfLessonIn: (cell) =>
      placed(
        cell,
        lesson.problems.filter((problem) => !lesson.ofSpecs.has(problem)),
      ),
  };
}

/** `vscode.NotebookCellKind.Code` */
const codeKind = 2;

/** A range of the file in a cell that begins at a line of it. */
function raised({ start, end }: Problem['range'], first: number, { lineCount }: vscode.TextDocument): Problem['range'] {
  const inside = ({ line, character }: typeof start) =>
    line < first
      ? { line: 0, character: 0 }
      : { line: Math.min(line - first, lineCount - 1), character: line - first < lineCount ? character : 0 };
  return { start: inside(start), end: inside(end) };
}
