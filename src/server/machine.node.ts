/** The machine as an engine process uses it: threads, wider vectors, files. Not for the extension host. */
import { createHash } from 'node:crypto';
import { fstatSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { computeProof } from './engineCode';
import type { Machine, OpenFile } from './environment';

/** V8 has wider vectors from this version of Node on, for processors of this architecture. */
const [minNode, architecture] = [24, 'x64'];

/** `folder` holds the threads' script. */
export function machineOf(folder: string): Machine {
  const now = () => performance.now();
  return {
    cores: availableParallelism(),
    memory: () => process.memoryUsage.rss(),
    now,
    openFile,
    makeHasher() {
      const hash = createHash('sha256');
      return { update: (part) => void hash.update(part), digest: () => hash.digest('hex') };
    },
    widen: () => widen(now),
    startThread(request) {
      const worker = new Worker(join(folder, 'engineThread.js'), { workerData: request });
      // A thread that waits for work keeps no process alive.
      worker.unref();
      return { dispose: () => void worker.terminate() };
    },
  };
}

async function openFile(path: string): Promise<OpenFile | Uint8Array> {
  const file = await open(path);
  const stamp = () => fstatSync(file.fd, { bigint: true });
  const close = () => void file.close().catch(() => undefined);
  try {
    const opened = stamp();
    if (opened.size === 0n) {
      const bytes = await file.readFile();
      close();
      return bytes;
    }
    return {
      size: Number(opened.size),
      // Synchronous: this usually copies from the system's cache, and a turn of the event loop would take
      // longer.
      read: (target, offset) => readSync(file.fd, target, 0, target.length, offset),
      changed() {
        const { size, mtimeNs } = stamp();
        return size !== opened.size || mtimeNs !== opened.mtimeNs;
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * Switches wider vectors on for modules compiled later, where they change no bit of the results. Returns
 * whether they are on. Takes about 50 ms.
 */
function widen(now: () => number): boolean {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < minNode || process.arch !== architecture || process.versions.electron !== undefined) {
    return false;
  }
  const plain = computeProof('plain', now);
  setFlagsFromString('--experimental-wasm-revectorize');
  const wide = computeProof('wide', now);
  if (wide.every((bits, i) => bits === plain[i])) {
    return true;
  }
  setFlagsFromString('--no-experimental-wasm-revectorize');
  return false;
}
