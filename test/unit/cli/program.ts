import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { textFiles } from '../../../scripts/build.mjs';
import { type Workspace, xor } from './harness';

/** Path of the program `nnspec` in a workspace, which `buildProgram` makes. */
export const programIn = ({ folder }: Workspace) => join(folder, 'dist', 'cli.js');

/** Builds the program into a workspace, beside a spec `xor.nnspec`. */
export async function buildProgram(workspace: Workspace): Promise<void> {
  await workspace.write('xor.nnspec', xor);
  await build({
    entryPoints: ['src/cli/main.ts'],
    outfile: programIn(workspace),
    bundle: true,
    platform: 'node',
    logLevel: 'error',
    loader: textFiles,
    absWorkingDir: resolve('.'),
  });
}
