/** Fixes that need the table: the target, and the output layer and the loss that suit it. */
import { t } from '@vscode/l10n';
import { layerKinds } from '../../spec/layers';
import type { Fix, Problem } from '../../spec/problem';
import type { TableFacts } from '../../spec/tableFacts';
import { targetGuesses } from '../newSpec/target';
import type { ParsedSpec } from '../reading/parse';
import { targetsNamed } from '../unfinished/dataNames';
import { writeScalar } from '../unfinished/scalars';
import { entryOf, nodeAtPath, placeOf, type TreeNode } from '../yaml/tree';
import { setLossFix } from './chapters';
import { asChoice } from './edits';
import { keyFix } from './entries';

/** Targets that are suggested for a table. */
const suggestedTargets = 3;

/** The problems of a spec that is not whole, now that its table is known: with fixes that need the table. */
export function withTableFixes(parsed: ParsedSpec, table: TableFacts): readonly Problem[] {
  return parsed.problems.map((problem) => {
    const fixes = fixesFrom(table, problem, parsed);
    return fixes.length > 0 ? { ...problem, fixes: [...asChoice(fixes), ...(problem.fixes ?? [])] } : problem;
  });
}

function fixesFrom(table: TableFacts, { code }: Problem, parsed: ParsedSpec): Fix[] {
  if (code === 'missing-target') {
    const likely = targetGuesses(table).slice(0, suggestedTargets);
    return likely.flatMap(({ column }) => keyFix(parsed, ['data'], `target: ${writeScalar(column.name)}`));
  }
  if (code !== 'missing-loss') {
    return [];
  }
  const [target, ...more] = targetsNamed(parsed.tree);
  const column = table.columns.find(({ name }) => name === target);
  return column?.type === 'category' && more.length === 0 ? classifierFixes(parsed, column.distinct) : [];
}

/**
 * Makes the last layer and the loss those of a classifier; only the loss, where the layer sets more than its
 * units and activation.
 */
export function classifierFixes(parsed: ParsedSpec, classes: number): Fix[] {
  const layers = parsed.tree && nodeAtPath(parsed.tree, ['model', 'layers']);
  const last = layers?.kind === 'list' ? layers.items.at(-1) : undefined;
  if (classes < 2 || !last) {
    return [];
  }
  const [units, activation, loss] =
    classes === 2 ? [1, 'sigmoid', 'binary_crossentropy'] : [classes, 'softmax', 'categorical_crossentropy'];
  const written = setLossFix(parsed, loss);
  if (!isPlainDense(last, parsed.text)) {
    return written;
  }
  const layer = `${layerKinds.dense.name}: { units: ${units}, activation: ${activation} }`;
  const place = placeOf(last);
  const inBraces = parsed.text[place[0]] === '{';
  const edit = { range: parsed.lines.range(place), newText: inBraces ? `{ ${layer} }` : layer };
  const title = t('End in {0} with {1}, for {2} classes', layer, loss, classes);
  return written.map(({ edits }) => ({ title, edits: [edit, ...edits] }));
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
