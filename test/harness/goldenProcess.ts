import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { textFiles } from '../../scripts/build.mjs';
import type { Golden } from './golden';

export interface GoldenProgram {
  /** Trains the golden runs that this number of threads concerns, under this Node. */
  run(node: string, threads: number, width: 'plain' | 'wide'): Promise<Readonly<Record<string, Golden>>>;
  dispose(): void;
}

/** Bundles the golden runs, with the script of the engine's threads. */
export async function buildGoldenProgram(): Promise<GoldenProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'nnspec-golden-'));
  await build({
    entryPoints: { golden: 'test/harness/goldenProgram.ts', engineThread: 'src/server/threadEntry.node.ts' },
    outdir: folder,
    bundle: true,
    platform: 'node',
    logLevel: 'error',
    loader: textFiles,
    absWorkingDir: resolve('.'),
  });
  return {
    async run(node, threads, width) {
      const args = [join(folder, 'golden.js'), folder, String(threads), width];
      const { stdout } = await promisify(execFile)(node, args, { maxBuffer: 1e7 });
      return JSON.parse(stdout);
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
