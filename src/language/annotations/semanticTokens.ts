/** Semantic tokens: the meaning of each word, for colours that know the language. */
import { assertNever } from '../../common/assertNever';
import { type Steps, takeAll } from '../../common/steps';
import { type Occurrence, occurrenceSteps, type Role } from '../navigation/occurrences';
import { parseExpectation } from '../reading/expectation';
import type { ParsedSpec } from '../reading/parse';
import type { Span } from '../text/lines';
import { partOfScalar } from '../yaml/scalarParts';

type TokenType =
  | 'chapter'
  | 'key'
  | 'property'
  | 'layer'
  | 'activation'
  | 'function'
  | 'dataset'
  | 'variable'
  | 'column'
  | 'enumMember'
  | 'number'
  | 'boolean'
  | 'operator'
  | 'keyword'
  | 'anchor';

export interface SemanticToken {
  readonly line: number;
  readonly character: number;
  readonly length: number;
  readonly type: TokenType;
  readonly modifiers: readonly ('declaration' | 'defaultLibrary')[];
}

/** In order of the text, without overlaps, each on one line. */
export function semanticTokensOf(parsed: ParsedSpec): SemanticToken[] {
  return takeAll(semanticTokenSteps(parsed));
}

/** Words looked at between two yields. */
const wordsPerStep = 512;

/** `semanticTokensOf` in short steps. */
export function* semanticTokenSteps(parsed: ParsedSpec): Steps<SemanticToken[]> {
  const { lines, marks } = parsed;
  const found: Found[] = [];
  for (const [index, occurrence] of (yield* occurrenceSteps(parsed)).entries()) {
    if (index % wordsPerStep === 0) {
      yield;
    }
    addTokens(occurrence, found);
  }
  for (const { span } of marks.anchors) {
    found.push({ span, type: 'anchor', modifiers: ['declaration'] });
  }
  for (const { span } of marks.aliases) {
    found.push({ span, type: 'anchor' });
  }
  if (marks.anchors.length + marks.aliases.length > 0) {
    found.sort((a, b) => a.span[0] - b.span[0]);
  }
  const tokens: SemanticToken[] = [];
  let end = 0;
  for (const [index, { span, type, modifiers = [] }] of found.entries()) {
    if (index % wordsPerStep === 0) {
      yield;
    }
    const { line, character } = lines.positionAt(span[0]);
    if (span[0] < end || span[1] <= span[0] || line !== lines.positionAt(span[1]).line) {
      continue;
    }
    end = span[1];
    tokens.push({ line, character, length: span[1] - span[0], type, modifiers });
  }
  return tokens;
}

interface Found {
  readonly span: Span;
  readonly type: SemanticToken['type'];
  readonly modifiers?: SemanticToken['modifiers'];
}

function addTokens({ role, kind, span, node }: Occurrence, found: Found[]): void {
  if (role === 'expectation' && node) {
    found.push(...expectationTokens(node));
    return;
  }
  const style = styleOf(role);
  // Without a token a word keeps the colour that the grammar gives it.
  if (style) {
    const modifiers = role === 'layerName' && kind === 'value' ? (['declaration'] as const) : style.modifiers;
    found.push({ span, type: style.type, modifiers });
  }
}

function styleOf(role: Role): Omit<Found, 'span'> | undefined {
  switch (role) {
    case 'chapter':
      return { type: 'chapter' };
    case 'key':
      return { type: 'key' };
    case 'parameter':
      return { type: 'property' };
    case 'layer':
      return { type: 'layer' };
    case 'activation':
      return { type: 'activation', modifiers: ['defaultLibrary'] };
    case 'loss':
    case 'optimizer':
    case 'schedule':
    case 'initializer':
    case 'metric':
      return { type: 'function', modifiers: ['defaultLibrary'] };
    case 'source':
      return { type: 'dataset', modifiers: ['defaultLibrary'] };
    case 'layerName':
    case 'tag':
      return { type: 'variable' };
    case 'column':
      return { type: 'column' };
    case 'class':
    case 'choice':
      return { type: 'enumMember' };
    case 'number':
      return { type: 'number' };
    case 'boolean':
      return { type: 'boolean' };
    case 'expectation':
    case 'path':
    case 'formula':
    case 'cell':
    case 'text':
    case 'unknown':
      return undefined;
    default:
      return assertNever(role);
  }
}

/** The words of an expectation such as `val_loss < 0.3 within 50`; none if it has a mistake. */
function expectationTokens(node: NonNullable<Occurrence['node']>): Found[] {
  if (typeof node.value !== 'string' || !('tag' in parseExpectation(node.value))) {
    return [];
  }
  return [...node.value.matchAll(/[<>=]+|[^\s<>=]+/g)].flatMap(({ 0: word, index }): Found[] => {
    const span = partOfScalar(node, [index, index + word.length]);
    if (span === node.span) {
      return [];
    }
    if (/^[<>=]/.test(word)) {
      return [{ span, type: 'operator' }];
    }
    if (word === 'within') {
      return [{ span, type: 'keyword' }];
    }
    return [{ span, type: /^[A-Za-z_]/.test(word) ? 'variable' : 'number' }];
  });
}
