/** `nnspec export`: a network as a script, a model or a diagram for other programs. */
import { join, parse, resolve } from 'node:path';
import { t } from '@vscode/l10n';
import { joinBytes } from '../common/joinBytes';
import { messageOf } from '../common/messageOf';
import { inBytes } from '../common/pieces';
import { loadTable, requestOf } from '../data';
import { fileErrorText } from '../disk/fileErrors';
import { decodeWeights, initialWeights } from '../engine/weights';
import { exportFormats, exportNetwork } from '../export';
import type { ExportData, ExportedFile, ExportFormat, ExportWeights } from '../export/exportInput';
import type { ProblemMessage } from '../protocol/engine';
import { fromDataProblem } from '../server/dataProblemMessage';
import { exportDataOf } from '../server/exportData';
import { readModel, specTextOf } from '../server/predictTable';
import type { NetworkPlan } from '../spec/plan';
import { planNetwork } from '../spec/planNetwork';
import type { Spec } from '../spec/spec';
import { dataFilesOf } from './dataFiles';
import { UsageError } from './errors';
import { type CliIo, exitStatus } from './io';
import { fail } from './modelFiles';
import type { Arguments, OptionTypes } from './options';
import { refuseSameFile } from './outputs';
import { type FileProblem, fromProblemMessage, hasErrors, problemText } from './problemOutput';
import { parseSpecFile, readSpecFile, type SpecFile } from './specFile';

export const exportOptions: OptionTypes = { to: 'string', out: 'string', weights: 'string' };

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
  const source = await readSource(path, args.text('weights'), io).catch((error) => fail(messageOf(error), io));
  return typeof source === 'number' ? source : exportSource(source, format, out, io);
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

async function exportSource(source: Source, format: ExportFormat, out: string | undefined, io: CliIo): Promise<number> {
  const { path, file, weights: bytes } = source;
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
  const read = await networkOf(source, format, io);
  if ('problem' in read) {
    return fail(`${path}: ${read.problem}`, io);
  }
  if ('problems' in read) {
    return failed(read.problems);
  }
  const weights = bytes && weightsOf(bytes, read.network);
  if (weights && 'problem' in weights) {
    return fail(weights.problem, io);
  }
  const made = exportNetwork(format, { spec, ...read, ...(weights && { weights: weights.ok }) });
  if ('problems' in made) {
    return failed(made.problems.map((problem) => ({ code: 'export', severity: 'error', ...problem })));
  }
  return write(made.files, format, out, io);
}

type Network =
  | { readonly network: NetworkPlan; readonly data: ExportData }
  | { readonly problem: string }
  | { readonly problems: readonly ProblemMessage[] };

/** The network with what is known of its data: from a weights file alone, where no rows are needed. */
async function networkOf(
  { path, file, weights, isWeights }: Source,
  format: ExportFormat,
  io: CliIo,
): Promise<Network> {
  const { spec } = file;
  if (weights && (format.needs === 'weights' || (isWeights && format.needs === 'network'))) {
    const model = readModel(weights, spec);
    return 'problem' in model
      ? model
      : { network: model.plan.network, data: { inputs: model.metadata.inputs, target: model.metadata.target } };
  }
  const opened = await loadTable(requestOf(spec), dataFilesOf(path, io));
  const problems = opened.problems.map(fromDataProblem);
  if (!('table' in opened) || !opened.request || !opened.plan || hasErrors(problems)) {
    return { problems };
  }
  const { table, request, plan } = opened;
  const { kind: targetKind, classNames } = plan.targets.encoding;
  const parts = {
    train: plan.parts.train.length,
    validation: plan.parts.validation.length,
    test: plan.parts.test.length,
  };
  const facts = { inputShape: plan.inputShape, targetSize: plan.targets.size, targetKind, classNames, parts };
  const { plan: network, issues } = planNetwork(spec, facts);
  return network ? { network, data: exportDataOf(spec, { table, request, plan }) } : { problems: issues };
}

function weightsOf(
  file: Uint8Array,
  network: NetworkPlan,
): { readonly ok: ExportWeights } | { readonly problem: string } {
  const decoded = decodeWeights(file);
  const tensors = 'problem' in decoded ? decoded : initialWeights(decoded.ok, network);
  return 'problem' in tensors ? tensors : { ok: { tensors: tensors.ok, file } };
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
