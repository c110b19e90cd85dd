/** Reads kept runs of a spec, to be drawn behind the curves of another one. */
import { parseSpec } from '../../language';
import { type EarlierChoice, type EarlierRun, type EarlierRuns, mostEarlierRuns } from '../../protocol/panel';
import { bestFirst, type Rank, rankOf } from '../../runs/rank';
import { thinned } from '../../runs/runSeries';
import type { Tag } from '../../runs/series';
import { higherIsBetter } from '../../spec/catalogue/metrics';
import type { Run } from '../runs/run';
import type { FoundRun } from '../runs/runHomes';
import { type Reading, rowWords } from '../runs/view/rowWords';

export interface EarlierQuestion {
  readonly choice: EarlierChoice;
  /** The runs of the choice `chosen`. */
  readonly ids: readonly string[];
}

/** The run that is shown. */
export type ShownRun = Pick<Run, 'id' | 'specText'>;

/** The curves of a run. */
type Curves = Pick<EarlierRun, 'series'> & { readonly loss: string | undefined };

/** Buckets of a series, each of up to four points: as many as fill the width of a chart. */
const buckets = 64;
/** Runs whose curves are remembered. */
const mostRemembered = 4 * mostEarlierRuns;

/** Answers which earlier runs are drawn. Reads a run once, unless it has gone on since. */
export class EarlierRunsReader {
  /** By id and progress; undefined for a damaged run. */
  readonly #curves = new Map<string, Promise<Curves | undefined>>();

  /** `found`: the runs of the spec, newest first, and those beside them that cannot be read. */
  async answer(
    found: readonly FoundRun[],
    shown: ShownRun,
    question: EarlierQuestion,
    reading: Reading,
  ): Promise<EarlierRuns> {
    const earlier = runsBefore(found, shown);
    const isSingle = question.choice === 'last' || question.choice === 'best';
    const loss = lossOf(shown.specText);
    const drawn: (EarlierRun & { readonly isOther: boolean })[] = [];
    let [damaged, more] = [0, 0];
    for (const run of candidates(found, earlier, shown, question)) {
      if (drawn.length === (isSingle ? 1 : mostEarlierRuns)) {
        more += isSingle ? 0 : 1;
        continue;
      }
      const curves = await this.#curvesOf(run);
      if (!('header' in run) || !curves) {
        damaged += 1;
        continue;
      }
      const isOther = curves.loss !== loss;
      // The best one is that with the lowest loss; losses of two functions cannot be compared.
      const passedOver = isOther && question.choice === 'best' && isLoss(rankIn(run)?.tag ?? '');
      const series = isOther ? withoutLosses(curves.series) : curves.series;
      if (!passedOver && Object.values(series).some(({ x }) => x.length > 0)) {
        const { id, header } = run;
        const name = rowWords(run, undefined, reading).label || id;
        drawn.push({ id, name, diverged: header.state === 'diverged', series, isOther });
      }
    }
    return {
      runs: drawn.map(({ isOther: _, ...run }) => ({ ...run, name: nameAmong(run, drawn) })),
      known: earlier.filter((run) => 'header' in run).length,
      damaged,
      more,
      otherLoss: drawn.filter(({ isOther }) => isOther).length,
    };
  }

  async #curvesOf(run: FoundRun): Promise<Curves | undefined> {
    if (!('header' in run)) {
      return undefined;
    }
    const { state, step } = run.header;
    const key = `${run.home.uri}#${run.id} ${state} ${step}`;
    let curves = this.#curves.get(key);
    if (!curves) {
      if (this.#curves.size >= mostRemembered) {
        this.#curves.clear();
      }
      curves = readCurves(run);
      this.#curves.set(key, curves);
    }
    return curves;
  }
}

/**
 * The runs that began before the shown one; all, while that has no folder yet. Ids tell seconds alone, and a
 * run may be over within one.
 */
function runsBefore(found: readonly FoundRun[], { id }: ShownRun): readonly FoundRun[] {
  const own = found.find((run) => run.id === id);
  if (!own || !('header' in own)) {
    return found.filter((run) => run !== own);
  }
  const { created } = own.header;
  return found.filter((run) => ('header' in run ? run.header.created < created : run.id < id));
}

/** The runs to draw, in the order in which they are tried. */
function candidates(
  found: readonly FoundRun[],
  earlier: readonly FoundRun[],
  shown: ShownRun,
  { choice, ids }: EarlierQuestion,
): readonly FoundRun[] {
  switch (choice) {
    case 'none':
      return [];
    case 'last':
    case 'all':
      return earlier;
    case 'chosen':
      return found.filter(({ id }) => id !== shown.id && ids.includes(id));
    case 'best':
      return bestFirst(earlier.filter(rankIn), rankIn, higherIsBetter);
  }
}

function rankIn(run: FoundRun): Rank | undefined {
  return 'header' in run ? rankOf(run.header) : undefined;
}

async function readCurves({ home, id }: FoundRun): Promise<Curves | undefined> {
  try {
    const { series, specText, damagedLines } = await home.repository.read(id);
    if (damagedLines > 0 || specText === undefined) {
      return undefined;
    }
    return { series: thinned(series.all(), buckets), loss: lossOf(specText) };
  } catch {
    return undefined;
  }
}

function lossOf(specText: string): string | undefined {
  return parseSpec(specText, { fileName: '' }).spec?.training.loss.name;
}

function withoutLosses(series: EarlierRun['series']): EarlierRun['series'] {
  return Object.fromEntries(Object.entries(series).filter(([tag]) => !isLoss(tag)));
}

function isLoss(tag: Tag): boolean {
  return tag === 'loss' || tag === 'val_loss' || tag === 'batch_loss';
}

/** A name that several runs have gets the end of the id. */
function nameAmong({ id, name }: EarlierRun, runs: readonly EarlierRun[]): string {
  const isShared = runs.some((other) => other.id !== id && other.name === name);
  return isShared ? `${name} (${id.slice(-4)})` : name;
}
