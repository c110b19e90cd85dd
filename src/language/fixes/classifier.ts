/** The output layer and the loss that suit a target of words. */
import { t } from '@vscode/l10n';
import { layerKinds } from '../../spec/layers';
import type { Fix, Problem } from '../../spec/problem';
import type { TableFacts } from '../../spec/tableFacts';
import type { ParsedSpec } from '../reading/parse';
import { targetsNamed } from '../unfinished/dataNames';
import { entryOf, nodeAtPath, placeOf, type TreeNode } from '../yaml/tree';
import { lossFix } from './chapters';
import { asChoice } from './edits';

/**
 * The problems of a spec without a loss, now that its table is known: where the target is words, the first
 * fix makes the last layer and the loss those of a classifier.
 */
export function withClassifierFix(parsed: ParsedSpec, { columns }: TableFacts): readonly Problem[] {
  const [target, ...more] = targetsNamed(parsed.tree);
  const column = columns.find(({ name }) => name === target);
  const fix = column?.type === 'category' && more.length === 0 ? classifierFix(parsed, column.distinct) : undefined;
  return fix
    ? parsed.problems.map((each) =>
        each.code === 'missing-loss' ? { ...each, fixes: [...asChoice([fix]), ...(each.fixes ?? [])] } : each,
      )
    : parsed.problems;
}

function classifierFix(parsed: ParsedSpec, classes: number): Fix | undefined {
  const layers = parsed.tree && nodeAtPath(parsed.tree, ['model', 'layers']);
  const last = layers?.kind === 'list' ? layers.items.at(-1) : undefined;
  if (classes < 2 || !last || !isPlainDense(last, parsed.text)) {
    return undefined;
  }
  const [units, activation, loss] =
    classes === 2 ? [1, 'sigmoid', 'binary_crossentropy'] : [classes, 'softmax', 'categorical_crossentropy'];
  const written = lossFix(parsed).find(({ edits }) => edits.some(({ newText }) => newText.includes(loss)));
  if (!written) {
    return undefined;
  }
  const layer = `${layerKinds.dense.name}: { units: ${units}, activation: ${activation} }`;
  const place = placeOf(last);
  const inBraces = parsed.text[place[0]] === '{';
  const edit = { range: parsed.lines.range(place), newText: inBraces ? `{ ${layer} }` : layer };
  const title = t('End in {0} with {1}, for {2} classes', layer, loss, classes);
  return { title, edits: [edit, ...written.edits] };
}

/** A dense layer on one line that sets nothing but its units and its activation. */
function isPlainDense(item: TreeNode, text: string): boolean {
  const dense = item.kind === 'map' && item.entries.length === 1 ? entryOf(item, layerKinds.dense.name) : undefined;
  if (!dense || text.slice(...placeOf(item)).includes('\n')) {
    return false;
  }
  const { value } = dense;
  return (
    value.kind === 'scalar' ||
    (value.kind === 'map' && value.entries.every(({ key }) => key === 'units' || key === 'activation'))
  );
}
