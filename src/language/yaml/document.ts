/** From text to tree: YAML syntax, its caps and what of YAML a spec does not use. */
import { t } from '@vscode/l10n';
import type { Steps } from '../../common/steps';
import type { Fix } from '../../spec/problem';
import type { Reporter } from '../problems/reporter';
import { maximumNesting } from '../text/limits';
import type { Span } from '../text/lines';
import { reportCharacters } from './characters';
import type { SyntaxFault } from './draft';
import { type Marks, noMarks } from './marks';
import { rescanSteps } from './rescan';
import { Settling } from './resolveDraft';
import { type Scan, scanSteps } from './scan';
import { mendingOf } from './syntaxFixes';
import { explainSyntax, strayAmong } from './syntaxMessages';
import type { TreeNode } from './tree';
import { reportUnclosed } from './unclosed';

export interface ReadDocument {
  /** Left out where the file holds nothing, or nothing that could be read. */
  readonly tree?: TreeNode;
  /** True where the tree is a recovery from syntax errors: what it lacks may only be out of place. */
  readonly broken: boolean;
  readonly marks: Marks;
  /** What the next reading may begin with, after an edit. Left out where the text has characters that no lexer may see. */
  readonly scan?: Scan;
}

/**
 * The tree of the file's one document. Syntax errors are reported. Of a text that was edited since `before`, only what
 * may have changed is scanned again. Yields now and then, so that a long file can be read in slices.
 */
export function* readDocument(text: string, report: Reporter, before?: Scan): Steps<ReadDocument> {
  if (reportCharacters(text, report)) {
    return { broken: true, marks: noMarks };
  }
  const scan = (before && (yield* rescanSteps(before, text))) ?? (yield* scanSteps(text));
  yield;
  return { ...(yield* documentOf(scan, report)), marks: scan.marks, scan };
}

function* documentOf(scan: Scan, report: Reporter): Steps<{ tree?: TreeNode; broken: boolean }> {
  const { text, documents, unclosed, tags, tooDeep } = scan;
  const mends = mendingOf(text);
  let broken = unclosed.length > 0;
  for (const tag of tags) {
    // A key that was taken for a tag is missing from the tree.
    if (reportTag(tag, text, report, mends) < tag[1]) {
      broken = true;
    }
  }
  if (tooDeep) {
    report.error(
      'nesting-too-deep',
      tooDeep,
      t('Lists and maps are nested more than {0} deep. A spec needs about 6 levels.', maximumNesting),
    );
    return { broken: true };
  }
  reportUnclosed(unclosed, text, report, mends);
  const firstUnclosed = Math.min(...unclosed, Number.POSITIVE_INFINITY);
  const seen = new Set<number>();
  for (const { errors } of documents) {
    const faults = byTelling(errors);
    const stray = strayAmong(faults, text);
    for (const error of faults) {
      // A tag is reported from its token, with the right range; what follows from an open bracket or quote is no news.
      if (error.code === 'TAG_RESOLVE_FAILED' || error.pos[0] >= firstUnclosed || seen.has(error.pos[0])) {
        continue;
      }
      broken = true;
      seen.add(error.pos[0]);
      const { span, message, fixes } = explainSyntax(error, text, report, stray);
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
    return { broken: true };
  }
  yield;
  const [{ draft, version }] = documents;
  if (version !== undefined && version !== '1.2') {
    report.error('yaml-version', [0, Math.max(0, text.indexOf('\n'))], t('Specs are YAML 1.2. Remove this line.'));
  }
  if (!draft) {
    return { broken };
  }
  const settling = new Settling(text, report);
  const tree = yield* settling.node(draft);
  return { tree, broken: broken || settling.broken };
}

/** In order of the text. Of two errors at one place the one about lines says more than the one about keys. */
function byTelling(errors: readonly SyntaxFault[]): readonly SyntaxFault[] {
  const rank = ({ code }: SyntaxFault) => (code === 'BLOCK_AS_IMPLICIT_KEY' ? 1 : 0);
  return [...errors].sort((a, b) => a.pos[0] - b.pos[0] || rank(a) - rank(b));
}

/** Reports a tag, and returns where what is to be removed ends. */
function reportTag(span: Span, text: string, report: Reporter, mends: (fix: Fix) => boolean): number {
  const removal = tagRemoval(text, span);
  const fix = { title: t('Remove the tag'), edits: [{ range: report.rangeOf(removal), newText: '' }] };
  const message = t('Tags are not used in specs. Remove {0}.', text.slice(...removal).trim());
  report.error('yaml-tag', span, message, mends(fix) ? [fix] : []);
  return removal[1];
}

/** The tag with the spaces after it; of `!loss: …`, which is a key with a mark before it, the mark alone. */
function tagRemoval(text: string, [start, end]: Span): Span {
  const marks = /^!+(?=[\w-]+:$)/.exec(text.slice(start, end));
  if (marks) {
    return [start, start + marks[0].length];
  }
  let after = end;
  while (text[after] === ' ') {
    after++;
  }
  return [start, after];
}
