/** The runs of a comparison as its page lists them. */
import { isRecord } from '../../common/isRecord';
import { decodeNumber } from '../../common/jsonNumbers';
import type { Compared, ComparedRun, ExpectedLevel, SettingColumn } from '../../protocol/compare';
import type { RunHeader } from '../../runs/header';
import { rankOf } from '../../runs/rank';
import { slugIn } from '../../runs/runId';
import { type DifferingSetting, differingSettings } from '../../spec/difference';
import type { Spec } from '../../spec/spec';
import { prefixes } from '../runs/lastResults';
import type { FoundRun } from '../runs/runHomes';
import { keyOf } from '../runs/view/runListing';

/** The runs that are compared, newest first; also unreadable ones that are named like one of the spec's. */
export function runsCompared(all: readonly FoundRun[], { spec, sweep, keys }: Compared): readonly FoundRun[] {
  const chosen = keys && new Set(keys);
  if (chosen) {
    return newestFirst(all.filter((run) => chosen.has(keyOf(run))));
  }
  const own = all.filter(
    (run) =>
      'header' in run &&
      run.home.specUri(run.header.spec).toString() === spec &&
      (sweep === undefined || run.header.sweep?.id === sweep),
  );
  const names = new Set(own.map((run) => `${run.home.uri} ${slugIn(run.id)}`));
  const unreadable = all.filter(
    (run) => sweep === undefined && 'problem' in run && names.has(`${run.home.uri} ${slugIn(run.id)}`),
  );
  return newestFirst([...own, ...unreadable]);
}

function newestFirst(runs: readonly FoundRun[]): readonly FoundRun[] {
  return [...runs].sort((a, b) => (a.id < b.id ? 1 : -1));
}

/** The spec that a run has trained: its text, with what the command line gave in its stead. */
export function trainedSpec(spec: Spec, { seed, epochs }: RunHeader): Spec {
  const { training } = spec;
  return {
    ...spec,
    seed: seed ?? spec.seed,
    training: epochs === undefined ? training : { ...training, epochs },
  };
}

/** The settings that differ, and for each run its own. */
export interface RunSettings {
  readonly columns: readonly SettingColumn[];
  readonly ofRun: readonly ComparedRun['settings'][];
}

export function settingsOfRuns(specs: readonly (Spec | undefined)[]): RunSettings {
  // The seeds come last: only their spread matters.
  const differing = [...differingSettings(specs)].sort(
    (a, b) => Number(a.where === 'seed') - Number(b.where === 'seed'),
  );
  return {
    columns: differing.map(({ where, label }) => ({ where, label })),
    ofRun: specs.map((_, i) => ofRun(differing, i)),
  };
}

function ofRun(differing: readonly DifferingSetting[], index: number): ComparedRun['settings'] {
  return Object.fromEntries(
    differing.flatMap(({ where, values }) => {
      const value = values[index];
      return value === undefined ? [] : [[where, value]];
    }),
  );
}

/** The levels that these specs expect, each once. */
export function levelsOf(specs: readonly (Spec | undefined)[]): readonly ExpectedLevel[] {
  const levels = specs.flatMap((spec) => spec?.expect ?? []).map(({ tag, value, text }) => ({ tag, value, text }));
  return [...new Map(levels.map((level) => [level.text, level])).values()];
}

export function comparedRun(run: FoundRun, settings: ComparedRun['settings'] = {}): ComparedRun {
  const key = keyOf(run);
  if ('problem' in run) {
    const { id, problem } = run;
    return { key, id, name: id, state: problem, final: {}, expect: [], starred: false, tags: [], settings };
  }
  const { header } = run;
  const rank = rankOf(header);
  const { name, state, created, seed, parameters, epoch, epochs, step, seconds, best, note, tags, sweep } = header;
  return {
    key,
    id: run.id,
    name,
    state,
    created,
    ...(seed !== undefined && { seed }),
    ...(parameters !== undefined && { parameters }),
    ...(epoch !== undefined && { epoch }),
    ...(epochs !== undefined && { epochs }),
    ...(step !== undefined && { step }),
    ...(seconds !== undefined && { seconds }),
    ...(best && { best }),
    ...(rank && { rank }),
    final: finalValues(header),
    expect: (header.expect ?? []).map(({ text, ok }) => ({ text, ok })),
    starred: header.starred === true,
    ...(note && { note }),
    tags: tags ?? [],
    ...(sweep && { sweep: sweep.id }),
    settings,
  };
}

/** `loss`, `val_loss`, …; of a cross-validation the mean over the folds, as `folds_loss`. */
function finalValues({ final = {} }: RunHeader): ComparedRun['final'] {
  const values = (part: string, prefix: string, read: (json: unknown) => number | undefined) =>
    Object.entries(final[part] ?? {}).flatMap(([tag, json]): [string, number][] => {
      const value = tag.startsWith('baseline_') ? undefined : read(json);
      return value === undefined ? [] : [[`${prefix}${tag}`, value]];
    });
  return Object.fromEntries([
    ...Object.entries(prefixes).flatMap(([part, prefix]) => values(part, prefix, decodeNumber)),
    ...values('cross_validation', 'folds_', (json) => (isRecord(json) ? decodeNumber(json.mean) : undefined)),
  ]);
}
