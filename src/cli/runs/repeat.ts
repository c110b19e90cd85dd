/** `nnspec runs repeat`: trains a kept run again, and compares what comes out with what was kept. */
import { t } from '@vscode/l10n';
import { jsonLine } from '../../common/jsonLine';
import { weightsDifference } from '../../engine';
import type { EngineEvent } from '../../protocol/engine';
import { RunComparison, unrepeatable, type Verdict, verdictText, versionText } from '../../runs/runComparison';
import { readIfThere } from '../../runs/runFiles';
import { runFile } from '../../runs/runWriter';
import { repeat as startOf } from '../../runs/startAgain';
import { engineHostOf } from '../dataFiles';
import { type CliIo, exitStatus } from '../io';
import { fail } from '../modelFiles';
import { problemText } from '../problemOutput';
import type { ReadableRun } from './find';
import { keptSpec } from './keptSpec';

export async function repeat(
  run: ReadableRun,
  { json, threads }: { readonly json: boolean; readonly threads?: number },
  io: CliIo,
): Promise<number> {
  const { header, repository, id } = run;
  if (header.state === 'running') {
    return fail(t('The run {0} trains now. Wait for its end, or end its process.', id), io);
  }
  const problem = unrepeatable(header);
  if (problem !== undefined) {
    return fail(problem, io);
  }
  const kept = await repository.read(id);
  const spec = keptSpec(run, kept, io);
  if ('problem' in spec) {
    return fail(spec.problem, io);
  }
  const { path, file } = spec;
  if (!file.spec) {
    io.stderr.write(file.problems.map(problemText).join(''));
    return exitStatus.failed;
  }
  const start = await startOf(repository, header, kept);
  if (!start) {
    return fail(t('The run {0} began from a checkpoint that is not kept: it cannot be repeated.', id), io);
  }
  const engine = io.startEngine(engineHostOf(path, io));
  try {
    const { client } = engine;
    const weights = await readIfThere(repository.folderOf(id), runFile.weights);
    const comparison = new RunComparison(
      header,
      kept,
      weights && (async () => weightsDifference(weights, await client.ask('saveWeights', null), runFile.weights)),
    );
    void engine.died?.then(({ message }) => comparison.settle({ kind: 'failed', problem: message }));
    client.onEvent((event) => tellComparison(comparison, event, io));
    const { text: specText, fileName } = file;
    const options = { spec: file.spec, specText, fileName, ...start, threads, paused: false };
    const reply = await client.ask('start', options);
    if ('err' in reply) {
      return fail(reply.err.message, io);
    }
    return tell(await comparison.verdict, run, json, io);
  } finally {
    engine.dispose();
  }
}

function tellComparison(comparison: RunComparison, event: EngineEvent, io: CliIo): void {
  switch (event.type) {
    case 'started':
      comparison.begin({ fold: event.started.fold, dataHash: event.started.dataHash });
      return;
    case 'epochs':
      comparison.take(event.records);
      return;
    case 'progress':
      if (io.stderr.isTTY) {
        io.stderr.redraw(t('epoch {0}/{1}', event.progress.epoch, event.progress.epochs));
      }
      return;
    case 'ended':
      void comparison.end(event.ended.reason);
      return;
    case 'refused':
      comparison.settle({ kind: 'failed', problem: event.problems[0].message });
      return;
    case 'failed':
      comparison.settle({ kind: 'failed', problem: event.failure.message });
      return;
  }
}

function tell(verdict: Verdict, { id, header }: ReadableRun, json: boolean, { stdout, stderr }: CliIo): number {
  if (stderr.isTTY) {
    stderr.redraw('');
  }
  const { kind } = verdict;
  if (json) {
    const difference = kind === 'different' ? verdict.difference : undefined;
    const fields = kind === 'same' ? { epochs: verdict.epochs, weights: verdict.weights } : { difference };
    stdout.write(
      jsonLine({ run: id, same: kind === 'same', ...fields, ...(kind === 'data' && { data_changed: true }) }),
    );
  }
  if (!json || kind !== 'same') {
    (json || kind === 'failed' ? stderr : stdout).write(`${verdictText(verdict)}\n`);
  }
  const version = kind === 'different' ? versionText(header) : undefined;
  if (version !== undefined) {
    stderr.write(`${version}\n`);
  }
  return kind === 'same' ? exitStatus.fine : exitStatus.failed;
}
