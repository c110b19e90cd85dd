/** Folding ranges: every map and list over several lines, runs of comments, marked regions. */
import type { ParsedSpec } from '../reading/parse';
import type { Span } from '../text/lines';
import { placeOf, type TreeNode } from '../yaml/tree';

/** Zero-based lines, both inclusive. */
export interface Fold {
  readonly start: number;
  readonly end: number;
  readonly kind?: 'comment' | 'region';
}

/** In order of the first line, at most one per line. Undefined where the file could not be read as YAML. */
export function foldsOf(parsed: ParsedSpec): Fold[] | undefined {
  const { tree, marks, lines, text } = parsed;
  if (!tree) {
    return undefined;
  }
  const folds = new Map<number, Fold>();
  const add = (start: number, end: number, kind?: Fold['kind']) => {
    const known = folds.get(start);
    if (end > start && (!known || known.end < end)) {
      folds.set(start, { start, end, kind });
    }
  };
  const lineOf = (offset: number) => lines.positionAt(offset).line;
  /** Whether the first word of each line closes a list or map. */
  const closing = new Map<number, boolean>();
  const closes = (line: number) => {
    const start = lines.offsetAt({ line, character: 0 });
    const end = lines.offsetAt({ line: line + 1, character: 0 });
    const known = closing.get(line) ?? /^\s*[\]}]/.test(text.slice(start, end));
    closing.set(line, known);
    return known;
  };
  /** The last line to fold: the closing bracket stays visible. */
  const lastLine = ([start, end]: Span, flow: boolean) => {
    let last = Math.min(end, text.length);
    while (last > start && /\s/.test(text[last - 1])) {
      last--;
    }
    const line = lineOf(last);
    return flow && line > lineOf(start) && closes(line) ? line - 1 : line;
  };
  const visit = (node: TreeNode, owner: number): void => {
    if (node.alias) {
      return;
    }
    if (node.kind !== 'scalar' || node.span[1] > node.span[0]) {
      add(owner, lastLine(node.span, node.kind !== 'scalar' && node.flow));
    }
    visitChildren(node);
  };
  const visitChildren = (node: TreeNode): void => {
    if (node.kind === 'map') {
      for (const { keySpan, value } of node.entries) {
        visit(value, lineOf(keySpan[0]));
      }
    } else if (node.kind === 'list') {
      for (const item of node.items) {
        visit(item, lineOf(placeOf(item)[0]));
      }
    }
  };
  visitChildren(tree);
  foldComments(marks.comments, parsed, add);
  return [...folds.values()].sort((a, b) => a.start - b.start);
}

function foldComments(
  comments: readonly Span[],
  { lines, text }: ParsedSpec,
  add: (start: number, end: number, kind: Fold['kind']) => void,
): void {
  const regions: number[] = [];
  let first: number | undefined;
  let previous = Number.NaN;
  const close = () => {
    if (first !== undefined) {
      add(first, previous, 'comment');
    }
    first = undefined;
  };
  for (const [start, end] of comments) {
    const { line, character } = lines.positionAt(start);
    const words = text.slice(start, end);
    // A comment after a value belongs to the line of that value.
    const alone = text.slice(start - character, start).trim() === '';
    const region = /^#\s*(region|endregion)\b/.exec(words)?.[1];
    if (!alone || region || line !== previous + 1) {
      close();
    }
    if (region === 'region') {
      regions.push(line);
    } else if (region === 'endregion') {
      const from = regions.pop();
      if (from !== undefined) {
        add(from, line, 'region');
      }
    } else if (alone) {
      first ??= line;
      previous = line;
    }
  }
  close();
}
