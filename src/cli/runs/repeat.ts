/** `nnspec runs repeat`: trains a kept run again, and compares what comes out with what was kept. */
import { t } from '@vscode/l10n';
import { counted } from '../../common/counted';
import { jsonLine } from '../../common/jsonLine';
import { KeptEpochs } from '../../common/keptEpochs';
import type { TagValues } from '../../common/tagValues';
import { engineVersion } from '../../common/version';
import { decodeWeights } from '../../engine';
import type { EngineEvent, EpochRecord } from '../../protocol/engine';
import type { EngineClient } from '../../protocol/engineClient';
import type { EpochEvent } from '../../runs/events';
import type { KeptRun } from '../../runs/readRun';
import { runFile } from '../../runs/runWriter';
import { repeat as startOf } from '../../runs/startAgain';
import { engineHostOf } from '../dataFiles';
import { type CliIo, exitStatus } from '../io';
import { fail } from '../modelFiles';
import { problemText } from '../problemOutput';
import type { ReadableRun } from './find';
import { keptSpec } from './keptSpec';

/** Where the runs part: the values are those of the kept run and of the repeated one. */
interface Difference {
  readonly where: string;
  readonly kept: string;
  readonly now: string;
}

type Verdict =
  | { readonly kind: 'same'; readonly epochs: number; readonly weights: boolean }
  | { readonly kind: 'different'; readonly difference: Difference }
  | { readonly kind: 'data' }
  | { readonly kind: 'failed'; readonly problem: string };

export async function repeat(
  run: ReadableRun,
  { json, threads }: { readonly json: boolean; readonly threads?: number },
  io: CliIo,
): Promise<number> {
  const { header, repository, id } = run;
  if (header.state === 'running') {
    return fail(t('The run {0} trains now. Wait for its end, or end its process.', id), io);
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
    const comparison = new Comparison(kept, await keptWeights(run), header.data_hash, io);
    void engine.died?.then(({ message }) => comparison.settle({ kind: 'failed', problem: message }));
    const { client } = engine;
    client.onEvent((event) => comparison.take(event, client));
    const { text: specText, fileName } = file;
    const everyEpoch = start.resume !== undefined || hasOddEpochs(kept);
    const options = { spec: file.spec, specText, fileName, ...start, threads, everyEpoch, paused: false };
    const reply = await client.ask('start', options);
    if ('err' in reply) {
      return fail(reply.err.message, io);
    }
    return tell(await comparison.verdict, run, json, io);
  } finally {
    engine.dispose();
  }
}

/**
 * Whether the log has epochs that are there only because something followed them, a change by hand say. An
 * engine that is not asked for every epoch sends the others, and the last one.
 */
function hasOddEpochs({ events, record }: KeptRun): boolean {
  const epochs = events.filter((event) => event.event === 'epoch');
  const rule = new KeptEpochs();
  const odd = epochs.findIndex(({ epoch }) => !rule.keeps(epoch));
  return odd >= 0 && (odd < epochs.length - 1 || record.end?.reason === 'stopped');
}

async function keptWeights({ repository, id }: ReadableRun): Promise<Uint8Array | undefined> {
  const files = repository.folderOf(id);
  return (await files.stat(runFile.weights)) ? files.read(runFile.weights) : undefined;
}

/** Compares a training with the log of a kept run, until they part or the log is at its end. */
class Comparison {
  readonly #io: CliIo;
  /** The epochs of the log that are still to come, by fold and number. */
  readonly #epochs: Map<string, EpochEvent>;
  readonly #count: number;
  readonly #weights: Uint8Array | undefined;
  readonly #dataHash: string | undefined;
  /** How the kept run ended, unless somebody ended it. */
  readonly #reason: string | undefined;
  #fold: number | undefined;
  #settle: (verdict: Verdict) => void = () => undefined;
  readonly verdict = new Promise<Verdict>((resolve) => {
    this.#settle = resolve;
  });

  constructor({ events, record }: KeptRun, weights: Uint8Array | undefined, dataHash: string | undefined, io: CliIo) {
    const epochs = events.filter((event) => event.event === 'epoch');
    const { reason = '' } = record.end ?? {};
    this.#epochs = new Map(epochs.map((event) => [keyOf(event.fold, event.epoch), event]));
    this.#count = this.#epochs.size;
    this.#reason = ['completed', 'early_stopping', 'diverged'].includes(reason) ? reason : undefined;
    this.#weights = weights;
    this.#dataHash = dataHash;
    this.#io = io;
  }

  settle(verdict: Verdict): void {
    this.#settle(verdict);
  }

  take(event: EngineEvent, client: EngineClient): void {
    switch (event.type) {
      case 'started': {
        const { fold, dataHash } = event.started;
        this.#fold = fold;
        if (this.#dataHash !== undefined && dataHash !== this.#dataHash) {
          this.settle({ kind: 'data' });
        }
        this.#endIfAlike();
        return;
      }
      case 'epochs':
        for (const record of event.records) {
          this.#compare(record);
        }
        this.#endIfAlike();
        return;
      case 'progress':
        if (this.#io.stderr.isTTY) {
          this.#io.stderr.redraw(t('epoch {0}/{1}', event.progress.epoch, event.progress.epochs));
        }
        return;
      case 'ended':
        void this.#end(event.ended.reason, client);
        return;
      case 'refused':
        this.settle({ kind: 'failed', problem: event.problems[0].message });
        return;
      case 'failed':
        this.settle({ kind: 'failed', problem: event.failure.message });
        return;
    }
  }

