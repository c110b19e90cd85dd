/** Explains each kind of YAML syntax error in the person's language. */
import { t } from '@vscode/l10n';
import type { ErrorCode } from 'yaml';
import { assertNever } from '../../common/assertNever';
import type { Fix } from '../../spec/problem';
import type { Reporter } from '../problems/reporter';
import type { Span } from '../text/lines';
import type { SyntaxFault } from './compose';
import { mistakeBehind } from './syntaxMistakes';

interface Explanation {
  readonly span: Span;
  readonly message: string;
  /** Made only if they can be checked. */
  readonly fixes?: () => readonly Fix[];
}

/**
 * Offset of the first closing bracket that was never opened, if `faults` tell of one: because of it YAML
 * rejects the rest of the text.
 */
export function findStrayBracket(faults: readonly SyntaxFault[], text: string): number | undefined {
  const first = faults.find((fault) => isBehindAll(fault) && /[}\]]/.test(text[fault.pos[0]] ?? ''));
  return first?.pos[0];
}

/** Whether YAML met the fault behind the end of the document. */
export function isBehindAll({ code, message }: SyntaxFault): boolean {
  return code === 'UNEXPECTED_TOKEN' && / in YAML stream/.test(message);
}

/**
 * Explains a syntax error on the token it is about; the commonest mistakes have their own messages, some with
 * a fix. `stray` is the result of `findStrayBracket` for all faults.
 */
