/** `nnspec predict`: runs a trained network over the rows of a file. */
import { resolve } from 'node:path';
import { t } from '@vscode/l10n';
import { counted } from '../common/counted';
import { messageOf } from '../common/messageOf';
import { inBytes, inPieces } from '../common/pieces';
import { asDataBytes, type DataBytes } from '../data/bytes';
import { largestFile } from '../data/delimited';
import { unpacked } from '../data/gunzip';
import { fileErrorText } from '../disk/fileErrors';
import { parseSpec } from '../language';
import {
  type PredictionResult,
  type Predictions,
  predictionsCsv,
  predictTable,
  specFault,
  specTextOf,
} from '../server/predictTable';
import { UsageError } from './errors';
import { type CliIo, exitStatus } from './io';
import { jsonLine } from './json';
import type { Arguments, OptionTypes } from './options';
import { refuseSameFile } from './outputs';
import { type FileProblem, problemJson, problemText } from './problemOutput';

export const predictOptions: OptionTypes = { json: 'boolean', out: 'string' };

export async function predict(args: Arguments, io: CliIo): Promise<number> {
  const [weightsPath, dataPath, ...rest] = args.positionals;
  if (weightsPath === undefined || dataPath === undefined || rest.length > 0) {
    throw new UsageError(t('Give a weights file and a data file, in this order.'));
  }
  const fail = (message: string) => {
    io.stderr.write(`${message}\n`);
    return exitStatus.failed;
  };
  const out = args.text('out');
  await refuseSameFile('out', out, [weightsPath, dataPath], io);
  try {
    if (out !== undefined) {
      await io.files.mustBeWritable(resolve(io.cwd, out));
    }
  } catch (error) {
    return fail(fileErrorText(out ?? '', error));
  }
  const files: Uint8Array[] = [];
  for (const path of [weightsPath, dataPath]) {
    try {
      files.push(await io.files.read(resolve(io.cwd, path)));
    } catch (error) {
      return fail(fileErrorText(path, error));
    }
  }
  const [weights, table] = files;
  let rows: DataBytes;
  try {
    rows = await unpacked(asDataBytes(table), dataPath, largestFile);
  } catch (error) {
    return fail(messageOf(error));
  }
  const result = predictFile(weights, rows, dataPath);
  if ('problem' in result) {
    return fail(`${weightsPath}: ${result.problem}`);
  }
  if ('problems' in result) {
    for (const problem of result.problems) {
      const { line = 0, character = 0, endCharacter = 0 } = problem.at ?? {};
      const range = { start: { line, character }, end: { line, character: endCharacter } };
      const found: FileProblem = { ...problem, severity: 'error', file: dataPath, range };
      (args.has('json') ? io.stdout : io.stderr).write(args.has('json') ? problemJson(found) : problemText(found));
    }
    return exitStatus.failed;
  }
  const { ok: predictions } = result;
  if (args.has('json')) {
    await writeAll(jsonLines(predictions), io);
  } else if (out === undefined) {
    await writeAll(predictionsCsv(predictions), io);
  }
  if (out !== undefined) {
    try {
      await io.files.writeAtomically(resolve(io.cwd, out), inBytes(predictionsCsv(predictions)));
    } catch (error) {
      return fail(fileErrorText(out, error));
    }
    const { rows } = predictions;
    const written = counted(
      rows,
      t('{0}: {1} prediction written.', out, rows),
      t('{0}: {1} predictions written.', out, rows),
    );
    io.stderr.write(`${written}\n`);
  }
  return exitStatus.fine;
}

function predictFile(weights: Uint8Array, table: DataBytes, tablePath: string): PredictionResult {
  const text = specTextOf(weights);
  if ('problem' in text) {
    return text;
  }
  const { spec, problems } = parseSpec(text.ok, { fileName: 'weights' });
  return specFault(problems) ?? predictTable(weights, spec, table, tablePath);
}

/** Waits for whoever reads the output, so that what is not read yet does not fill the memory. */
async function writeAll(lines: Iterable<string>, { stdout }: CliIo): Promise<void> {
  for (const piece of inPieces(lines)) {
    stdout.write(piece);
    await stdout.drained?.();
  }
}

function* jsonLines({ rows, names, outputs, classes }: Predictions): Generator<string, void> {
  for (let row = 0; row < rows; row++) {
    const values = Array.from(outputs.subarray(row * names.length, (row + 1) * names.length));
    const label = classes?.[row];
    yield jsonLine({ row: row + 1, outputs: values, ...(label === undefined ? {} : { class: label }) });
  }
}
