/** The block `compute`: lines that name a value or an expression over earlier ones, worked step by step. */
import { t } from '@vscode/l10n';
import { type Expression, type ExpressionProblem, isTaken, parseExpression, work } from '../expression';
import type { Step } from '../steps';
import type { Value } from '../values';
import { type BlockText, inFile } from './block';

export interface ComputeLine {
  readonly name: string;
  /** The expression as written. */
  readonly text: string;
  readonly value: Value;
  readonly steps: readonly Step[];
}

export interface ComputeBlock {
  readonly kind: 'compute';
  readonly lines: readonly ComputeLine[];
}

/** Computations that one lesson may hold. */
export const mostComputations = 1000;

const namePattern = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** `names` are the values of the blocks before; those of this block are added. */
export function readCompute(block: BlockText, names: Map<string, Value>): ComputeBlock {
  const lines: ComputeLine[] = [];
  const own = new Set<string>();
  for (const { name, nameAt, text, textAt } of statementsOf(block)) {
    if (block.faults.full) {
      break;
    }
    const fault = (
      code: 'bad-expression' | 'bad-name' | 'duplicate-name',
      [start, end]: readonly [number, number],
      message: string,
    ) => block.faults.add(code, inFile(block, [start, end]), message);
    const nameSpan = [nameAt, nameAt + name.length] as const;
    if (!namePattern.test(name)) {
      fault('bad-name', nameSpan, t('A name is made of letters, digits and _, with no digit first.'));
      continue;
    }
    if (isTaken(name)) {
      fault('bad-name', nameSpan, t('“{0}” is a name of the language. Choose another one.', name));
      continue;
    }
    if (own.has(name)) {
      fault('duplicate-name', nameSpan, t('“{0}” is here twice. Choose another name.', name));
      continue;
    }
    own.add(name);
    if (text === '') {
      fault('bad-expression', nameSpan, t('“{0}” has no value. Write a number, a list or an expression.', name));
      continue;
    }
    const worked = workedOut(text, names);
    if ('problem' in worked) {
      const { at, message } = worked.problem;
      fault('bad-expression', [textAt + at[0], textAt + at[1]], message);
      names.delete(name);
      continue;
    }
    names.set(name, worked.value);
    lines.push({ name, text, ...worked });
  }
  return { kind: 'compute', lines };
}

function workedOut(text: string, names: ReadonlyMap<string, Value>) {
  const expression: Expression | { readonly problem: ExpressionProblem } = parseExpression(text);
  return 'problem' in expression ? expression : work(expression, names);
}

interface Statement {
  readonly name: string;
  readonly nameAt: number;
  readonly text: string;
  readonly textAt: number;
}

/** A statement is a name, a colon and an expression; further lines of the expression are indented more. */
function* statementsOf(block: BlockText): Generator<Statement> {
  const { text } = block;
  for (let at = 0; at < text.length; ) {
    const first = text.slice(at, lineEnd(text, at));
    const indent = first.length - first.trimStart().length;
    if (first.trim() === '' || first[indent] === '#') {
      at += first.length + 1;
      continue;
    }
    const end = statementEnd(text, at + first.length, indent);
    const colon = first.indexOf(':');
    const name = first.slice(indent, Math.max(indent, colon)).trimEnd();
    if (name === '') {
      const message = t('A line is a name, a colon and a value, as in “{0}”.', 'W: [[1, 2], [0, 1]]');
      block.faults.add('bad-expression', inFile(block, [at + indent, at + first.trimEnd().length]), message);
    } else {
      const rest = withoutComments(text.slice(at + colon + 1, end));
      const spaces = rest.length - rest.trimStart().length;
      yield { name, nameAt: at + indent, text: rest.trim(), textAt: at + colon + 1 + spaces };
    }
    at = end + 1;
  }
}

/** Comments become spaces, so that places stay. A comment begins with a number sign behind a space. */
function withoutComments(text: string): string {
  return text.replace(/(?<!\S)#[^\r\n]*/g, (comment) => ' '.repeat(comment.length));
}

/** The end of the lines from here that go on with an expression. */
function statementEnd(text: string, end: number, indent: number): number {
  let last = end;
  while (last < text.length) {
    const line = text.slice(last + 1, lineEnd(text, last + 1));
    const own = line.length - line.trimStart().length;
    if (own <= indent || own === line.length || line.includes(':') || line[own] === '#') {
      return last;
    }
    last += 1 + line.length;
  }
  return last;
}

function lineEnd(text: string, at: number): number {
  const found = text.indexOf('\n', at);
  return found < 0 ? text.length : found;
}
