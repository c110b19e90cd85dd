import { mostBytes, readFilm } from '../common/filmFile';
import type { Intervention } from '../common/intervention';
import { joinBytes } from '../common/joinBytes';
import { KeptEpochs } from '../common/keptEpochs';
import { eventLine, type RunEvent, readEvent, type SetEvent } from './events';
import { type HeaderProblem, type RunHeader, type RunIdentity, type RunMarks, readHeader } from './header';
import { beginning, type KeptRun, type Position, pointsUpTo, readEvents, readRun, readSeries } from './readRun';
import { emptyRecord, type Ranking, reduce } from './record';
import { type CheckpointSource, RunCheckpoints } from './runCheckpoints';
import { inFolder, type RunFiles, readIfThere, readText } from './runFiles';
import { isRunId, newRunId } from './runId';
import { type Here, isHeld, lockText } from './runLock';
import type { RunSeries } from './runSeries';
import { type Clock, headerBytes, marksBytes, RunWriter, type RunWriterOptions, readMarks, runFile } from './runWriter';
import { encodePiece, readPieces, seriesLogHead } from './seriesLog';

/** Milliseconds after which a deleted run is gone. */
const trashTime = 7 * 24 * 60 * 60 * 1000;

/** How much of a folder's runs is kept where nobody says otherwise: runs, and megabytes. */
export const usualLimits = { runs: 200, megabytes: 1000 } as const;

/** A run in a list: its header, or why there is none to show. */
export type ListedRun =
  | { readonly id: string; readonly header: RunHeader }
  | { readonly id: string; readonly problem: HeaderProblem };

export interface RepositoryOptions {
  readonly clock: Clock;
  readonly here: Here;
}

/** The runs that are kept in a folder `.nnspec`. */
export class RunRepository {
  readonly #files: RunFiles;
  readonly #options: RepositoryOptions;

  /** `files` is the folder `.nnspec`, which need not exist. */
  constructor(files: RunFiles, options: RepositoryOptions) {
    this.#files = files;
    this.#options = options;
  }

