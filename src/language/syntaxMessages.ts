/** What to say about each kind of YAML syntax error, in the person's language. */
import { t } from '@vscode/l10n';
import type { ErrorCode } from 'yaml';
import { assertNever } from '../common/assertNever';

export function syntaxMessage(code: ErrorCode): string {
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
