/** From text to tree. Reports syntax errors, exceeded caps, and features of YAML that specs do not use. */
import { t } from '@vscode/l10n';
import type { Steps } from '../../common/steps';
import type { Reporter } from '../problems/reporter';
import { maximumNesting } from '../text/limits';
import type { Span } from '../text/lines';
import { reportCharacters } from './characters';
import type { SyntaxFault } from './compose';
import { type Marks, noMarks } from './marks';
import { type Scan, scanSteps } from './scan';
import { type FixCheck, makeFixCheck } from './syntaxFixes';
import { explainSyntax, findStrayBracket, isBehindAll } from './syntaxMessages';
import type { TreeNode } from './tree';
import { TreeBuilder } from './treeBuilder';
import { reportUnclosed } from './unclosed';

export interface ReadDocument {
  /** Undefined where the file is empty or could not be read. */
  readonly tree?: TreeNode;
  /** True where the tree was recovered from syntax errors: a key that it lacks may only be out of place. */
  readonly broken: boolean;
  readonly marks: Marks;
}

/** The tree of the file's one document. Syntax errors are reported. */
export function* readDocument(text: string, report: Reporter): Steps<ReadDocument> {
  if (reportCharacters(text, report)) {
    return { broken: true, marks: noMarks };
  }
  const scan = yield* scanSteps(text);
  yield;
  return { ...(yield* documentOf(scan, text, report)), marks: scan.marks };
}

function* documentOf(scan: Scan, text: string, report: Reporter): Steps<{ tree?: TreeNode; broken: boolean }> {
  const { documents, unclosed, tags, tooDeep } = scan;
  const check = makeFixCheck(text);
  let broken = unclosed.length > 0;
  for (const tag of tags) {
    // A key that was taken for a tag is missing from the tree.
    if ((yield* reportTag(tag, text, report, check)) < tag[1]) {
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
  yield* reportUnclosed(unclosed, text, report, check);
  const firstUnclosed = unclosed.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY);
  const seen = new Set<number>();
  for (const document of documents) {
    const faults = byTelling(document.faults);
    const stray = findStrayBracket(faults, text);
    for (const error of faults) {
      // Tags are reported above, with the right range. Errors after an open bracket or quote only follow from
      // it.
      if (error.code === 'TAG_RESOLVE_FAILED' || error.pos[0] >= firstUnclosed || seen.has(error.pos[0])) {
        continue;
      }
      broken = true;
      // Everything behind a stray bracket is rejected because of it.
      if (stray !== undefined && error.pos[0] > stray && isBehindAll(error)) {
        continue;
      }
      if (report.full) {
        break;
      }
      yield;
      seen.add(error.pos[0]);
      const { span, message, fixes } = explainSyntax(error, text, report, stray);
      report.error('yaml-syntax', span, message, fixes && (yield* check(fixes)));
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
  const [{ contents, version }] = documents;
  if (version !== undefined && version !== '1.2') {
    report.error('yaml-version', [0, Math.max(0, text.indexOf('\n'))], t('Specs are YAML 1.2. Remove this line.'));
  }
  if (!contents) {
    return { broken };
  }
  const builder = new TreeBuilder(text, report);
  const tree = yield* builder.build(contents);
  return { tree, broken: broken || builder.broken };
}

/** In order of the text. At one offset, `BLOCK_AS_IMPLICIT_KEY` comes last: it says least. */
function byTelling(faults: readonly SyntaxFault[]): readonly SyntaxFault[] {
  const rank = ({ code }: SyntaxFault) => (code === 'BLOCK_AS_IMPLICIT_KEY' ? 1 : 0);
  return [...faults].sort((a, b) => a.pos[0] - b.pos[0] || rank(a) - rank(b));
}

/** Reports a tag, and returns the end of the span that the fix removes. */
function* reportTag(span: Span, text: string, report: Reporter, check: FixCheck): Steps<number> {
  const removal = tagRemoval(text, span);
  if (report.full) {
    return removal[1];
  }
  const fix = { title: t('Remove the tag'), edits: [{ range: report.rangeOf(removal), newText: '' }] };
  const message = t('Tags are not used in specs. Remove {0}.', text.slice(...removal).trim());
  report.error('yaml-tag', span, message, yield* check(() => [fix]));
  return removal[1];
}

/** The tag with the spaces after it. In `!loss: …` only the exclamation mark, since the rest is a key. */
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
