/** Divides the rows of the train and validation parts into folds for cross-validation. */
import { t } from '@vscode/l10n';
import { permutation, purposes } from '../common/random';
import type { Part } from '../spec/spec';
import type { Problems } from './problems';
import { divide, divideGroups, inOrder } from './split';
import { groupsOf, timesOf } from './splitColumn';
import type { SplitRequest } from './splitTable';

/** The split has drawn the rows in the seed's order of step 0; the folds draw theirs anew. */
const step = 1;

const path = ['training', 'cross_validation'];
const none = new Int32Array(0);

type Parts = Readonly<Record<Part, Int32Array>>;

interface FoldRequest extends SplitRequest {
  /** The number of folds. */
  readonly folds: number;
}

/** The data to divide: `kept` are the rows in use, of which `parts` hold indices. */
interface Divided {
  readonly kept: Int32Array;
  readonly parts: Parts;
  /** For a stratified split: the class of each of `kept`, and the names of the classes. */
  readonly classes?: { readonly of: Int32Array; readonly names?: readonly string[] };
}

/** Which samples each fold trains and validates on. */
export class Folds {
  readonly #samples: Int32Array;
  /** The fold that validates on each sample, from 1; 0 for the first of all in time, which none does. */
  readonly #foldOf: Uint16Array;
  /** A fold trains on earlier samples alone. */
  readonly #inTime: boolean;

  constructor(samples: Int32Array, foldOf: Uint16Array, inTime: boolean) {
    this.#samples = samples;
    this.#foldOf = foldOf;
    this.#inTime = inTime;
  }

  /** The parts of a fold, counted from 1, in the order of the table. The test part takes no part in it. */
  partsOf(fold: number): Parts {
    const trains = this.#inTime ? (own: number) => own < fold : (own: number) => own !== fold;
    return {
      train: this.#samples.filter((_, i) => trains(this.#foldOf[i])),
      validation: this.#samples.filter((_, i) => this.#foldOf[i] === fold),
      test: none,
    };
  }
}

/**
 * As the split draws its parts: by chance, each class for itself where it is stratified, groups as a whole.
 * In time there is one block more than there are folds, and a fold validates on the block that follows those
 * it trains on. Undefined if there are problems.
 */
export function foldsOf(request: FoldRequest, divided: Divided, problems: Problems): Folds | undefined {
  const { data, seed, table, splitBy: index, folds } = request;
  const { train, validation } = divided.parts;
  const samples = new Int32Array(train.length + validation.length);
  samples.set(train);
  samples.set(validation, train.length);
  samples.sort();
  const rows = samples.map((sample) => divided.kept[sample]);
  const by = data.split.by?.kind;
  const shares = Array.from({ length: folds }, () => 1);
  if (by === 'group' && index !== undefined) {
    const column = table.columns[index];
    const { codes, count } = groupsOf(column, rows);
    if (count < folds) {
      const message = t(
        'There are fewer groups in “{0}” ({1}) than folds ({2}), and a group is not divided. Write fewer folds, or split by another column.',
        column.name,
        count,
        folds,
      );
      problems.add('cross-validation', message, path, undefined, mostOf(count));
      return undefined;
    }
    const order = permutation(seed, purposes.split, step, count);
    return new Folds(samples, divideGroups(codes, order, shares).map(fromOne), false);
  }
  const blocks = by === 'time' ? folds + 1 : folds;
  if (samples.length < blocks) {
    const message = t(
      '{0} folds need {1} rows in the train and validation parts, which have {2}. Write fewer folds, or add rows.',
      folds,
      blocks,
      samples.length,
    );
    problems.add('cross-validation', message, path, undefined, mostOf(samples.length - (blocks - folds)));
    return undefined;
  }
  if (by === 'time') {
    const times = index === undefined ? undefined : timesOf(table, index, rows, problems);
    return new Folds(samples, divide(inOrder(rows.length, times), [1, ...shares]), true);
  }
  const classes = divided.classes && samples.map((sample) => divided.classes!.of[sample]);
  if (classes) {
    warnOfRareClass(classes, divided.classes?.names, folds, problems);
  }
  const order = permutation(seed, purposes.split, step, samples.length);
  return new Folds(samples, divide(order, shares, classes).map(fromOne), false);
}

const fromOne = (fold: number): number => fold + 1;

/** The largest number of folds, for a quick fix; none below 2. */
function mostOf(folds: number): { readonly meant?: string } {
  return folds >= 2 ? { meant: String(folds) } : {};
}

/** Warns of the rarest class where it has fewer rows than there are folds. */
function warnOfRareClass(
  classes: Int32Array,
  names: readonly string[] | undefined,
  folds: number,
  problems: Problems,
): void {
  const counts = new Map<number, number>();
  for (const own of classes) {
    counts.set(own, (counts.get(own) ?? 0) + 1);
  }
  const [[rarest, rows]] = [...counts].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  if (rows < folds) {
    const message = t(
      'Class “{0}” has fewer rows in the train and validation parts ({1}) than there are folds ({2}): some folds validate without it.',
      names?.[rarest] ?? String(rarest),
      rows,
      folds,
    );
    problems.add('rare-class', message, path, undefined, { severity: 'warning' });
  }
}
