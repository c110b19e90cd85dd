import { parseSteps } from '../../language';
import { type Compared, type ComparedRun, mostCurves, type ToCompare } from '../../protocol/compare';
import { readText } from '../../runs/runFiles';
import { thinned } from '../../runs/runSeries';
import { runFile } from '../../runs/runWriter';
import type { Points, Tag } from '../../runs/series';
import { metrics } from '../../spec/catalogue/metrics';
import type { Spec } from '../../spec/spec';
import { inTurns } from '../language/turns';
import type { Run } from '../runs/run';
import type { FoundRun } from '../runs/runHomes';
import { keyOf } from '../runs/view/runListing';
import { comparedRun, levelsOf, type RunSettings, runsCompared, settingsOfRuns, trainedSpec } from './comparedRuns';

/** Buckets of a series, each of up to four points: more than a chart has pixels. */
const buckets = 256;
/** Files that are read at once. */
const readTogether = 200;

/** Where a comparison gets its runs from. */
export interface ComparisonSource {
  /** Resolves once all kept runs are known. */
  readonly ready: Promise<void>;
  /** All kept runs. */
  runs(): readonly FoundRun[];
  /** The run with this id, while this window trains it. */
  training(id: string): Pick<Run, 'series' | 'cursor'> | undefined;
  isSweeping(sweep: string): boolean;
}

/** Tells a page of the runs that it compares: everything once, then only what has changed. */
export class ComparisonFeed {
  readonly compared: Compared;
  readonly #title: string;
  readonly #source: ComparisonSource;
  readonly #post: (message: ToCompare) => unknown;
  /** Specs by their text: the runs of a spec have few texts, or differ in them. */
  readonly #parsed = new Map<string, Spec | undefined>();
  readonly #texts = new Map<string, string | undefined>();
  /** The spec that each run has trained, as long as its text and options are the same. */
  readonly #trained = new Map<string, { readonly source: string; readonly spec: Spec }>();
  /** The differences between specs: a thousand of them are compared again only where one is another. */
  #settings: { readonly specs: readonly (Spec | undefined)[]; readonly found: RunSettings } | undefined;
  /** The runs as the page was told of them, as JSON. */
  readonly #told = new Map<string, string>();
  #frame = '';
  #shown: readonly string[] = [];
  /** For each run that is shown, how far its curves were when they were sent. */
  readonly #sent = new Map<string, string>();
  #work: Promise<void> = Promise.resolve();
  #due = false;
  #stopped = true;

  constructor(compared: Compared, title: string, source: ComparisonSource, post: (message: ToCompare) => unknown) {
    this.compared = compared;
    this.#title = title;
    this.#source = source;
    this.#post = post;
  }

