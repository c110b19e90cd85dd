/** The quick fix for parameters that do not go together. */
import { t } from '@vscode/l10n';
import type { Fix } from '../../spec/problem';
import type { Remedy } from '../reading/conflicts';
import { entryOf, isEmpty, placeOf, type TreeNode } from '../yaml/tree';
import { asChoice, fixOf, inline, insertion, type SpecText } from './edits';

/** `parameters` is the map that holds them. */
export function remedyFix(source: SpecText, parameters: TreeNode | undefined, remedy: Remedy | undefined): Fix[] {
  if (parameters?.kind !== 'map' || !remedy) {
    return [];
  }
  if (remedy.kind === 'swap') {
    const [low, high] = remedy.parameters.map((name) => entryOf(parameters, name)?.value);
    const [lowText, highText] = [low, high].map((node) => node && inline(source, node));
    if (!low || !high || lowText === undefined || highText === undefined) {
      return [];
    }
    return fixOf(source, t('Swap {0} and {1}', ...remedy.parameters), [
      { span: placeOf(low), newText: highText },
      { span: placeOf(high), newText: lowText },
    ]);
  }
  const { parameter, value, choice } = remedy;
  const line = `${parameter}: ${value}`;
  const written = entryOf(parameters, parameter);
  if (written && isEmpty(written.value)) {
    return [];
  }
  const edit = written ? { span: placeOf(written.value), newText: value } : insertion(parameters, line, source);
  const fixes = fixOf(source, t('Write {0}', line), [edit]);
  return choice ? asChoice(fixes) : fixes;
}