export function explainSyntax(
  fault: SyntaxFault,
  text: string,
  report: Reporter,
  stray: number | undefined,
): Explanation {
  const { code, pos } = fault;
  const at = Math.min(pos[0], text.length);
  const rest = text.slice(at, at + 1000);
  const before = text.slice(Math.max(0, at - 200), at);
  const fix = (title: string, span: Span, newText: string) => (): Fix[] => [
    { title, choice: true, edits: [{ range: report.rangeOf(span), newText }] },
  ];
  if (stray !== undefined && at >= stray && isBehindAll(fault)) {
    const span: Span = [stray, stray + 1];
    const mark = text[stray];
    return {
      span,
      message: t('This “{0}” closes nothing. Remove it, or open it before.', mark),
      fixes: fix(t('Remove “{0}”', mark), span, ''),
    };
  }
  const mistake = mistakeBehind(code, at, text);
  if (mistake) {
    const { span, message, title, edits = () => [] } = mistake;
    const placed = () => edits().map((edit) => ({ range: report.rangeOf(edit.span), newText: edit.newText }));
    return { span, message, fixes: title ? () => [{ title, choice: true, edits: placed() }] : undefined };
  }
  switch (code) {
    case 'BLOCK_IN_FLOW': {
      const pair = /^([^\s,:{}[\]]+) +([\w-]+):/.exec(rest);
      if (!pair) {
        break;
      }
      const end = at + pair[1].length;
      const next = at + pair[0].length - 1 - pair[2].length;
      return {
        span: [next, next + pair[2].length],
        message: t('A comma is missing before “{0}”.', pair[2]),
        fixes: fix(t('Put a comma before it'), [end, end], ','),
      };
    }
    case 'MULTILINE_IMPLICIT_KEY': {
      const lines = /^([^\r\n]*)\r?\n\s*([\w-]+)/.exec(rest);
      if (!lines) {
        break;
      }
      const first = lines[1].trimEnd();
      if (/:[ ]*$/.test(before)) {
        const start = at + lines[0].length - lines[2].length;
        const message = t(
          '“{0}” is indented as if it went on with “{1}”. Give it the column of the keys it stands among.',
          lines[2],
          first,
        );
        return { span: [start, start + lines[2].length], message };
      }
      if (!/^[\w-]+$/.test(first)) {
        break;
      }
      const end = at + first.length;
      return {
        span: [at, end],
        message: t('“{0}” is no key without a colon.', first),
        fixes: fix(t('Put a colon after it'), [end, end], ':'),
      };
    }
    case 'BLOCK_AS_IMPLICIT_KEY': {
      const line = /^([\w-]+): *[^\s#:][^\r\n#:]*(?=[\r\n#]|$)/.exec(rest);
      if (!line) {
        break;
      }
      const pair = line[0].trimEnd();
      return {
        span: [at, at + line[1].length],
        message: syntaxMessage(code),
        fixes: fix(t('Put it in braces'), [at, at + pair.length], `{ ${pair} }`),
      };
    }
    case 'UNEXPECTED_TOKEN':
      if (!/["'][ \t]*$/.test(before)) {
        break;
      }
      return {
        span: wordAt(pos, text),
        message: t(
          'The quoted text ends before this. Put all of it in quotes; a single quote inside is written twice.',
        ),
      };
    case 'BAD_SCALAR_START': {
      const line = /^[^\r\n#,{}[\]]*[^\s#,{}[\]]/.exec(rest);
      if (!line || /['\\]/.test(line[0])) {
        break;
      }
      const span: Span = [at, at + line[0].length];
      return { span, message: syntaxMessage(code), fixes: fix(t('Put it in quotes'), span, `'${line[0]}'`) };
    }
  }
  return { span: wordAt(pos, text), message: syntaxMessage(code) };
}

/** A span inside the text that holds the whole word at its start, if there is one. */
function wordAt([start, end]: readonly [number, number], text: string): Span {
  const from = Math.min(start, text.length);
  const word = /^[\w.-]+/.exec(text.slice(from, from + 100))?.[0].length ?? 1;
  return [from, Math.min(Math.max(end, from + word), text.length)];
}

function syntaxMessage(code: ErrorCode): string {
  switch (code) {
    case 'ALIAS_PROPS':
      return t('An alias takes no anchor or tag.');
    case 'BAD_ALIAS':
      return t('This alias or anchor has no valid name. Use letters and digits.');
    case 'BAD_DIRECTIVE':
      return t('This line begins with %, which starts a YAML directive. Remove it.');
    case 'BAD_DQ_ESCAPE':
      return t('This escape is not known in double quotes. Use single quotes, or write \\\\ for a backslash.');
    case 'BAD_INDENT':
      return t('The indentation does not fit the lines around it. Keys of one map begin in the same column.');
    case 'BAD_PROP_ORDER':
      return t('An anchor stands before the value, on the line of its key or item.');
    case 'BAD_SCALAR_START':
      return t('A plain value cannot begin with this character. Put it in quotes.');
    case 'BLOCK_AS_IMPLICIT_KEY':
      return t('A second key begins on the same line. Put it on a line of its own, or use { … }.');
    case 'BLOCK_IN_FLOW':
      return t('Inside { … } and [ … ] everything is written in braces and brackets, not by indentation.');
    case 'DUPLICATE_KEY':
      return t('This key is here twice. Remove one of them.');
    case 'IMPOSSIBLE':
    case 'RESOURCE_EXHAUSTION':
      return t('This could not be read as YAML. Simplify it.');
    case 'KEY_OVER_1024_CHARS':
      return t('A key is at most 1024 characters long. A colon or a quote may be missing before it.');
    case 'MISSING_CHAR':
      return t('A character is missing here: a closing quote, brace or bracket, a comma, or the space after a colon.');
    case 'MULTILINE_IMPLICIT_KEY':
      return t('A key must stand on one line. A colon may be missing.');
    case 'MULTIPLE_ANCHORS':
      return t('A value has at most one anchor.');
    case 'MULTIPLE_DOCS':
      return t('A file holds one experiment.');
    case 'MULTIPLE_TAGS':
      return t('Tags are not used in specs.');
    case 'NON_STRING_KEY':
      return t('A key must be a plain word.');
    case 'TAB_AS_INDENT':
      return t('Tabs do not indent in YAML. Use spaces.');
    case 'TAG_RESOLVE_FAILED':
      return t('Tags are not used in specs.');
    case 'UNEXPECTED_TOKEN':
      return t('This was not expected here. Check the indentation, the quotes and the brackets before it.');
    case 'BAD_COLLECTION_TYPE':
      return t('A list or map does not fit here.');
    default:
      return assertNever(code);
  }
}
