/** Switches between the two forms of a thing that has only its primary parameter. */
import { t } from '@vscode/l10n';
import type { Position } from '../../spec/problem';
import { inline } from '../fixes/edits';
import type { ParsedSpec } from '../reading/parse';
import { findThing } from '../schema/things';
import { nodeIn } from '../unfinished/nodeAt';
import { isEmpty, nodeAtPath } from '../yaml/tree';
import type { Refactoring } from './types';

/** `dense: { units: 8 }` becomes `dense: 8`, and the reverse. */
export function otherForm(parsed: ParsedSpec, position: Position): Refactoring[] {
  const { tree, lines } = parsed;
  const node = nodeIn(parsed, position);
  if (!tree || !node?.thing || node.kind !== 'key') {
    return [];
  }
  const value = nodeAtPath(tree, node.path);
  const primary = findThing(node.thing.kind, node.thing.name)?.parameters.find((parameter) => parameter.primary)?.name;
  if (!value || value.alias || primary === undefined || isEmpty(value)) {
    return [];
  }
  const rewrite = (title: string, newText: string): Refactoring[] => [
    { kind: 'rewrite', title, edits: [{ range: lines.range(value.span), newText }] },
  ];
  if (value.kind === 'scalar') {
    const written = inline(parsed, value);
    const braced = `{ ${primary}: ${written} }`;
    return written === undefined ? [] : rewrite(t('Write {0}', `${node.thing.name}: ${braced}`), braced);
  }
  if (value.kind !== 'map' || !value.flow || value.entries.length !== 1 || value.entries[0].key !== primary) {
    return [];
  }
  const written = inline(parsed, value.entries[0].value);
  // Only a scalar may stand for the parameter.
  if (written === undefined || value.entries[0].value.kind !== 'scalar') {
    return [];
  }
  return rewrite(t('Write {0}', `${node.thing.name}: ${written}`), written);
}
