/** Guesses the column to predict, and the kind of prediction. */
import type { TableColumn, TableFacts } from '../../spec/tableFacts';
import { isInput, otherColumns, type RoledColumn, rolesOf } from './roles';

/** `yesNo`: one unit; `classes`: a unit for each class; `number`: a measured value. */
export type Task = 'yesNo' | 'classes' | 'number';

export interface TargetGuess {
  readonly column: TableColumn;
  readonly task: Task;
}

/** The column of a guess, as data are asked about it. */
export function predictedColumn({ column, task }: TargetGuess): {
  readonly column: string;
  readonly isNumber: boolean;
} {
  return { column: column.name, isNumber: task === 'number' };
}

/** With more values than this, a column is text, not classes. */
const maxClasses = 50;
/** Whole numbers count as classes only up to this many. */
const maxNumberedClasses = 10;

const targetName =
  /^(?:y|target|label|labels|class|classes|category|outcome|output|result|response|species|diagnosis|survived|(?:is_)?(?:fraud|spam|churn(?:ed)?)|exited|cancell?ed|returned|defaulted|default|approved|passed|failed|failure|bought|purchased|clicked|converted|digit|type|kind|grade|quality|price|타깃|목표|정답|레이블|라벨|클래스|종|품종|결과|진단|판정|등급|가격|점수|이탈|해지|사기|불량|고장|연체|합격|구매)$/i;
const measureName = /(?:count|number|age|year|score|quality|rating|amount|price|cost|개수|나이|연도|점수|금액|가격)/i;

/**
 * The columns that can be predicted, the most likely first; empty where there is none, or no input to predict
 * it from.
 */
export function targetGuesses(facts: TableFacts): TargetGuess[] {
  const roled = rolesOf(facts);
  const last = roled.length - 1;
  return roled
    .map((each, index) => ({ ...each, task: taskOf(each, facts.rows), score: scoreOf(each, index, last) }))
    .filter(({ column, task }) => task !== undefined && otherColumns(column, facts, roled).some(isInput))
    .sort((a, b) => b.score - a.score)
    .map(({ column, task }) => ({ column, task: task as Task }));
}

const unlearnable: readonly RoledColumn['role'][] = ['constant', 'identifier', 'mixed', 'huge', 'date'];

/** The task with this target; undefined where it cannot be learned. */
function taskOf({ column, role }: RoledColumn, rows: number): Task | undefined {
  const { distinct, missing, counts, minimum = 0, maximum = 0, whole } = column;
  // A class with a single row cannot be both learned and evaluated.
  const values = rows - missing;
  if (values < 2 || unlearnable.includes(role)) {
    return undefined;
  }
  if (column.type === 'category') {
    if (distinct > maxClasses || distinct > values / 2) {
      return undefined;
    }
    return distinct === 2 ? 'yesNo' : 'classes';
  }
  if ((column.bad ?? 0) > 0) {
    return undefined;
  }
  if (distinct === 2) {
    return minimum === 0 && maximum === 1 ? 'yesNo' : 'classes';
  }
  const numbered = whole === true && distinct <= maxNumberedClasses && maximum - minimum + 1 === distinct;
  const often = counts.length > 0 && values >= 5 * distinct;
  return numbered && often && !measureName.test(column.name) ? 'classes' : 'number';
}

function scoreOf({ column, role }: RoledColumn, index: number, last: number): number {
  const name = targetName.test(column.name.trim()) ? 8 : 0;
  const place = index === last ? 4 : index === 0 ? 1 : 0;
  const words = role === 'category' ? 2 : 0;
  const yesNo = column.distinct === 2 ? 1 : 0;
  return name + place + words + yesNo - (role === 'sparse' || role === 'text' ? 6 : 0);
}
