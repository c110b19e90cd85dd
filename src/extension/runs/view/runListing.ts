import type { Uri } from 'vscode';
import type { FoundRun, RunHome } from '../runHomes';

/** A run of the list. It stays the same object while the run changes, so that the view can update its row. */
export class RunRow {
  run: FoundRun;

  constructor(run: FoundRun) {
    this.run = run;
  }

  /** Unlike the id alone, different for two copies of a run in two folders. */
  get key(): string {
    return keyOf(this.run);
  }
}

/** The runs of a spec, newest first. */
export class SpecRow {
  readonly key: string;
  readonly home: RunHome;
  /** Path of the spec in its home; undefined for runs whose header cannot be read. */
  readonly spec: string | undefined;
  readonly rows: RunRow[] = [];

  constructor(key: string, home: RunHome, spec: string | undefined) {
    this.key = key;
    this.home = home;
    this.spec = spec;
  }

  get uri(): Uri | undefined {
    return this.spec === undefined ? undefined : this.home.specUri(this.spec);
  }
}

export type Row = SpecRow | RunRow;

/** All kept runs, by spec. The spec of the newest run comes first. */
export class RunListing {
  readonly #rows = new Map<string, RunRow>();
  #specs: readonly SpecRow[] = [];

  get specs(): readonly SpecRow[] {
    return this.#specs;
  }

  get rows(): readonly RunRow[] {
    return [...this.#rows.values()];
  }

  /** The rows of runs with this id. */
  withId(id: string): readonly RunRow[] {
    return this.rows.filter(({ run }) => run.id === id);
  }

  /** The runs that only one side knows: this list, or the folders that are there. */
  differing(folders: readonly Pick<FoundRun, 'home' | 'id'>[]): readonly Pick<FoundRun, 'home' | 'id'>[] {
    const there = new Set(folders.map(keyOf));
    const gone = this.rows.filter(({ key }) => !there.has(key)).map(({ run }) => run);
    return [...gone, ...folders.filter((each) => !this.#rows.has(keyOf(each)))];
  }

  /** Takes a new list of all runs. Rows that were there before stay the same objects. */
  replace(runs: readonly FoundRun[]): void {
    const before = new Map(this.#rows);
    this.#rows.clear();
    for (const run of runs) {
      const row = before.get(keyOf(run)) ?? new RunRow(run);
      row.run = run;
      this.#rows.set(row.key, row);
    }
    this.#group();
  }

  /** Takes what is now known of one run. Returns what has changed: its row, the whole list, or nothing. */
  update(home: RunHome, id: string, run: FoundRun | undefined): RunRow | 'list' | undefined {
    const key = keyOf({ home, id });
    const row = this.#rows.get(key);
    if (!run && !row) {
      return undefined;
    }
    if (run && row && specOf(run) === specOf(row.run)) {
      row.run = run;
      return row;
    }
    if (run) {
      this.#rows.set(key, new RunRow(run));
    } else {
      this.#rows.delete(key);
    }
    this.#group();
    return 'list';
  }

  #group(): void {
    const groups = new Map<string, SpecRow>();
    const newestFirst = [...this.rows].sort((a, b) => (a.run.id < b.run.id ? 1 : -1));
    for (const row of newestFirst) {
      const { home } = row.run;
      const spec = specOf(row.run);
      // A spec may have runs in two homes: before and after its folder could be written.
      const key = spec === undefined ? home.uri.toString() : home.specUri(spec).toString();
      let group = groups.get(key);
      if (!group) {
        group = new SpecRow(key, home, spec);
        groups.set(key, group);
      }
      group.rows.push(row);
    }
    this.#specs = [...groups.values()];
  }
}

/** The run that a command is given: a row of the view, or a run found otherwise. */
export function runNamed(argument: unknown): FoundRun | undefined {
  if (argument instanceof RunRow) {
    return argument.run;
  }
  const isFound = typeof argument === 'object' && argument !== null && 'home' in argument && 'id' in argument;
  return isFound ? (argument as FoundRun) : undefined;
}

function specOf(run: FoundRun): string | undefined {
  return 'header' in run ? run.header.spec : undefined;
}

/** Unlike the id alone, different for two copies of a run in two folders. */
export function keyOf({ home, id }: Pick<FoundRun, 'home' | 'id'>): string {
  return `${home.uri.toString()}#${id}`;
}
