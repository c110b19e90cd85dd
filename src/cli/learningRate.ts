/** `nnspec train --find-learning-rate`: a short training at growing rates, and the rate it suggests. */
import { t } from '@vscode/l10n';
import { jsonLine } from '../common/jsonLine';
import { largestSeed } from '../common/random';
import { checkSpec } from '../language';
import type { LearningRateReport } from '../protocol/engine';
import { suggestionText, unusedKeys, unusedText } from '../spec/learningRateTexts';
import type { TrainingSpec } from '../spec/spec';
import { askNetwork } from './askNetwork';
import { UsageError } from './errors';
import { type CliIo, exitStatus } from './io';
import type { Arguments } from './options';
import { fromSpecProblem, hasErrors } from './problemOutput';
import { short, table } from './report/format';
import { JsonReport } from './report/jsonReport';
import { TextReport } from './report/textReport';
import { readSpecFile } from './specFile';

/** The options that a search can use. All others belong to a whole training. */
const usable = ['find-learning-rate', 'json', 'seed', 'threads', 'backend', 'lang'];

/** The options of `nnspec train` are `known`. */
export async function findLearningRate(args: Arguments, known: readonly string[], io: CliIo): Promise<number> {
  const [path, ...rest] = args.positionals;
  if (path === undefined || rest.length > 0) {
    throw new UsageError(t('Name one .nnspec file to train.'));
  }
  const other = known.find((option) => args.has(option) && !usable.includes(option));
  if (other !== undefined) {
    throw new UsageError(t('The option --{0} cannot stand beside --{1}.', other, 'find-learning-rate'));
  }
  const options = {
    seed: args.integer('seed', 0, largestSeed),
    threads: args.integer('threads', 1, 1024),
    backend: args.choice('backend', ['wasm', 'reference'] as const),
  };
  const report = args.has('json') ? new JsonReport(io) : new TextReport(io);
  const file = await readSpecFile(path, io);
  const problems = file.spec
    ? [...file.problems, ...checkSpec(file.parsed).map((each) => fromSpecProblem(path, each))]
    : file.problems;
  if (!file.spec || hasErrors(problems)) {
    report.problems(problems);
    return exitStatus.failed;
  }
  const answer = await askNetwork('findLearningRate', path, file, io, (found) => report.problems(found), options);
  if (typeof answer === 'number') {
    return answer;
  }
  const { result, started } = answer;
  const { training } = started.spec;
  io.stdout.write(args.has('json') ? linesOf(result, training) : textOf(path, result, training));
  return result.suggestion === undefined ? exitStatus.failed : exitStatus.fine;
}

/** The table fits on a screen. */
const stepsPerRow = 10;

/** A line for each step, and one with the suggestion. */
function linesOf(report: LearningRateReport, training: TrainingSpec): string {
  const { rates, losses, smoothed, diverged, verdict, suggestion = null } = report;
  const lines = Array.from(rates, (rate, i) =>
    jsonLine({ event: 'rate', step: i + 1, rate, loss: losses[i], smoothed: smoothed[i] }),
  );
  const learned = training.optimizer.parameters.learning_rate;
  const unused = unusedKeys(training);
  return (
    lines.join('') +
    jsonLine({ event: 'suggestion', learning_rate: suggestion, verdict, diverged, spec: learned, unused })
  );
}

function textOf(path: string, report: LearningRateReport, training: TrainingSpec): string {
  const { rates, losses, smoothed } = report;
  const last = rates.length - 1;
  const shown = [...rates.keys()].filter((i) => i % stepsPerRow === 0 || i === last);
  const rows = shown.map((i) => [short(rates[i]), short(losses[i]), short(smoothed[i])]);
  const head = [t('learning rate'), t('loss'), t('smoothed loss')];
  const unused = unusedText(training);
  return `${table([head, ...rows])}${path}: ${suggestionText(report)}\n${unused === undefined ? '' : `${unused}\n`}`;
}
