/** `nnspec train`: what is trained, by the arguments. */
import { resolve } from 'node:path';
import { fileErrorText } from '../disk/fileErrors';
import { decodeCheckpoint } from '../engine';
import { rankingOf, type Sweep } from '../language';
import { jobArrayId, newRunId } from '../runs/runId';
import { dataPaths } from '../spec/spec';
import { shownDataPath } from './dataFiles';
import type { CliIo } from './io';
import { findLearningRate } from './learningRate';
import { linearWeightsPath } from './linearModel';
import type { Arguments } from './options';
import { refuseSameFile } from './outputs';
import { problemOfFile } from './problemOutput';
import { JsonReport } from './report/jsonReport';
import type { TrainReport } from './report/report';
import { TextReport } from './report/textReport';
import { keptAnew } from './runs/keptAnew';
import { parseSpecFile, readSpecFile, type SpecFile } from './specFile';
import { readTrainArguments, type TrainArguments, trainOptions } from './trainArguments';
import { concluded, refused, trainSpec } from './trainRun';
import { sweepFor, trainSweep } from './trainSweep';

export async function train(args: Arguments, io: CliIo): Promise<number> {
  if (args.has('find-learning-rate')) {
    return findLearningRate(args, Object.keys(trainOptions), io);
  }
  return trainFile(readTrainArguments(args), io);
}

/**
 * Trains the spec of a file, with all its runs if it has a sweep, after which `whenSwept` is called. Returns
 * the exit status.
 */
export async function trainFile(
  options: TrainArguments,
  io: CliIo,
  whenSwept?: (sweep: Sweep) => Promise<void>,
): Promise<number> {
  const report = options.json ? new JsonReport(io) : new TextReport(io);
  return concluded(report, () => trainWith(options, report, io, whenSwept));
}

/** Returns undefined where the run has failed, and the report has said why. */
async function trainWith(
  options: TrainArguments,
  report: TrainReport,
  io: CliIo,
  whenSwept: (sweep: Sweep) => Promise<void> = async () => undefined,
): Promise<number | undefined> {
  const spec = options.path === options.resume ? undefined : options.path;
  const linear = options.baseline && options.save !== undefined ? linearWeightsPath(options.save) : undefined;
  const saved = [options.save, linear];
  for (const path of saved) {
    await refuseSameFile('save', path, [spec, options.resume], io);
  }
  await refuseSameFile('checkpoint', options.checkpoint, [spec, options.init, ...saved], io);
  let init: Uint8Array | undefined;
  let resumed: Uint8Array | undefined;
  let at: string | undefined;
  try {
    at = options.resume;
    resumed = at === undefined ? undefined : await io.files.read(resolve(io.cwd, at));
    at = options.init;
    init = at === undefined ? undefined : await io.files.read(resolve(io.cwd, at));
    for (at of [...saved, options.checkpoint]) {
      if (at !== undefined) {
        await io.files.mustBeWritable(resolve(io.cwd, at));
      }
    }
  } catch (error) {
    report.failure({ code: 'file', message: fileErrorText(at ?? '', error) });
    return undefined;
  }
  const file = await specFileOf(options, resumed, io);
  const sweep = file.spec && sweepFor(options, file);
  // All runs of a sweep are checked together with the spec, before the first is trained.
  if ((!file.spec || !sweep) && refused(options.path, file, report)) {
    return undefined;
  }
  const data = dataPaths(file.spec.data).map((path) => shownDataPath(options.path, path));
  for (const path of saved) {
    await refuseSameFile('save', path, data, io);
  }
  await refuseSameFile('checkpoint', options.checkpoint, data, io);
  const files = { init, resume: resumed };
  if (!sweep) {
    const kept = options.keep ? keptAnew(options, file, files, report, io) : undefined;
    return trainSpec(options, file, files, report, io, kept);
  }
  const training = { ...options, threads: options.threads ?? 1 };
  const ranking = rankingOf(sweep);
  const { clock, random } = io.keeping;
  const { seed, epochs, sweepIndex } = options;
  const id =
    sweepIndex === undefined
      ? newRunId(file.spec.name, new Date(clock.now()), random())
      : jobArrayId(file.spec.name, file.text, { seed, epochs });
  const status = await trainSweep(
    sweep,
    options,
    file,
    report,
    (run, values, own, environment) => {
      // Each engine takes the bytes that it is given.
      const copies = { init: init && new Uint8Array(init), resume: resumed };
      const kept = options.keep
        ? keptAnew(options, run, copies, own, environment, { sweep: { id, values }, ranking })
        : undefined;
      return trainSpec(training, run, copies, own, environment, kept);
    },
    io,
  );
  if (status !== undefined) {
    await whenSwept(sweep);
  }
  return status;
}

/** Reads the spec from its file, or from the checkpoint if only that is named. */
async function specFileOf(
  { path, resume }: TrainArguments,
  checkpoint: Uint8Array | undefined,
  io: CliIo,
): Promise<SpecFile> {
  if (path !== resume || checkpoint === undefined) {
    return readSpecFile(path, io);
  }
  const decoded = decodeCheckpoint(checkpoint);
  if ('problem' in decoded) {
    return { problems: [problemOfFile(path, 'checkpoint', decoded.problem)] };
  }
  return parseSpecFile(path, decoded.ok.run.specText, decoded.ok.run.fileName);
}
