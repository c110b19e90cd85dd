/** `nnspec predict`: runs a trained network over the rows of a file. */
import { resolve } from 'node:path';
import { t } from '@vscode/l10n';
import { counted } from '../common/counted';
import { formatCount } from '../common/formatCount';
import { jsonLine } from '../common/jsonLine';
import { inBytes, inPieces } from '../common/pieces';
import { fileErrorText } from '../disk/fileErrors';
import { eachRow, type Predictions, predictionsCsv, predictTable } from '../server/predictTable';
import { notPredicted } from '../spec/evaluationTexts';
import { type CliIo, exitStatus } from './io';
import { fail, modelPaths, readModelFiles, reportNoResult, reportWarnings } from './modelFiles';
import type { Arguments, OptionTypes } from './options';
import { refuseSameFile } from './outputs';

export const predictOptions: OptionTypes = { json: 'boolean', out: 'string', 'keep-columns': 'boolean' };

export async function predict(args: Arguments, io: CliIo): Promise<number> {
  const paths = modelPaths(args);
  const out = args.text('out');
  await refuseSameFile('out', out, [paths.weights, paths.table], io);
  try {
    if (out !== undefined) {
      await io.files.mustBeWritable(resolve(io.cwd, out));
    }
  } catch (error) {
    return fail(fileErrorText(out ?? '', error), io);
  }
  const files = await readModelFiles(paths, args.has('json'), io);
  if (typeof files === 'number') {
    return files;
  }
  const { images } = files;
  const options = { keepColumns: args.has('keep-columns'), images };
  const result = predictTable(files.weights, files.spec, files.table, paths.table, options);
  if (!('ok' in result)) {
    return reportNoResult(result, paths, args.has('json'), io);
  }
  const { ok: predictions } = result;
  reportWarnings(predictions.warnings, paths, io);
  if (args.has('json')) {
    await writeAll(jsonLines(predictions, images), io);
  } else if (out === undefined) {
    await writeAll(predictionsCsv(predictions), io);
  }
  if (out !== undefined) {
    try {
      await io.files.writeAtomically(resolve(io.cwd, out), inBytes(predictionsCsv(predictions)));
    } catch (error) {
      return fail(fileErrorText(out, error), io);
    }
    const { rows } = predictions;
    const written = counted(
      rows,
      t('{0}: {1} prediction written.', out, formatCount(rows)),
      t('{0}: {1} predictions written.', out, formatCount(rows)),
    );
    io.stderr.write(`${written}\n`);
  }
  if (predictions.kept) {
    io.stderr.write(`${notPredicted(predictions.rows - predictions.kept.length)}\n`);
  }
  if (predictions.score !== undefined) {
    io.stderr.write(`${predictions.score}\n`);
  }
  return exitStatus.fine;
}

/** Waits for whoever reads the output, so that what is not read yet does not fill the memory. */
async function writeAll(lines: Iterable<string>, { stdout }: CliIo): Promise<void> {
  for (const piece of inPieces(lines)) {
    stdout.write(piece);
    await stdout.drained?.();
  }
}

function* jsonLines(predictions: Predictions, images: readonly string[] | undefined): Generator<string, void> {
  for (const { row, outputs, label } of eachRow(predictions)) {
    const file = images && { file: images[row] };
    yield jsonLine({
      row: row + 1,
      ...file,
      outputs: outputs ?? null,
      ...(label === undefined ? {} : { class: label }),
    });
  }
}