  /**
   * All runs, newest first. Folders that are no runs are passed over. Reads a header for each, nothing else.
   */
  async list(): Promise<readonly ListedRun[]> {
    const listed = await Promise.all((await this.ids()).map((id) => this.find(id)));
    return listed.filter((run) => run !== undefined).sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  /** The names of the folders that may hold runs. */
  async ids(): Promise<readonly string[]> {
    const entries = await this.#files.list('runs');
    return entries.filter(({ name, folder }) => folder && isRunId(name)).map(({ name }) => name);
  }

  /** The run with this id. */
  async find(id: string): Promise<ListedRun | undefined> {
    if (!isRunId(id)) {
      return undefined;
    }
    const text = await readText(this.folderOf(id), runFile.header);
    if (text === undefined) {
      // A folder that is being made, or one that is no run.
      return undefined;
    }
    const header = readHeader(text, id);
    if (typeof header === 'string') {
      return { id, problem: header };
    }
    if (header.state !== 'running') {
      return { id, header };
    }
    const marked = { ...header, ...(await readMarks(this.folderOf(id))) };
    return { id, header: (await this.#lives(id)) ? marked : { ...marked, state: 'interrupted' } };
  }

  /** All that is known of a run. */
  read(id: string, ranking?: Ranking): Promise<KeptRun> {
    return readRun(this.folderOf(id), ranking);
  }

  /** The values of a run that its curves show, without all else. */
  series(id: string): Promise<RunSeries> {
    return readSeries(this.folderOf(id));
  }

  /** The steps of the frames of a run's film; undefined where there is none. */
  async film(id: string): Promise<Float64Array | undefined> {
    const files = this.folderOf(id);
    const { size } = (await files.stat(runFile.film)) ?? { size: Number.POSITIVE_INFINITY };
    const frames = size <= mostBytes ? readFilm(await files.read(runFile.film)) : [];
    return frames.length === 0 ? undefined : Float64Array.from(frames, ({ step }) => step);
  }

  /** The files of a run. */
  folderOf(id: string): RunFiles {
    if (!isRunId(id)) {
      throw new Error(`${id} is no id of a run: check it with isRunId.`);
    }
    return inFolder(this.#files, `runs/${id}`);
  }

  /** Takes a folder for a new run, whose id no other process has. `random` is at least 0 and below 1. */
  claim(name: string, random: () => number): string {
    const { clock, here } = this.#options;
    for (;;) {
      const id = newRunId(name, new Date(clock.now()), random());
      if (this.folderOf(id).create?.(runFile.lock, new TextEncoder().encode(lockText(here))) !== false) {
        return id;
      }
    }
  }

  /** Begins a run in a folder of its own, with the spec that it trains. */
  create(
    identity: Omit<RunIdentity, 'created'>,
    specText: string,
    options: Pick<RunWriterOptions, 'ranking' | 'onFailure'> & { readonly init?: Uint8Array },
  ): RunWriter {
    const { clock, here } = this.#options;
    const created = new Date(clock.now()).toISOString();
    const { init, ...rest } = options;
    const writer = new RunWriter(
      this.folderOf(identity.id),
      { ...identity, created },
      { ...rest, clock, holder: here },
    );
    void this.#ignoreForGit();
    writer.begin({
      [runFile.spec]: new TextEncoder().encode(specText),
      ...(init && { [runFile.init]: init }),
    });
    return writer;
  }

  /**
   * Goes on with a run in its folder from a checkpoint. The log is cut there: what followed comes again.
   * Undefined for a run that trains, or is damaged.
   */
  async reopen(
    id: string,
    at: Position,
    options: Pick<RunWriterOptions, 'ranking' | 'onFailure'>,
  ): Promise<RunWriter | undefined> {
    const found = await this.find(id);
    if (!found || 'problem' in found || found.header.state === 'running') {
      return undefined;
    }
    const files = this.folderOf(id);
    if (!(await this.#takeLock(files))) {
      return undefined;
    }
    const { events } = await readEvents(files);
    const { kept, rule } = withoutTail(splitLog(events, at).kept);
    const undone = await this.interventionsAfter(id, at);
    const record = kept.reduce((before, event) => reduce(before, event, options.ranking), emptyRecord);
    const { clock, here: holder } = this.#options;
    const { header } = found;
    const writer = new RunWriter(
      files,
      header,
      { ...options, clock, holder, before: { record, hasSeries: true, parts: 1, kept: rule } },
      header.seconds,
    );
    writer.begin({
      // Until they are done again, and in the log once more, the run may be interrupted a second time.
      ...(undone.length > 0 && { [runFile.replay]: linesOf([...setsOf(kept), ...undone]) }),
      [runFile.events]: linesOf(kept),
      [runFile.series]: await cutSeries(files, at),
    });
    return writer;
  }

  /** Keeps checkpoints of a run in its folder; `from` is the step at which its training begins. */
  checkpoints(writer: RunWriter, source: CheckpointSource, from?: number): RunCheckpoints {
    return new RunCheckpoints(writer, this.folderOf(writer.id), this.#options.clock, source, from);
  }

  /** The interventions of a run after such a checkpoint. */
  async interventionsAfter(id: string, at: Position): Promise<readonly SetEvent[]> {
    const files = this.folderOf(id);
    const { events } = await readEvents(files);
    const waiting = await readReplay(files);
    for (const event of setsOf(events)) {
      // Both are in the order in which they were made; one may be made twice at a step.
      const found = waiting.findIndex((each) => keyOf(interventionOf(each)) === keyOf(interventionOf(event)));
      waiting.splice(found, found < 0 ? 0 : 1);
    }
    return [...splitLog(events, at).undone, ...waiting].sort((a, b) => a.step - b.step);
  }

  /**
   * Changes what a person has written on a run. While its header says that it trains, another process may
   * write that: the marks then wait in a file of their own, and whoever writes the header takes them over.
   */
  async mark(id: string, marks: RunMarks): Promise<void> {
    const files = this.folderOf(id);
    const read = async () => readHeader((await readText(files, runFile.header)) ?? '', id);
    let header = await read();
    if (typeof header !== 'string' && header.state === 'running') {
      await files.replace(runFile.marks, marksBytes({ ...(await readMarks(files)), ...marks }));
      header = await read();
    }
    if (typeof header !== 'string' && header.state !== 'running') {
      await files.replace(runFile.header, headerBytes({ ...header, ...marks }));
      await files.remove(runFile.marks);
    }
  }

  /** Moves a run to the trash. */
  async trash(id: string): Promise<void> {
    this.folderOf(id);
    await this.#files.replace(`trash/${id}.deleted`, new TextEncoder().encode(String(this.#options.clock.now())));
    await this.#files.move(`runs/${id}`, `trash/${id}`);
  }

  /** Takes a run out of the trash. */
  async restore(id: string): Promise<void> {
    this.folderOf(id);
    await this.#files.move(`trash/${id}`, `runs/${id}`);
    await this.#files.remove(`trash/${id}.deleted`);
  }

  /** Removes runs that were deleted more than seven days ago. */
  async emptyTrash(): Promise<void> {
    const suffix = '.deleted';
    for (const { name } of await this.#files.list('trash')) {
      const id = name.slice(0, -suffix.length);
      if (name.endsWith(suffix) && isRunId(id)) {
        const deleted = Number(await readText(this.#files, `trash/${name}`));
        if (!(this.#options.clock.now() - deleted < trashTime)) {
          await this.#files.remove(`trash/${id}`);
          await this.#files.remove(`trash/${name}`);
        }
      }
    }
  }

  /**
   * Deletes the oldest runs, so that at most `keep` runs of `maxSize` bytes remain. Starred and noted ones,
   * those that train, the others of their sweeps, and those for which `spares` is true stay, and so do
   * damaged ones. Returns the ids of those that are gone.
   */
  async thin(
    keep: number,
    maxSize: number,
    spares: (header: RunHeader) => boolean = () => false,
  ): Promise<readonly string[]> {
    const removed: string[] = [];
    const runs = await this.list();
    const sweeps = new Set(
      runs.flatMap((run) => ('header' in run && run.header.state === 'running' && run.header.sweep?.id) || []),
    );
    let [count, size] = [0, 0];
    for (const listed of runs) {
      const own = await sizeOf(this.folderOf(listed.id));
      count += 1;
      size += own;
      if ((count > keep || size > maxSize) && 'header' in listed) {
        const { starred, note, state, sweep } = listed.header;
        const isSweeping = sweep !== undefined && sweeps.has(sweep.id);
        if (!starred && !note && state !== 'running' && !isSweeping && !spares(listed.header)) {
          await this.#files.remove(`runs/${listed.id}`);
          removed.push(listed.id);
          count -= 1;
          size -= own;
        }
      }
    }
    return removed;
  }

  /** Removes all runs but those that train, and the trash. */
  async clear(): Promise<void> {
    for (const listed of await this.list()) {
      if ('problem' in listed || listed.header.state !== 'running') {
        await this.#files.remove(`runs/${listed.id}`);
      }
    }
    await this.#files.remove('trash');
  }

  /** The number of runs, and the bytes that they take. */
  async measure(): Promise<{ readonly runs: number; readonly bytes: number }> {
    const runs = await this.list();
    const sizes = await Promise.all(runs.map(({ id }) => sizeOf(this.folderOf(id))));
    return { runs: runs.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
  }

  /** Takes over the run whose lock nobody holds; false if another process does so at this moment. */
  async #takeLock(files: RunFiles): Promise<boolean> {
    const own = new TextEncoder().encode(lockText(this.#options.here));
    const abandoned = await readText(files, runFile.lock);
    if (!files.create) {
      return true;
    }
    if (abandoned !== undefined) {
      const aside = `${runFile.lock}-${this.#options.here.pid}`;
      try {
        // Only one process can move it away.
        await files.move(runFile.lock, aside);
      } catch {
        return false;
      }
      if ((await readText(files, aside)) !== abandoned) {
        await files.move(aside, runFile.lock);
        return false;
      }
      await files.remove(aside);
    }
    return files.create(runFile.lock, own);
  }

  async #lives(id: string): Promise<boolean> {
    const files = this.folderOf(id);
    const [text, state] = [await readText(files, runFile.lock), await files.stat(runFile.lock)];
    return (
      text !== undefined &&
      state !== undefined &&
      isHeld(text, state.modified, this.#options.clock.now(), this.#options.here)
    );
  }

  /** Keeps runs out of version control. Made once: whoever changes the file means it. */
  async #ignoreForGit(): Promise<void> {
    try {
      if (!(await this.#files.stat('.gitignore'))) {
        await this.#files.replace('.gitignore', new TextEncoder().encode('*\n'));
      }
    } catch {
      // The run itself will tell that the folder cannot be written.
    }
  }
}

/** The interventions that were known when the run last went on. */
async function readReplay(files: RunFiles): Promise<SetEvent[]> {
  const lines = (await readText(files, runFile.replay))?.split('\n') ?? [];
  return lines.map(readEvent).filter((event) => event?.event === 'set');
}

function setsOf(events: readonly RunEvent[]): readonly SetEvent[] {
  return events.filter((event) => event.event === 'set');
}

function interventionOf({ step, epochs, name, value, tensor, index }: SetEvent): Intervention {
  return { step, epochs, kind: name, tensor, index, ...(typeof value === 'number' ? { value } : { file: value }) };
}

function keyOf({ step, epochs, kind, value, file, tensor, index }: Intervention): string {
  return JSON.stringify([step, epochs, kind, value ?? file, tensor, index]);
}

function linesOf(events: readonly RunEvent[]): Uint8Array {
  return new TextEncoder().encode(events.map(eventLine).join(''));
}

/** Divides a log into what a checkpoint has already, and the interventions that come after it. */
function splitLog(
  events: readonly RunEvent[],
  { step, epochs, interventions }: Position,
): { readonly kept: readonly RunEvent[]; readonly undone: readonly SetEvent[] } {
  const kept: RunEvent[] = [];
  const undone: SetEvent[] = [];
  if (step === beginning.step) {
    return { kept, undone: setsOf(events) };
  }
  let next = 0;
  for (const event of events) {
    switch (event.event) {
      case 'start':
      case 'fold':
        kept.push(event);
        break;
      case 'epoch':
        if (event.fold !== undefined || event.epoch <= epochs) {
          kept.push(event);
        }
        break;
      case 'set': {
        // Both are in the order in which they were made; the checkpoint may hold some from before the log.
        const at =
          undone.length > 0
            ? -1
            : interventions.findIndex((each, i) => i >= next && keyOf(each) === keyOf(interventionOf(event)));
        if (at < 0) {
          undone.push(event);
        } else {
          kept.push(event);
          next = at + 1;
        }
        break;
      }
      case 'error':
      case 'end':
        break;
    }
  }
  return { kept, undone };
}

/**
 * Passes over epochs that are there only because the log ended after them, so that it becomes that of a run
 * without an interruption. `rule` is the one that chose the others, at this point.
 */
function withoutTail(events: readonly RunEvent[]): {
  readonly kept: readonly RunEvent[];
  readonly rule: KeptEpochs;
} {
  const rule = new KeptEpochs();
  const kept = events.filter(
    (event, i) => event.event !== 'epoch' || rule.keeps(event.epoch) || precedesChange(events, i),
  );
  return { kept, rule };
}

/** Whether an event other than an epoch follows: it is kept together with the epoch before it. */
function precedesChange(events: readonly RunEvent[], index: number): boolean {
  const next = events[index + 1];
  return next !== undefined && next.event !== 'epoch' && !(next.event === 'start' && next.resumed);
}

async function cutSeries(files: RunFiles, at: Position): Promise<Uint8Array> {
  const bytes = (await readIfThere(files, runFile.series)) ?? new Uint8Array();
  const pieces = readPieces(bytes).pieces.map(([tag, points]) => encodePiece(tag, pointsUpTo(tag, points, at)));
  return joinBytes([seriesLogHead(), ...pieces]);
}

async function sizeOf(files: RunFiles): Promise<number> {
  const entries = await files.list('');
  const sizes = await Promise.all(
    entries.map(async ({ name, folder }) =>
      folder ? sizeOf(inFolder(files, name)) : ((await files.stat(name))?.size ?? 0),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
