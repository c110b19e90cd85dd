/** `nnspec train` of a spec with a sweep: its runs, as many at once as there are cores. */
import { availableParallelism } from 'node:os';
import { t } from '@vscode/l10n';
import {
  checkSpec,
  finalValue,
  rankingOf,
  runAt,
  runText,
  type Sweep,
  type SweepRun,
  showWritten,
  sweepOf,
} from '../language';
import { problemsOf } from './check';
import { UsageError, unexpectedText } from './errors';
import { type CliIo, exitStatus } from './io';
import { type FileProblem, fromSpecProblem, hasErrors, problemText } from './problemOutput';
import { short, width } from './report/format';
import { JsonReport } from './report/jsonReport';
import type { TrainReport } from './report/report';
import { RunLine } from './report/runLine';
import { TextReport } from './report/textReport';
import type { SpecFile } from './specFile';
import { Turns } from './turns';

type SoundFile = Extract<SpecFile, { readonly spec: object }>;

export interface SweepOptions {
  readonly path: string;
  readonly json: boolean;
  readonly jobs?: number;
  /** The only run that is trained. */
  readonly sweepIndex?: number;
  readonly seed?: number;
  readonly epochs?: number;
  readonly save?: string;
  readonly checkpoint?: string;
  readonly resume?: string;
}

/** The sweep of the spec, if it has one. Refuses options that do not go with it. */
export function sweepFor(options: SweepOptions, file: SoundFile): Sweep | undefined {
  const { path, jobs, sweepIndex, seed, epochs } = options;
  const sweep = sweepOf(file.parsed, file.fileName);
  if (!sweep) {
    if (jobs !== undefined || sweepIndex !== undefined) {
      throw new UsageError(t('{0} has no sweep.', path));
    }
    return undefined;
  }
  if (sweepIndex !== undefined && sweepIndex >= sweep.count) {
    const last = sweep.count - 1;
    throw new UsageError(
      t('The option {0} needs an integer from {1} to {2}, not “{3}”.', '--sweep-index', 0, last, sweepIndex),
    );
  }
  for (const option of ['save', 'checkpoint', 'resume'] as const) {
    if (sweepIndex === undefined && options[option] !== undefined) {
      throw new UsageError(t('The option --{0} is for one run. Add --sweep-index to train one of the sweep.', option));
    }
  }
  const overridden = [...(seed === undefined ? [] : ['seed']), ...(epochs === undefined ? [] : ['training.epochs'])];
  const swept = sweep.settings.find(({ path: way }) => overridden.includes(way.join('.')));
  if (swept) {
    throw new UsageError(t('The sweep sets {0} itself. Leave out the option.', swept.written));
  }
  return sweep;
}

/** Trains one run to its end. Returns undefined where it has failed, and the report has said why. */
export type TrainRun = (
  file: SoundFile,
  values: SweepRun['values'],
  report: TrainReport,
  io: CliIo,
) => Promise<number | undefined>;

/** As `TrainRun`, for all runs. Nothing is trained before every run has been checked. */
export async function trainSweep(
  sweep: Sweep,
  options: SweepOptions,
  file: SoundFile,
  report: TrainReport,
  train: TrainRun,
  io: CliIo,
): Promise<number | undefined> {
  const { path, json, sweepIndex: index } = options;
  const known = index === undefined ? await problemsOf(path, file, io) : specProblems(path, file);
  if (hasErrors(known)) {
    report.problems(known);
    return undefined;
  }
  if (index !== undefined) {
    const shape = json ? (text: string) => withIndex(index, text) : undefined;
    const own = shape ? { ...io, stdout: { ...io.stdout, write: (text: string) => io.stdout.write(shape(text)) } } : io;
    return trainOne(sweep, index, file, json ? new JsonReport(own) : new TextReport(own), train, own);
  }
  for (const problem of known) {
    io.stderr.write(problemText(problem));
  }
  const statuses = await trainAll(sweep, options, file, train, io);
  return worst(statuses, sweep.count);
}

