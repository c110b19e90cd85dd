/** What a file holds, before a spec says what to make of it. */
import { inStretches, type Steps, takeAll } from '../common/steps';
import type { GeneratorSource } from '../spec/sources';
import { mostCounted, type TableColumn, type TableFacts } from '../spec/tableFacts';
import { heldBytes } from './bytes';
import type { DataProblem } from './dataset';
import { delimitedSteps } from './delimited';
import { generateSteps } from './generators';
import { Problems } from './problems';
import { type Column, describeSteps, type Table } from './table';

export type Profile = { readonly facts: TableFacts } | { readonly problems: readonly DataProblem[] };

/** The columns of a CSV or TSV file with what their cells tell; problems where it cannot be read as a table. */
export function profileTable(bytes: Uint8Array, fileName: string): Profile {
  return takeAll(profileSteps(bytes, fileName));
}

/** `profileTable` in short steps. */
export function* profileSteps(bytes: Uint8Array, fileName: string): Steps<Profile> {
  const problems = new Problems();
  const table = yield* delimitedSteps(
    { bytes: heldBytes(bytes), fileName, path: ['data', 'file'], types: {} },
    problems,
  );
  return table ? { facts: yield* profileColumns(table) } : { problems: problems.list() };
}

/** The rows that a generator makes by its own defaults, from seed 0. */
export function profileGenerated(source: GeneratorSource): TableFacts {
  return takeAll(profileColumns(takeAll(generateSteps(source, { name: source.name, parameters: {} }, 0))));
}

function* profileColumns({ rows, columns }: Pick<Table, 'rows' | 'columns'>): Steps<TableFacts> {
  const profiles: TableColumn[] = [];
  for (const column of columns) {
    profiles.push(yield* profileColumn(column));
  }
  return { rows, columns: profiles };
}

function* profileColumn(column: Column): Steps<TableColumn> {
  const { categories, ...facts } = yield* describeSteps(column);
  if (column.type === 'category') {
    const { codes, values } = column;
    const tally = yield* tallyCodes(codes, values.length);
    const counts = yield* mostFrequent(values.length, (code) => ({ value: values[code], count: tally[code] }));
    return { ...facts, distinct: values.length, counts };
  }
  const { tally, distinct, whole } = yield* tallyNumbers(column.values);
  const few = distinct > mostCounted ? [] : [...tally].map(([value, count]) => ({ value: String(value), count }));
  const counts = yield* mostFrequent(few.length, (i) => few[i]);
  return { ...facts, distinct, counts, whole, bad: column.bad.length };
}

/** How often each code occurs. */
function* tallyCodes(codes: Int32Array, count: number): Steps<Int32Array> {
  const tally = new Int32Array(count);
  yield* inStretches(codes.length, (from, to) => {
    for (let row = from; row < to; row++) {
      if (codes[row] >= 0) {
        tally[codes[row]]++;
      }
    }
  });
  return tally;
}

interface NumberTally {
  /** How often each value occurs; left out of use once there are more than are shown. */
  readonly tally: ReadonlyMap<number, number>;
  readonly distinct: number;
  readonly whole: boolean;
}

function* tallyNumbers(values: Float64Array): Steps<NumberTally> {
  const tally = new Map<number, number>();
  const seen = new NumberSet(values.length);
  let whole = true;
  yield* inStretches(values.length, (from, to) => {
    for (let row = from; row < to; row++) {
      const value = values[row];
      if (Number.isNaN(value)) {
        continue;
      }
      seen.add(value);
      if (tally.size <= mostCounted) {
        tally.set(value, (tally.get(value) ?? 0) + 1);
      }
      if (!Number.isInteger(value)) {
        whole = false;
      }
    }
  });
  return { tally, distinct: seen.size, whole };
}

/** As many different numbers as it is made for. A Set stops for half a second when a million of them outgrow its room. */
class NumberSet {
  size = 0;
  readonly #slots: Float64Array;
  readonly #shift: number;
  readonly #number = new Float64Array(1);
  readonly #words = new Uint32Array(this.#number.buffer);

  constructor(most: number) {
    const bits = Math.max(4, 32 - Math.clz32(2 * most));
    this.#slots = new Float64Array(1 << bits).fill(Number.NaN);
    this.#shift = 32 - bits;
  }

  add(value: number): void {
    // −0 counts as 0.
    this.#number[0] = value + 0;
    const [low, high] = [this.#words[0], this.#words[1]];
    let slot = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1) >>> this.#shift;
    while (!Number.isNaN(this.#slots[slot])) {
      if (this.#slots[slot] === value) {
        return;
      }
      slot = (slot + 1) & (this.#slots.length - 1);
    }
    this.#slots[slot] = value;
    this.size++;
  }
}

/** The most frequent first, those that are equally frequent as they come. */
function* mostFrequent(length: number, at: (index: number) => Count): Steps<Count[]> {
  const most: Count[] = [];
  yield* inStretches(length, (from, to) => {
    for (let i = from; i < to; i++) {
      const next = at(i);
      if (most.length === mostCounted && next.count <= most[mostCounted - 1].count) {
        continue;
      }
      const behind = most.findIndex(({ count }) => count < next.count);
      most.splice(behind < 0 ? most.length : behind, 0, next);
      most.length = Math.min(most.length, mostCounted);
    }
  });
  return most;
}

type Count = TableColumn['counts'][number];
