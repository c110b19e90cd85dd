/** The formatter: changes only white space, never the meaning. */
import type { Steps } from '../../common/steps';
import type { Problem, Range } from '../../spec/problem';
import { Reporter } from '../problems/reporter';
import type { ParsedSpec } from '../reading/parse';
import { Lines, type Span } from '../text/lines';
import { tokenSteps } from '../yaml/compose';
import { readDocument } from '../yaml/document';
import type { TreeNode } from '../yaml/tree';
import { editsOf, type SpaceEdit } from './edits';
import { piecesOf } from './pieces';

export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

/** Problems that leave the meaning of a file open, so that it cannot be preserved. */
const unreadable = [
  'yaml-character',
  'yaml-syntax',
  'multiple-documents',
  'nesting-too-deep',
  'file-too-large',
  'bad-key',
];

/**
 * The edits that format a file, or the lines of it that `within` touches. None for a file with syntax errors.
 * Lexing the text and checking the result are done in short steps.
 */
export function* formatSteps(parsed: ParsedSpec, within?: Range): Steps<TextEdit[]> {
  const { text, lines, problems, tree } = parsed;
  // A lone carriage return ends a line for an editor, but not for YAML.
  if (!isReadable(problems) || /\r(?!\n)/.test(text)) {
    return [];
  }
  const tokens = yield* tokenSteps(text);
  const pieces = piecesOf(tokens, text);
  if (!pieces) {
    return [];
  }
  yield;
  let edits = editsOf(pieces, text);
  if (within) {
    const { start, end } = within;
    // A selection of whole lines ends at the beginning of the next line.
    const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
    edits = edits.filter(({ span }) => {
      const { line } = lines.positionAt(span[1]);
      return line >= start.line && line <= last;
    });
  }
  if (edits.length === 0) {
    return [];
  }
  for (const kept of within ? [edits, edits.filter(staysOnLine(text))] : [edits]) {
    yield;
    const after = applyTo(text, kept);
    const report = new Reporter(new Lines(after));
    const read = yield* readDocument(after, report);
    yield;
    if (isReadable(report.list()) && sameMarks(parsed, { text: after, ...read }) && sameTree(tree, read.tree)) {
      yield;
      return kept.map(({ span, newText }) => ({ range: lines.range(span), newText }));
    }
  }
  return [];
}

function isReadable(problems: readonly Problem[]): boolean {
  return !problems.some(({ code }) => unreadable.includes(code));
}

/**
 * Whether an edit leaves the indentation of lines alone. Used if indenting only part of the file would break
 * it.
 */
function staysOnLine(text: string): (edit: SpaceEdit) => boolean {
  return ({ span }) => !text.slice(...span).includes('\n') && text[span[0] - 1] !== '\n';
}

function applyTo(text: string, edits: readonly SpaceEdit[]): string {
  const parts: string[] = [];
  let end = 0;
  for (const { span, newText } of edits) {
    parts.push(text.slice(end, span[0]), newText);
    end = span[1];
  }
  return parts.join('') + text.slice(end);
}

type Marked = Pick<ParsedSpec, 'text' | 'marks'>;

function sameMarks(before: Marked, after: Marked): boolean {
  const words = ({ text, marks }: Marked) => {
    const of = (span: Span) => text.slice(...span).trimEnd();
    return [
      ...marks.anchors.map(({ name }) => name),
      ...marks.aliases.map(({ name }) => name),
      ...marks.comments.map(of),
    ];
  };
  const [one, other] = [words(before), words(after)];
  return one.length === other.length && one.every((word, index) => word === other[index]);
}

/** Whether two trees are equal in value and form. Aliased nodes are compared only at their anchor. */
function sameTree(one: TreeNode | undefined, other: TreeNode | undefined): boolean {
  if (!one || !other) {
    return one === other;
  }
  if (one.alias || other.alias) {
    return one.alias !== undefined && other.alias !== undefined;
  }
  if (one.kind === 'scalar') {
    return other.kind === 'scalar' && Object.is(one.value, other.value) && one.quoted === other.quoted;
  }
  if (one.kind === 'list') {
    return (
      other.kind === 'list' &&
      one.flow === other.flow &&
      one.items.length === other.items.length &&
      one.items.every((item, index) => sameTree(item, other.items[index]))
    );
  }
  return (
    other.kind === 'map' &&
    one.flow === other.flow &&
    one.entries.length === other.entries.length &&
    one.entries.every(
      ({ key, value }, index) => key === other.entries[index].key && sameTree(value, other.entries[index].value),
    )
  );
}
