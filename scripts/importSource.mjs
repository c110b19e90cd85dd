import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { root } from './bare.mjs';

/** Bundles and imports a module of src/ for a script. The module must need neither the editor nor Node. */
export async function importSource(path) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(root, path)],
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'warning',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
}