  /** The runs that are compared, newest first. */
  get runs(): readonly FoundRun[] {
    return runsCompared(this.#source.runs(), this.compared);
  }

  /** The run with this key. */
  find(key: string): FoundRun | undefined {
    return this.runs.find((run) => keyOf(run) === key);
  }

  /** Ids of the sweeps of these runs that this window trains. */
  get sweeps(): readonly string[] {
    const ids = [this.compared.sweep, ...this.runs.map((run) => ('header' in run ? run.header.sweep?.id : undefined))];
    return [...new Set(ids)].filter((id) => id !== undefined).filter((id) => this.#source.isSweeping(id));
  }

  /** Whether a run is shown that this window trains: its curves grow. */
  get isLive(): boolean {
    return this.runs.some((run) => this.#shown.includes(keyOf(run)) && this.#source.training(run.id) !== undefined);
  }

  /** Tells a new page everything. */
  async start(): Promise<void> {
    await this.#source.ready;
    this.#stopped = false;
    this.#frame = '';
    this.#sent.clear();
    return this.refresh();
  }

  /** The page is hidden or closed. */
  stop(): void {
    this.#stopped = true;
  }

  show(keys: readonly string[]): Promise<void> {
    this.#shown = keys.slice(0, mostCurves);
    for (const key of [...this.#sent.keys()].filter((each) => !this.#shown.includes(each))) {
      this.#sent.delete(key);
    }
    return this.refresh();
  }

  /** Tells what has changed. Calls while it works are answered by one more look at the end. */
  refresh(): Promise<void> {
    if (!this.#due) {
      this.#due = true;
      this.#work = this.#work
        .catch(() => undefined)
        .then(async () => {
          this.#due = false;
          await this.#tellRuns();
          await this.#tellCurves();
        });
    }
    return this.#work;
  }

  async #tellRuns(): Promise<void> {
    const runs = this.runs;
    if (runs.some((run) => 'header' in run && !this.#texts.has(keyOf(run)))) {
      if (this.#frame === '') {
        // The settings are known once the specs were read; of a thousand runs that takes seconds.
        this.#tell(runs);
      }
      await this.#readSpecs(runs);
    }
    this.#tell(runs);
  }

  #tell(runs: readonly FoundRun[]): void {
    if (this.#stopped) {
      return;
    }
    const specs = runs.map((run) => this.#specOf(run));
    const { columns, ofRun } = this.#settingsOf(specs);
    const listed = runs.map((run, i) => comparedRun(run, ofRun[i]));
    const rest = {
      compared: this.compared,
      title: this.#title,
      settings: columns,
      levels: levelsOf(specs),
      higher: metrics.filter(({ better }) => better === 'higher').map(({ name }) => name),
      sweeping: this.sweeps.length > 0,
    };
    const frame = JSON.stringify([rest, listed.map(({ key }) => key)]);
    const changed = listed.filter((run) => this.#isNews(run));
    if (frame !== this.#frame) {
      this.#frame = frame;
      this.#post({ type: 'comparison', comparison: { ...rest, runs: listed } });
    } else if (changed.length > 0) {
      this.#post({ type: 'changed', runs: changed });
    }
  }

  #isNews(run: ComparedRun): boolean {
    const text = JSON.stringify(run);
    const isNew = this.#told.get(run.key) !== text;
    this.#told.set(run.key, text);
    return isNew;
  }

  #settingsOf(specs: readonly (Spec | undefined)[]): RunSettings {
    const known = this.#settings;
    if (known?.specs.length === specs.length && specs.every((spec, i) => spec === known.specs[i])) {
      return known.found;
    }
    const found = settingsOfRuns(specs);
    this.#settings = { specs, found };
    return found;
  }

  #specOf(run: FoundRun): Spec | undefined {
    const key = keyOf(run);
    const text = this.#texts.get(key);
    const spec = text === undefined ? undefined : this.#parsed.get(text);
    if (!spec || !('header' in run)) {
      return undefined;
    }
    const { seed, epochs } = run.header;
    const source = JSON.stringify([seed, epochs, text]);
    const known = this.#trained.get(key);
    if (known?.source === source) {
      return known.spec;
    }
    const trained = trainedSpec(spec, run.header);
    this.#trained.set(key, { source, spec: trained });
    return trained;
  }

  async #readSpecs(runs: readonly FoundRun[]): Promise<void> {
    const unread = runs.filter((run) => 'header' in run && !this.#texts.has(keyOf(run)));
    const partAt = (at: number) => unread.slice(at, at + readTogether);
    let reading = textsOf(partAt(0));
    for (let at = 0; at < unread.length && !this.#stopped; at += readTogether) {
      const some = partAt(at);
      const texts = await reading;
      // The next files are read while these are parsed.
      reading = textsOf(partAt(at + readTogether));
      for (const [i, text] of texts.entries()) {
        if (text !== undefined && !this.#parsed.has(text)) {
          this.#parsed.set(text, (await inTurns(parseSteps(text, { fileName: '' }))).spec);
        }
        this.#texts.set(keyOf(some[i]), text);
      }
    }
  }

  async #tellCurves(): Promise<void> {
    const runs = new Map(this.runs.map((run) => [keyOf(run), run]));
    for (const key of this.#shown) {
      const run = runs.get(key);
      if (this.#stopped || !run || 'problem' in run) {
        continue;
      }
      const training = this.#source.training(run.id);
      const { state, epoch, step } = run.header;
      const mark = training ? `${training.cursor().loss}` : `${state} ${epoch} ${step}`;
      if (this.#sent.get(key) !== mark) {
        this.#sent.set(key, mark);
        const series = ownSeries(training ? training.series() : await seriesOf(run));
        this.#post({ type: 'curves', curves: { [key]: thinned(series, buckets) } });
      }
    }
  }
}

/** The specs of these runs as they were trained. */
function textsOf(runs: readonly FoundRun[]): Promise<readonly (string | undefined)[]> {
  return Promise.all(runs.map(({ home, id }) => readText(home.repository.folderOf(id), runFile.spec)));
}

/** The series of the run itself: the norms of gradients are those of an open panel. */
function ownSeries(series: Readonly<Record<Tag, Points>>): Readonly<Record<Tag, Points>> {
  return Object.fromEntries(Object.entries(series).filter(([tag]) => !tag.startsWith('gradient_norm/')));
}

/** The series of a kept run; none where its files have just been deleted. */
async function seriesOf({ home, id }: FoundRun): Promise<Readonly<Record<Tag, Points>>> {
  try {
    return (await home.repository.series(id)).all();
  } catch {
    return {};
  }
}
