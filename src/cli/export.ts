/** `nnspec export`: a network as a script, a model or a diagram for other programs. */
import { join, parse, resolve } from 'node:path';
import { t } from '@vscode/l10n';
import { joinBytes } from '../common/joinBytes';
import { messageOf } from '../common/messageOf';
import { inBytes } from '../common/pieces';
import { fileErrorText } from '../disk/fileErrors';
import { exportFormats } from '../export';
import type { ExportedFile, ExportFormat } from '../export/exportInput';
import type { ProblemMessage } from '../protocol/engine';
import { readIfThere } from '../runs/runFiles';
import { runFile } from '../runs/runWriter';
import { exportFiles } from '../server/exportSource';
import { specTextOf } from '../server/predictTable';
import type { KeptModel } from '../server/runReport';
import type { Spec } from '../spec/spec';
import { dataFilesOf } from './dataFiles';
import { UsageError } from './errors';
import { type CliIo, exitStatus } from './io';
import { fail } from './modelFiles';
import type { Arguments, OptionTypes } from './options';
import { refuseSameFile } from './outputs';
import { type FileProblem, fromProblemMessage, problemText } from './problemOutput';
import { type FoundRun, type ReadableRun, runsAt } from './runs/find';
import { parseSpecFile, readSpecFile, type SpecFile } from './specFile';

export const exportOptions: OptionTypes = { to: 'string', out: 'string', weights: 'string', run: 'string' };

export async function exportCommand(args: Arguments, io: CliIo): Promise<number> {
  const [path, ...rest] = args.positionals;
  const names = exportFormats.map(({ name }) => name);
  const name = args.choice('to', names);
  if (path === undefined || rest.length > 0 || name === undefined) {
    throw new UsageError(t('Name one .nnspec or .safetensors file, and a format: {0}.', `--to ${names.join('|')}`));
  }
  const format = exportFormats.find((each) => each.name === name)!;
  const out = args.text('out');
  if (out === undefined && (format.becomes === 'folder' || format.isBinary)) {
    throw new UsageError(t('Name where to write {0}: {1}.', name, '--out PATH'));
  }
  await refuseSameFile('out', out, [path, args.text('weights')], io);
  if (format.needs === 'run') {
    return exportRun(path, args.text('run'), format, out, io);
  }
  const source = await readSource(path, args.text('weights'), io).catch((error) => fail(messageOf(error), io));
  return typeof source === 'number' ? source : exportSource(source, format, out, io);
}

/** A kept run of a spec: the one that is named, else the newest. */
async function exportRun(
  path: string,
  id: string | undefined,
  format: ExportFormat,
  out: string | undefined,
  io: CliIo,
): Promise<number> {
  const all = await runsAt(path, io).catch((error) => fail(fileErrorText(path, error), io));
  if (typeof all === 'number') {
    return all;
  }
  const fits = (run: FoundRun) => id === undefined || run.id === id || run.id.endsWith(`-${id}`);
  const run = all.find((each): each is ReadableRun => 'header' in each && fits(each));
  const bytes = run && (await readIfThere(run.repository.folderOf(run.id), runFile.weights));
  const kept = run && (await run.repository.read(run.id));
  if (!run || !bytes || kept?.specText === undefined) {
    return fail(t('{0}: no run with weights is kept. Train with {1} first.', path, 'nnspec train --keep'), io);
  }
  const file = parseSpecFile(path, kept.specText, parse(path).name);
  if (!file.spec) {
    print(file.problems, io);
    return exitStatus.failed;
  }
  const source = { path, file: { ...file, spec: file.spec }, weights: bytes, isWeights: false };
  return exportSource(source, format, out, io, { header: run.header, kept });
}

interface Source {
  readonly path: string;
  readonly file: SpecFile & { readonly spec: Spec };
  readonly weights?: Uint8Array;
  /** The spec comes out of the weights file itself, which also knows how the data are encoded. */
  readonly isWeights: boolean;
}

/** The spec of a file, or of a weights file; a number is the exit status of a failure. */
async function readSource(path: string, weightsPath: string | undefined, io: CliIo): Promise<Source | number> {
  const isWeights = path.toLowerCase().endsWith('.safetensors');
  const own = isWeights ? await read(path, io) : undefined;
  const weights = weightsPath === undefined ? own : await read(weightsPath, io);
  const text = own && specTextOf(own);
  if (text && 'problem' in text) {
    return fail(`${path}: ${text.problem}`, io);
  }
  const file = text ? parseSpecFile(path, text.ok, parse(path).name) : await readSpecFile(path, io);
  const errors = file.problems.filter(({ severity }) => severity === 'error');
  print(errors, io);
  return file.spec && errors.length === 0 ? { path, file, weights, isWeights } : exitStatus.failed;
}

async function read(path: string, io: CliIo): Promise<Uint8Array> {
  try {
    return await io.files.read(resolve(io.cwd, path));
  } catch (error) {
    throw new Error(fileErrorText(path, error));
  }
}

function print(problems: readonly FileProblem[], { stderr }: CliIo): void {
  for (const problem of problems) {
    stderr.write(problemText(problem));
  }
}

async function exportSource(
  source: Source,
  format: ExportFormat,
  out: string | undefined,
  io: CliIo,
  run?: KeptModel,
): Promise<number> {
  const { path, file, weights: bytes, isWeights } = source;
  const { spec, parsed } = file;
  const failed = (problems: readonly ProblemMessage[]) => {
    print(
      problems.map((problem) => fromProblemMessage(path, problem, parsed)),
      io,
    );
    return exitStatus.failed;
  };
  if (format.needs === 'weights' && !bytes) {
    return fail(t('{0} takes trained weights. Name them by {1}.', format.name, '--weights FILE.safetensors'), io);
  }
  const made = await exportFiles({ spec, weights: bytes, isWeights, run }, format, dataFilesOf(path, io));
  if ('problem' in made) {
    return fail(`${path}: ${made.problem}`, io);
  }
  if ('problems' in made) {
    return failed(made.problems);
  }
  return write(made.files, format, out, io);
}

/** Text goes to standard output, unless a file is named. */
async function write(
  files: readonly ExportedFile[],
  { becomes }: ExportFormat,
  out: string | undefined,
  io: CliIo,
): Promise<number> {
  if (out === undefined) {
    const [{ content }] = files;
    for (const piece of typeof content === 'string' ? [content] : (content as Iterable<string>)) {
      io.stdout.write(piece);
    }
    return exitStatus.fine;
  }
  for (const file of files) {
    const path = becomes === 'folder' ? join(out, file.path) : out;
    try {
      if (becomes === 'folder') {
        await io.keeping.openFolder(resolve(io.cwd, out)).replace(file.path, joinBytes([...bytesOf(file)]));
      } else {
        await io.files.writeAtomically(resolve(io.cwd, path), bytesOf(file));
      }
    } catch (error) {
      return fail(fileErrorText(path, error), io);
    }
    io.stderr.write(`${t('{0}: written.', path)}\n`);
  }
  return exitStatus.fine;
}

function bytesOf({ content }: ExportedFile): Iterable<Uint8Array> {
  if (content instanceof Uint8Array) {
    return [content];
  }
  return inBytes(typeof content === 'string' ? [content] : content);
}
