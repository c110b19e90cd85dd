/** The role of a column, judged by its name and its values. */
import type { TableColumn, TableFacts } from '../../spec/tableFacts';

export type Role =
  | 'number'
  | 'category'
  /** Days, with month and weekday where they tell something. */
  | 'date'
  /** Numbers and some text, with few enough values to be categories. */
  | 'mixed'
  /** At most one value: nothing can be learned from it. */
  | 'constant'
  /** A different value in every row. */
  | 'identifier'
  /** Numbers too large for float32, in which networks compute. */
  | 'huge'
  /** Words that hardly ever repeat. */
  | 'text'
  /** Most cells are missing. */
  | 'sparse'
  /** From it alone the target is known. */
  | 'gives-away';

export interface RoledColumn {
  readonly column: TableColumn;
  readonly role: Role;
}

/** Each category becomes an input: a column with more values counts as text, unless each has many rows. */
const maxCategories = 30;
const mostCategories = 500;
const manyRowsEach = 20;
/** A column with a larger share of missing cells is not used. */
const maxMissing = 0.4;
/** With fewer rows than this, it is nothing unusual that all values differ. */
const fewRows = 12;
/** With this share of different codes a column names rows. */
const nearlyAll = 0.9;

/** Well within what float32 holds. */
const largestNumber = 1e38;

const identifierName =
  /^(?:id|index|idx|key|uuid|guid|no|nr|rowid|row_?(?:id|number|index)|번호|순번|일련번호)$|[ _-](?:id|uuid|no)$/i;

export function rolesOf({ columns, rows }: TableFacts): RoledColumn[] {
  return columns.map((column) => ({ column, role: roleOf(column, rows) }));
}

/** Whether the column can be an input. */
export function isInput({ role }: RoledColumn): boolean {
  return role === 'number' || role === 'category' || role === 'date' || role === 'mixed';
}

/** The columns other than the target. */
export function otherColumns(target: TableColumn, facts: TableFacts, roled = rolesOf(facts)): RoledColumn[] {
  return roled.filter(({ column }) => column !== target);
}

function roleOf(column: TableColumn, rows: number): Role {
  const { type, distinct, missing, bad = 0, minimum = 0, maximum = 0 } = column;
  const values = rows - missing;
  if (distinct + (bad > 0 ? 1 : 0) <= 1) {
    return 'constant';
  }
  if (missing > maxMissing * rows) {
    return 'sparse';
  }
  if (isIdentifier(column, values)) {
    return 'identifier';
  }
  if (type === 'date') {
    return bad === 0 ? 'date' : 'text';
  }
  if (type === 'number') {
    if (Math.max(-minimum, maximum) > largestNumber) {
      return 'huge';
    }
    if (bad === 0) {
      return 'number';
    }
    return distinct + bad <= maxCategories ? 'mixed' : 'text';
  }
  const isSmall = distinct <= maxCategories && (distinct <= values / 2 || rows < fewRows);
  const isFrequent = distinct <= mostCategories && distinct * manyRowsEach <= values;
  return isSmall || isFrequent ? 'category' : 'text';
}

/** A number of an order or a person, such as `M-000123`: no words, and nothing that repeats. */
function isCode({ value }: TableColumn['counts'][number]): boolean {
  return /^\p{L}{0,4}[-_ /]?\d[\dA-Fa-f-]*$/u.test(value);
}

/**
 * All values differ, or nearly all codes do, and the name marks an identifier, or the values are texts or row
 * numbers.
 */
function isIdentifier(
  { name, type, distinct, counts, whole, minimum = 0, maximum = 0 }: TableColumn,
  values: number,
): boolean {
  // Some rows may be copies of others.
  if (type === 'category' && values >= fewRows && distinct >= nearlyAll * values && counts.every(isCode)) {
    return true;
  }
  if (distinct < values) {
    return false;
  }
  if (identifierName.test(name.trim())) {
    return true;
  }
  if (type === 'category') {
    return values >= fewRows;
  }
  // The dates of a diary all differ, and tell much.
  const isNumbered =
    type === 'number' && whole === true && (minimum === 0 || minimum === 1) && maximum - minimum + 1 === values;
  return isNumbered && values >= fewRows;
}
