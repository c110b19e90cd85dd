/** Bundles what is measured in processes of its own: the adapters beside the libraries, and the engine. */
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { root } from '../bare.mjs';
import { libraryFolder } from './install.mjs';

const outdir = join(root, 'dist', 'bench');

/** The wasm backend takes part as soon as it is there. */
export const defaultEngine = existsSync(join(root, 'src/engine/wasmBackend.ts')) ? 'wasm' : 'reference';

/** The adapters import the libraries by name, so their folder is linked beside them. */
export async function buildAdapters() {
  const names = readdirSync(join(root, 'scripts/bench/peers')).filter((name) => name.endsWith('.mjs'));
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: names.map((name) => `scripts/bench/peers/${name}`),
    outdir: join(outdir, 'peers'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  mkdirSync(outdir, { recursive: true });
  const link = join(outdir, 'node_modules');
  rmSync(link, { recursive: true, force: true });
  symlinkSync(join(libraryFolder, 'node_modules'), link, 'junction');
}

/** One bundle as the product's own are: everything in one file, CommonJS. @param {'reference' | 'wasm'} engine */
export async function buildEngine(engine) {
  await esbuild.build({
    absWorkingDir: root,
    stdin: {
      contents: `import { ${engine}Backend } from '../../../src/engine/${engine}Backend';
import { serve } from './serve';
serve(${engine}Backend);
`,
      resolveDir: join(root, 'scripts/bench/engine'),
      sourcefile: 'engine.ts',
      loader: 'ts',
    },
    outfile: join(outdir, 'engine.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify: true,
    keepNames: true,
    loader: { '.csv': 'text' },
    logLevel: 'warning',
  });
}
