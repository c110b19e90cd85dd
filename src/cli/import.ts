/** `nnspec import`: a model of ONNX as a spec and a file of weights. */
import { basename, resolve } from 'node:path';
import { t } from '@vscode/l10n';
import { fileErrorText } from '../disk/fileErrors';
import { encodeWeights } from '../engine/weights';
import { type ImportedModel, importModel } from '../export/onnx/import';
import { readModel } from '../server/predictTable';
import { storedTensors } from '../spec/plan';
import { planNetwork } from '../spec/planNetwork';
import { UsageError } from './errors';
import { type CliIo, exitStatus } from './io';
import { fail } from './modelFiles';
import type { Arguments, OptionTypes } from './options';
import { refuseSameFile } from './outputs';
import { parseSpecFile } from './specFile';

export const importOptions: OptionTypes = { out: 'string', save: 'string' };

export async function importCommand(args: Arguments, io: CliIo): Promise<number> {
  const [path, ...rest] = args.positionals;
  if (path === undefined || rest.length > 0) {
    throw new UsageError(t('Name one .onnx file.'));
  }
  const [out, save] = [args.text('out'), args.text('save')];
  await refuseSameFile('out', out, [path, save], io);
  await refuseSameFile('save', save, [path], io);
  let bytes: Uint8Array;
  try {
    bytes = await io.files.read(resolve(io.cwd, path));
  } catch (error) {
    return fail(fileErrorText(path, error), io);
  }
  const model = importModel(bytes);
  const weights = 'problems' in model ? model : weightsOf(model, basename(path));
  if ('problems' in model || 'problems' in weights) {
    const { problems } = 'problems' in model ? model : (weights as { readonly problems: readonly string[] });
    for (const problem of problems) {
      io.stderr.write(`${path}: ${problem}\n`);
    }
    return exitStatus.failed;
  }
  if (out === undefined) {
    io.stdout.write(model.text);
  }
  const text = new TextEncoder().encode(model.text);
  for (const [file, content] of [[out, text] as const, [save, weights.ok] as const]) {
    if (file !== undefined) {
      try {
        await io.files.writeAtomically(resolve(io.cwd, file), content);
      } catch (error) {
        return fail(fileErrorText(file, error), io);
      }
      io.stderr.write(`${t('{0}: written.', file)}\n`);
    }
  }
  return exitStatus.fine;
}

/** The weights file, checked as `predict` checks it: it holds the encodings of the columns, too. */
function weightsOf(
  model: ImportedModel,
  fileName: string,
): { readonly ok: Uint8Array } | { readonly problems: readonly string[] } {
  const { text, inputs, inputShape, target, tensors } = model;
  const { spec, problems } = parseSpecFile(fileName, text, fileName);
  const errors = problems.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  if (!spec || errors.length > 0) {
    return { problems: errors };
  }
  const { columns, kind: targetKind, classNames } = target;
  const targetSize = targetKind === 'classes' ? (classNames?.length ?? columns.length) : columns.length;
  const { plan, issues } = planNetwork(spec, { inputShape, targetSize, targetKind, classNames });
  const faults = issues.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  if (!plan || faults.length > 0) {
    return { problems: faults };
  }
  const wanted = plan.layers.flatMap(storedTensors);
  const unfit = wanted.find(
    ({ shape }, at) => tensors[at]?.values.length !== shape.reduce((size, each) => size * each, 1),
  );
  if (unfit || wanted.length !== tensors.length) {
    return { problems: [t('The weights of the model do not fit its layers at “{0}”.', unfit?.name ?? spec.name)] };
  }
  const values = new Map(wanted.map(({ name }, at) => [name, Float32Array.from(tensors[at].values)]));
  const metadata = { spec: text, seed: spec.seed, dataHash: '', inputs, inputShape, target };
  const ok = encodeWeights(plan, values, metadata);
  const read = readModel(ok, spec);
  return 'problem' in read ? { problems: [read.problem] } : { ok };
}
