/** The files of a training on PyTorch: the exported script, and the rows as they are encoded. */

import { decodeWeights, initialWeights } from '../../engine/weights';
import { exportNetwork } from '../../export';
import type { ExportProblem } from '../../export/exportInput';
import { pytorch } from '../../export/pytorch/pytorch';
import { parts } from '../../spec/spec';
import type { Prepared } from '../prepare';
import type { PythonFile, PythonRequests } from './wire';

interface PythonTraining {
  readonly files: readonly PythonFile[];
  readonly start: PythonRequests['start']['params'];
}

const utf8 = new TextEncoder();
const scripts = ['train.py', 'weights.safetensors'];

/** `init` are the bytes of the file with the initial weights; by default the script draws them. */
export function pythonTraining(
  { spec, trainer, dataset }: Prepared,
  { init, threads }: { readonly init?: Uint8Array; readonly threads?: number },
): PythonTraining | { readonly problems: readonly ExportProblem[] } {
  const { data } = trainer;
  const partOf = new Uint8Array(data.samples);
  for (const [at, part] of parts.entries()) {
    for (const row of trainer.parts[part]) {
      partOf[row] = at;
    }
  }
  const decoded = init && decodeWeights(init);
  const tensors = decoded && 'ok' in decoded ? initialWeights(decoded.ok, trainer.plan.network) : undefined;
  const made = exportNetwork(pytorch, {
    spec,
    network: trainer.plan.network,
    data: {
      inputs: dataset.inputEncodings,
      target: dataset.targetEncoding,
      rows: {
        count: data.samples,
        partOf: (row) => parts[partOf[row]],
        // The runner gives the script the encoded rows instead of a table.
        cells: () => [],
        weights: data.rowWeights,
        classWeights: spec.training.classWeight && data.sampleWeights,
      },
    },
    ...(init && tensors && 'ok' in tensors && { weights: { tensors: tensors.ok, file: init } }),
  });
  if ('problems' in made) {
    return made;
  }
  const weights = { 'weights.bin': data.sampleWeights, 'row_weights.bin': data.rowWeights };
  const weighted = Object.entries(weights).flatMap(([path, values]) => (values ? [{ path, values }] : []));
  return {
    files: [
      ...made.files
        .filter(({ path }) => scripts.includes(path))
        .map(({ path, content }) => ({
          path,
          bytes: content instanceof Uint8Array ? content : utf8.encode(String(content)),
        })),
      { path: 'inputs.bin', bytes: bytesOf(Float32Array.from(data.inputs)) },
      { path: 'targets.bin', bytes: bytesOf(Float32Array.from(data.targets)) },
      { path: 'parts.bin', bytes: partOf },
      ...weighted.map(({ path, values }) => ({ path, bytes: bytesOf(values) })),
    ],
    start: {
      inputShape: trainer.plan.network.inputShape,
      weights: weighted.map(({ path }) => path),
      threads,
    },
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
