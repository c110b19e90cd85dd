/** From text to tree: YAML syntax, its caps and what of YAML a spec does not use. */
import { t } from '@vscode/l10n';
import { CST, Lexer, type YAMLError } from 'yaml';
import type { Steps } from '../common/steps';
import type { Fix } from '../spec/problem';
import { reportCharacters } from './characters';
import { type Composed, Composition } from './compose';
import { maximumNesting } from './limits';
import type { Span } from './lines';
import type { Marks } from './marks';
import { OpenMarks } from './openMarks';
import type { Reporter } from './reporter';
import { Settling } from './settle';
import { mendingOf } from './syntaxFixes';
import { explainSyntax } from './syntaxMessages';
import type { TreeNode } from './tree';

export interface ReadDocument {
  /** Left out where the file holds nothing, or nothing that could be read. */
  readonly tree?: TreeNode;
  /** True where the tree is a recovery from syntax errors: what it lacks may only be out of place. */
  readonly broken: boolean;
  readonly marks: Marks;
}

/**
 * The tree of the file's one document. Syntax errors are reported. Yields now and then, so that a long file can be read
 * in slices.
 */
export function* readDocument(text: string, report: Reporter): Steps<ReadDocument> {
  const marks: MarkLists = { anchors: [], aliases: [], comments: [] };
  if (reportCharacters(text, report)) return { broken: true, marks };
  const open = new OpenMarks(text, report);
  const mends = mendingOf(text);
  const documents = yield* scan(text, report, marks, { open, mends });
  if (!documents) return { broken: true, marks };
  yield;
  let broken = open.report(mends);
  const seen = new Set<number>();
  for (const { errors } of documents) {
    for (const error of byTelling(errors)) {
      // A tag is reported from its token, with the right range; what follows from an open bracket or quote is no news.
      if (error.code === 'TAG_RESOLVE_FAILED' || error.pos[0] >= open.first || seen.has(error.pos[0])) continue;
      broken = true;
      seen.add(error.pos[0]);
      const { span, message, fixes } = explainSyntax(error, text, report);
      report.error('yaml-syntax', span, message, fixes?.filter(mends));
    }
  }
  if (documents.length > 1) {
    const at = documents[1].start;
    report.error(
      'multiple-documents',
      [at, Math.min(at + 3, text.length)],
      t('A file holds one experiment. Move what follows “---” into a file of its own.'),
    );
    return { broken: true, marks };
  }
  yield;
  const [{ draft, version }] = documents;
  if (version !== undefined && version !== '1.2') {
    report.error('yaml-version', [0, Math.max(0, text.indexOf('\n'))], t('Specs are YAML 1.2. Remove this line.'));
  }
  if (!draft) return { broken, marks };
  const settling = new Settling(text, report);
  const tree = yield* settling.node(draft);
  return { tree, broken: broken || settling.broken, marks };
}

/** In order of the text. Of two errors at one place the one about lines says more than the one about keys. */
function byTelling(errors: readonly YAMLError[]): readonly YAMLError[] {
  const rank = ({ code }: YAMLError) => (code === 'BLOCK_AS_IMPLICIT_KEY' ? 1 : 0);
  return [...errors].sort((a, b) => a.pos[0] - b.pos[0] || rank(a) - rank(b));
}

/** Lexemes between two yields: well under a millisecond. */
const lexemesPerSlice = 256;

type MarkLists = { -readonly [K in keyof Marks]: Mutable<Marks[K]> };
type Mutable<T> = T extends readonly (infer E)[] ? E[] : never;

/** Lexes and composes, watching the nesting so that nothing recursive ever sees a text that is too deep. */
function* scan(
  text: string,
  report: Reporter,
  marks: MarkLists,
  { open, mends }: { readonly open: OpenMarks; readonly mends: (fix: Fix) => boolean },
): Steps<Composed[] | undefined> {
  const composition = new Composition();
  let scalarFollows = false;
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++count % lexemesPerSlice === 0) {
      yield;
      yield* composition.advance();
    }
    const start = composition.offset;
    const type: string | null = scalarFollows ? null : CST.tokenType(lexeme);
    scalarFollows = type === 'scalar';
    open.see(type, lexeme, start);
    const span: Span = [start, start + lexeme.length];
    if (type === 'anchor') marks.anchors.push({ name: lexeme.slice(1), span });
    else if (type === 'alias') marks.aliases.push({ name: lexeme.slice(1), span });
    else if (type === 'comment') marks.comments.push(span);
    if (type === 'tag') {
      const removal = tagRemoval(text, span);
      // A key that was taken for a tag is missing from the tree.
      if (removal[1] < span[1]) open.spoil();
      const fix = { title: t('Remove the tag'), edits: [{ range: report.rangeOf(removal), newText: '' }] };
      const message = t('Tags are not used in specs. Remove {0}.', text.slice(...removal).trim());
      report.error('yaml-tag', span, message, mends(fix) ? [fix] : []);
    }
    composition.next(lexeme);
    if (composition.isDeeper(maximumNesting)) {
      report.error(
        'nesting-too-deep',
        span,
        t('Lists and maps are nested more than {0} deep. A spec needs about 6 levels.', maximumNesting),
      );
      return undefined;
    }
  }
  return yield* composition.documents(text.length);
}

/** The tag with the spaces after it; of `!loss: …`, which is a key with a mark before it, the mark alone. */
function tagRemoval(text: string, [start, end]: Span): Span {
  const marks = /^!+(?=[\w-]+:$)/.exec(text.slice(start, end));
  if (marks) return [start, start + marks[0].length];
  let after = end;
  while (text[after] === ' ') after++;
  return [start, after];
}
