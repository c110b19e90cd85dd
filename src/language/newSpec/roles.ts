/** The role of a column, judged by its name and its values. */
import type { TableColumn, TableFacts } from '../../spec/tableFacts';

export type Role =
  | 'number'
  | 'category'
  /** Numbers with some text between them, few enough values to be categories. */
  | 'mixed'
  /** No values, or one value: nothing can be learned from it. */
  | 'constant'
  /** A different value in every row. */
  | 'identifier'
  /** Numbers beyond float32, in which networks compute. */
  | 'huge'
  /** Words that hardly ever come twice. */
  | 'text'
  /** Most cells are missing. */
  | 'sparse'
  /** Its missing cells would cost too many rows. */
  | 'gaps';

export interface RoledColumn {
  readonly column: TableColumn;
  readonly role: Role;
}

/** Categories become an input each: beyond this they are text. */
const mostCategories = 30;
/** A column that lacks more of its cells than this says little. */
const mostMissing = 0.4;
/** Below so many rows, values that are all different are nothing unusual. */
const fewRows = 12;

/** Well within what float32 holds. */
const largestNumber = 1e38;

const identifierName =
  /^(?:id|index|idx|key|uuid|guid|no|nr|rowid|row_?(?:id|number|index)|번호|순번|일련번호)$|[ _-](?:id|uuid|no)$/i;

export function rolesOf({ columns, rows }: TableFacts): RoledColumn[] {
  return columns.map((column) => ({ column, role: roleOf(column, rows) }));
}

/** Whether a network can take it as an input. */
export function isInput({ role }: RoledColumn): boolean {
  return role === 'number' || role === 'category' || role === 'mixed';
}

/**
 * The columns beside a target. Where rows without a target are dropped, so are those that lack an input:
 * columns with gaps are no inputs then, unless every class keeps rows whatever is dropped.
 */
export function beside(target: TableColumn, facts: TableFacts): RoledColumn[] {
  const others = rolesOf(facts).filter(({ column }) => column !== target);
  const inputs = others.filter(isInput);
  const gaps = inputs.reduce((sum, { column }) => sum + column.missing, 0);
  const classes = target.counts.map(({ count }) => count);
  const spare = Math.min((facts.rows - target.missing) / 2, ...classes);
  if (target.missing === 0 || gaps < spare) {
    return others;
  }
  return others.map((each) => (isInput(each) && each.column.missing > 0 ? { ...each, role: 'gaps' } : each));
}

function roleOf(column: TableColumn, rows: number): Role {
  const { type, distinct, missing, bad = 0, minimum = 0, maximum = 0 } = column;
  const values = rows - missing;
  if (distinct + (bad > 0 ? 1 : 0) <= 1) {
    return 'constant';
  }
  if (missing > mostMissing * rows) {
    return 'sparse';
  }
  if (isIdentifier(column, values)) {
    return 'identifier';
  }
  if (type === 'number') {
    if (Math.max(-minimum, maximum) > largestNumber) {
      return 'huge';
    }
    if (bad === 0) {
      return 'number';
    }
    return distinct + bad <= mostCategories ? 'mixed' : 'text';
  }
  return distinct <= mostCategories && (distinct <= values / 2 || rows < fewRows) ? 'category' : 'text';
}

/** Every value once, under a name that says so or as the rows are counted. */
function isIdentifier({ name, type, distinct, whole, minimum = 0, maximum = 0 }: TableColumn, values: number): boolean {
  if (distinct < values) {
    return false;
  }
  if (identifierName.test(name.trim())) {
    return true;
  }
  if (type === 'category') {
    return values >= fewRows;
  }
  const counts = whole === true && (minimum === 0 || minimum === 1) && maximum - minimum + 1 === values;
  return counts && values >= fewRows;
}
