/** The block `measure`: something that is measured of a cell, or of one unit. */
import { t } from '@vscode/l10n';
import { nearest } from '../../common/nearest';
import { entryOf, OwnReading } from '../../language';
import type { Expectation } from '../../spec/spec';
import { gradientValues, tableValues } from '../measured';
import { type BlockText, inFile, type Reference, referencesIn } from './block';
import { expected, key, name as nameSchema, requiredKey } from './keys';

export interface MeasureBlock {
  readonly kind: 'measure';
  readonly name?: string;
  /**
   * `gradients`: those of each layer of the cell, with sigmoid, tanh and relu. `truth_tables`: all sixteen,
   * learned by one unit.
   */
  readonly what: Measured;
  /** Absent for truth tables. */
  readonly cell?: Reference;
  /** About the values that are measured: `learned == 14`. */
  readonly expect: readonly Expectation[];
}

export type Measured = keyof typeof valuesOf;

/** The names of the values that each gives to `expect` and to questions. */
export const valuesOf = { gradients: gradientValues, truth_tables: tableValues } as const;

const schema = {
  type: 'map',
  example: '{ what: gradients, cell: deep }',
  keys: [
    requiredKey('what', { type: 'choice', choices: ['gradients', 'truth_tables'] }),
    key('cell', nameSchema),
    key('expect', expected),
  ],
} as const;

export function readMeasure(block: BlockText, name?: string): MeasureBlock | undefined {
  const reading = new OwnReading(block.text);
  const read = reading.read(schema, 'measure');
  const keyOf = (word: string) => entryOf(reading.tree, word)?.keySpan ?? ([0, 0] as const);
  const [cell] = referencesIn(entryOf(reading.tree, 'cell')?.value, block);
  if (read?.what === 'truth_tables' && cell) {
    reading.error('conflict', keyOf('cell'), t('Truth tables are learned by one unit. They need no cell.'));
  } else if (read?.what && read.what !== 'truth_tables' && !cell) {
    const message = t('Of which cell? Add “{0}” with its name.', 'cell');
    reading.error('missing-value', entryOf(reading.tree, 'what')?.value.span ?? [0, 0], message);
  }
  block.faults.addFrom(reading, block.offset);
  const what = read?.what;
  if (reading.hasErrors || !what) {
    return undefined;
  }
  const isSound = checkTags(read.expect ?? [], valuesOf[what], block);
  return isSound ? { kind: 'measure', name, what, cell, expect: read.expect ?? [] } : undefined;
}

/** Whether all tags are among the values; those that are not are reported at their place. */
function checkTags(expect: readonly Expectation[], known: readonly string[], block: BlockText): boolean {
  const unknown = expect.filter(({ tag }) => !known.includes(tag));
  for (const { tag, text } of unknown) {
    const at = block.text.indexOf(text) + text.indexOf(tag);
    const meant = nearest(tag, known);
    const message = meant
      ? t('No value here is called “{0}”. Did you mean “{1}”?', tag, meant)
      : t('No value here is called “{0}”. There are: {1}.', tag, known.join(', '));
    block.faults.add('unknown-key', inFile(block, [at, at + tag.length]), message);
  }
  return unknown.length === 0;
}
