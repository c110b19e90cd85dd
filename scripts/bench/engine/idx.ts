/** Reads packed IDX files, of images and their labels, as the engine's process does before it trains. */
import { loadDataset } from '../../../src/data';
import { machineOf } from '../../../src/server/machine.node';
import { openOnDisk } from '../../../src/server/onDisk';
import type { DataSpec, Scaling } from '../../../src/spec/spec';

/** Seconds from the files on disk to scaled inputs in float32. The counts prove that all were read. */
export async function timeIdx(images: string, labels: string, scale: Scaling): Promise<object> {
  const machine = machineOf(__dirname);
  const paths: Readonly<Record<string, string>> = { 'images.idx.gz': images, 'labels.idx.gz': labels };
  const files = {
    read: (path: string) => openOnDisk(path, { disk: paths[path] }, machine),
    readShipped: () => Promise.reject(new Error('No set is shipped here.')),
  };
  const data: DataSpec = {
    origin: { kind: 'file', path: 'images.idx.gz', labels: 'labels.idx.gz' },
    target: ['label'],
    types: {},
    split: { train: 1, validation: 0, test: 0 },
    stratify: false,
    scale,
    missing: 'error',
  };
  const request = { data, loss: 'categorical_crossentropy', seed: 0 };
  const start = performance.now();
  const loaded = await loadDataset(request, files, machine.makeHasher);
  const seconds = (performance.now() - start) / 1000;
  if ('problems' in loaded) {
    throw new Error(JSON.stringify(loaded.problems));
  }
  const { inputs } = loaded.dataset;
  let [notZero, squares] = [0, 0];
  for (const value of inputs) {
    notZero += value === 0 ? 0 : 1;
    squares += value * value;
  }
  return { seconds, notZero, squares };
}