/** The exit statuses of the runs, in no order. After an interrupt no further run begins. */
async function trainAll(
  sweep: Sweep,
  { json, jobs = availableParallelism() }: SweepOptions,
  file: SoundFile,
  train: TrainRun,
  io: CliIo,
): Promise<number[]> {
  const turns = new Turns(io);
  const headings = json ? [] : headingsOf(sweep);
  const lines: RunLine[] = [];
  const statuses: number[] = [];
  let next = 0;
  let interrupted = false;
  const interrupt = io.onInterrupt(() => {
    interrupted = true;
  });
  const work = async () => {
    for (;;) {
      await turns.room();
      if (interrupted || next >= sweep.count) {
        return;
      }
      const run = next++;
      const own = turns.ioOf(run, json ? (text) => withIndex(run, text) : (text) => text);
      const line = json ? undefined : new RunLine(headings[run], own);
      statuses.push(await trainOne(sweep, run, file, line ?? new JsonReport(own), train, own));
      turns.end(run);
      if (line) {
        lines[run] = line;
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(jobs, sweep.count) }, work));
  } finally {
    interrupt.dispose();
  }
  if (!json) {
    io.stdout.write(summaryOf(sweep, lines));
  }
  return statuses;
}

/** The best run, and how many met what the spec expects. */
function summaryOf(sweep: Sweep, lines: readonly RunLine[]): string {
  const { tag: best, higher } = rankingOf(sweep);
  const sign = higher ? -1 : 1;
  const ranked = lines.flatMap(({ ended }, run) => {
    const value = finalValue(ended?.final, best);
    return Number.isFinite(value) ? [{ run, value }] : [];
  });
  ranked.sort((a, b) => sign * (a.value - b.value));
  const { count, parsed } = sweep;
  const { expect } = parsed.spec;
  const met = lines.filter(({ ended }) => ended?.expect.every(({ ok }) => ok) && ended.reason !== 'diverged').length;
  return [
    ...ranked.slice(0, 1).map(({ run, value }) => `${t('Best {0}: {1} in run {2}', best, short(value), run)}\n`),
    ...(expect.length > 0 ? [`${t('Runs that met what is expected: {0} of {1}', met, count)}\n`] : []),
  ].join('');
}

async function trainOne(
  sweep: Sweep,
  index: number,
  file: SoundFile,
  report: TrainReport,
  train: TrainRun,
  io: CliIo,
): Promise<number> {
  try {
    const { parsed, values } = runAt(sweep, index);
    const status = await train(soundFile(parsed, runText(sweep, index), file), values, report, io);
    if (status !== undefined) {
      return status;
    }
  } catch (error) {
    report.failure({ code: 'internal', message: unexpectedText(error) });
  }
  report.endWithoutResult('failed');
  return exitStatus.failed;
}

/** The spec of one run. Warnings about the file were shown before. */
function soundFile(parsed: SweepRun['parsed'], text: string, { fileName }: SoundFile): SoundFile {
  const { spec } = parsed;
  if (!spec) {
    throw new Error('A run has errors that the check of the sweep did not find.');
  }
  return { parsed, spec, text, fileName, problems: [] };
}

/** Lines of JSON with the number of their run in front. */
function withIndex(index: number, text: string): string {
  return text.replace(/^\{/gm, `{"index":${index},`);
}

/** The number of each run and its values, all of one width as far as a terminal has room. */
function headingsOf(sweep: Sweep): string[] {
  const headings = Array.from({ length: sweep.count }, (_, index) => {
    const chosen = Object.entries(runAt(sweep, index).values).map(([path, value]) => `${path} = ${showWritten(value)}`);
    return `${String(index).padStart(String(sweep.count - 1).length)}  ${chosen.join(', ')}`;
  });
  const widest = headings.reduce((most, heading) => Math.max(most, width(heading)), 0);
  return headings.map((heading) => heading + ' '.repeat(Math.max(0, Math.min(widest, widestHeading) - width(heading))));
}

const widestHeading = 60;

/** An interrupt counts more than a fault, and a fault or unmet expectation more than a run that diverged. */
function worst(statuses: readonly number[], count: number): number {
  const { interrupted, failed, diverged, fine } = exitStatus;
  if (statuses.length < count) {
    return interrupted;
  }
  return [interrupted, failed, diverged].find((status) => statuses.includes(status)) ?? fine;
}

function specProblems(path: string, { parsed, problems }: SoundFile): FileProblem[] {
  return [...problems, ...checkSpec(parsed).map((problem) => fromSpecProblem(path, problem))];
}