  #compare({ epoch, values }: EpochRecord): void {
    const key = keyOf(this.#fold, epoch);
    const kept = this.#epochs.get(key);
    if (!kept) {
      return;
    }
    this.#epochs.delete(key);
    const found = differenceOf(kept.values, values);
    if (found) {
      const place = t('epoch {0}, {1}', epoch, found.tag);
      const where = this.#fold === undefined ? place : `${t('fold {0}', this.#fold)}, ${place}`;
      this.settle({ kind: 'different', difference: { where, kept: found.kept, now: found.now } });
    }
  }

  /** A run that somebody ended, or that was interrupted, is compared as far as it came. */
  #endIfAlike(): void {
    if (this.#reason === undefined && this.#epochs.size === 0) {
      this.settle({ kind: 'same', epochs: this.#count, weights: false });
    }
  }

  async #end(reason: string, client: EngineClient): Promise<void> {
    if (this.#reason !== undefined && reason !== this.#reason) {
      const where = t('how it ended');
      this.settle({ kind: 'different', difference: { where, kept: this.#reason, now: reason } });
      return;
    }
    const [left] = this.#epochs.values();
    if (left) {
      const where = t('epoch {0}, {1}', left.epoch, left.values[0]?.[0] ?? '');
      this.settle({ kind: 'different', difference: { where, kept: String(left.values[0]?.[1]), now: '–' } });
      return;
    }
    // A diverged run has no weights.
    const weights = reason === 'diverged' ? undefined : this.#weights;
    const difference = weights && (await compareWeights(weights, client));
    this.settle(
      difference
        ? { kind: 'different', difference }
        : { kind: 'same', epochs: this.#count, weights: weights !== undefined },
    );
  }
}

/** Compares kept weights with those of the engine, bit by bit. Undefined for the same ones. */
async function compareWeights(bytes: Uint8Array, client: EngineClient): Promise<Difference | undefined> {
  const reply = await client.ask('saveWeights', null);
  const kept = decodeWeights(bytes);
  const now = 'ok' in reply ? decodeWeights(reply.ok) : { problem: reply.err.message };
  if ('problem' in kept || 'problem' in now) {
    const problem = (each: object) => ('problem' in each ? String(each.problem) : '–');
    return { where: runFile.weights, kept: problem(kept), now: problem(now) };
  }
  const others = new Map(now.ok.tensors.map(({ name, values }) => [name, values]));
  for (const { name, values } of kept.ok.tensors) {
    const again = others.get(name) ?? new Float32Array();
    const at = values.findIndex((value, i) => !Object.is(value, again[i]));
    if (at >= 0) {
      return { where: `${name}[${at}]`, kept: String(values[at]), now: String(again[at]) };
    }
  }
  return undefined;
}

function keyOf(fold: number | undefined, epoch: number): string {
  return `${fold ?? 0}/${epoch}`;
}

function differenceOf(
  kept: TagValues,
  now: TagValues,
): { readonly tag: string; readonly kept: string; readonly now: string } | undefined {
  const known = new Map(now);
  // In the log there is no -0.
  const isSame = (value: number, other: number | undefined) => Object.is(value + 0, (other ?? Number.NaN) + 0);
  const found = kept.find(([tag, value]) => !known.has(tag) || !isSame(value, known.get(tag)));
  if (!found) {
    return undefined;
  }
  const [tag, value] = found;
  return { tag, kept: String(value), now: known.has(tag) ? String(known.get(tag)) : '–' };
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
  switch (verdict.kind) {
    case 'failed':
      stderr.write(`${verdict.problem}\n`);
      return exitStatus.failed;
    case 'data':
      (json ? stderr : stdout).write(`${t('The data have changed since the run was trained.')}\n`);
      return exitStatus.failed;
    case 'different': {
      const { where, kept, now } = verdict.difference;
      const { version = '' } = header.engine ?? {};
      (json ? stderr : stdout).write(
        `${t('Not the same. First difference: {0}: {1} was kept, {2} came out.', where, kept, now)}\n`,
      );
      if (version !== '' && version !== engineVersion) {
        stderr.write(`${t('The run was trained by version {0}, and this is {1}.', version, engineVersion)}\n`);
      }
      return exitStatus.failed;
    }
    case 'same':
      if (!json) {
        const { epochs, weights } = verdict;
        const compared = counted(epochs, t('{0} epoch', epochs), t('{0} epochs', epochs));
        stdout.write(
          `${weights ? t('The same bits: {0} and the final weights.', compared) : t('The same bits: {0}. There are no final weights to compare.', compared)}\n`,
        );
      }
      return exitStatus.fine;
  }
}
