/** From a text to YAML's nodes and raw syntax errors; messages are made later. */
import { CST, Lexer, Parser } from 'yaml';
import type { Steps } from '../../common/steps';
import { maximumNesting } from '../text/limits';
import type { Span } from '../text/lines';
import { type ComposedDocument, composeSteps, lexemesPerStep } from './compose';
import type { Marks } from './marks';
import { UnclosedFinder } from './unclosed';

export interface Scan {
  /** At least one document; empty where lists and maps are nested too deep. */
  readonly documents: readonly ComposedDocument[];
  readonly marks: Marks;
  /** Tags, which specs do not use. */
  readonly tags: readonly Span[];
  /** Offsets of brackets and quotes that are never closed. */
  readonly unclosed: readonly number[];
  /** The lexeme at which the nesting became too deep; the text after it was not read. */
  readonly tooDeep?: Span;
}

type MarkLists = { -readonly [K in keyof Marks]: Mutable<Marks[K]> };
type Mutable<T> = T extends readonly (infer E)[] ? E[] : never;

/** Checks the nesting while lexing, so that no recursive code sees a text that is nested too deep. */
export function* scanSteps(text: string): Steps<Scan> {
  const marks: MarkLists = { anchors: [], aliases: [], comments: [] };
  const tags: Span[] = [];
  const open = new UnclosedFinder();
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let scalarFollows = false;
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++count % lexemesPerStep === 0) {
      yield;
    }
    const start = parser.offset;
    const type: string | null = scalarFollows ? null : CST.tokenType(lexeme);
    scalarFollows = type === 'scalar';
    open.see(type, lexeme, start);
    const span: Span = [start, start + lexeme.length];
    if (type === 'anchor') {
      marks.anchors.push({ name: lexeme.slice(1), span });
    } else if (type === 'alias') {
      marks.aliases.push({ name: lexeme.slice(1), span });
    } else if (type === 'comment') {
      marks.comments.push(span);
    } else if (type === 'tag') {
      tags.push(span);
    }
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
    }
    if (nestingOf(parser) > maximumNesting) {
      return { documents: [], marks, tags, unclosed: open.all(), tooDeep: span };
    }
  }
  for (const token of parser.end()) {
    tokens.push(token);
  }
  yield;
  return { documents: yield* composeSteps(tokens, text.length), marks, tags, unclosed: open.all() };
}

/** How many lists and maps are open. */
function nestingOf({ stack }: Parser): number {
  // The stack also holds other tokens: while it is short, collections need not be counted.
  return stack.length > maximumNesting ? stack.filter(CST.isCollection).length : stack.length;
}
