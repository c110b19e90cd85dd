import type { Uri } from 'vscode';
import { bestFirst, rankOf } from '../../../runs/rank';
import { higherIsBetter } from '../../../spec/catalogue/metrics';
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

/** The runs of a sweep, best first. It stays the same object while they change. */
export class SweepRow {
  readonly key: string;
  rows: readonly RunRow[] = [];

  constructor(key: string) {
    this.key = key;
  }
}

/** The runs of a spec. */
export class SpecRow {
  readonly key: string;
  readonly home: RunHome;
  /** Path of the spec in its home; undefined for runs whose header cannot be read. */
  readonly spec: string | undefined;
  /** All its runs, newest first. */
  readonly rows: RunRow[] = [];
  /** The same by rows: the runs of a sweep make one. */
  children: readonly (RunRow | SweepRow)[] = [];

  constructor(key: string, home: RunHome, spec: string | undefined) {
    this.key = key;
    this.home = home;
    this.spec = spec;
  }

  get uri(): Uri | undefined {
    return this.spec === undefined ? undefined : this.home.specUri(this.spec);
  }
}

export type Row = SpecRow | SweepRow | RunRow;

/** A run as it is now; undefined where it has gone. */
export interface RunChange extends Pick<FoundRun, 'home' | 'id'> {
  readonly run: FoundRun | undefined;
}

/** All kept runs, by spec. The spec of the newest run comes first. */
export class RunListing {
  readonly #rows = new Map<string, RunRow>();
  /** The sweep of each run that is shown below one. */
  readonly #sweeps = new Map<RunRow, SweepRow>();
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

  /**
   * Takes what is now known of some runs. Returns the rows to draw again, or that all are. For a run of a
   * sweep this is the row of the sweep, in which it may have another rank.
   */
  update(changes: readonly RunChange[]): readonly (RunRow | SweepRow)[] | 'all' {
    const changed = new Set<RunRow | SweepRow>();
    let isOther = false;
    for (const { home, id, run } of changes) {
      const key = keyOf({ home, id });
      const row = this.#rows.get(key);
      if (run && row && specOf(run) === specOf(row.run) && sweepOf(run) === sweepOf(row.run)) {
        row.run = run;
        changed.add(this.#sweeps.get(row) ?? row);
      } else if (run || row) {
        isOther = true;
        if (run) {
          this.#rows.set(key, new RunRow(run));
        } else {
          this.#rows.delete(key);
        }
      }
    }
    if (isOther) {
      this.#group();
      return 'all';
    }
    for (const row of changed) {
      if (row instanceof SweepRow) {
        row.rows = ranked(row.rows);
      }
    }
    return [...changed];
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
    this.#groupSweeps();
  }

  /** A sweep stands where its newest run would. One with a single run is a row like any other. */
  #groupSweeps(): void {
    const before = new Map([...this.#sweeps.values()].map((sweep) => [sweep.key, sweep]));
    this.#sweeps.clear();
    for (const spec of this.#specs) {
      const members = new Map<string, RunRow[]>();
      for (const row of spec.rows) {
        const key = `${spec.key}#${sweepOf(row.run)}`;
        const rows = members.get(key) ?? [];
        members.set(key, rows);
        rows.push(row);
      }
      for (const [key, rows] of members) {
        if (rows.length > 1 && sweepOf(rows[0].run) !== undefined) {
          const sweep = before.get(key) ?? new SweepRow(key);
          sweep.rows = ranked(rows);
          for (const row of rows) {
            this.#sweeps.set(row, sweep);
          }
        }
      }
      spec.children = [...new Set(spec.rows.map((row) => this.#sweeps.get(row) ?? row))];
    }
  }
}

/** The runs that a command is given: those of a row, or one found otherwise. */
export function runsNamed(argument: unknown): readonly FoundRun[] {
  return argument instanceof SweepRow ? argument.rows.map(({ run }) => run) : [runNamed(argument) ?? []].flat();
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

function sweepOf(run: FoundRun): string | undefined {
  return 'header' in run ? run.header.sweep?.id : undefined;
}

function ranked(rows: readonly RunRow[]): readonly RunRow[] {
  return bestFirst(rows, ({ run }) => ('header' in run ? rankOf(run.header) : undefined), higherIsBetter);
}

/** Unlike the id alone, different for two copies of a run in two folders. */
export function keyOf({ home, id }: Pick<FoundRun, 'home' | 'id'>): string {
  return `${home.uri.toString()}#${id}`;
}
