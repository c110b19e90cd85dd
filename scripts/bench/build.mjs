/** Bundles the programs that are measured in separate processes: the libraries' adapters, and the engine. */
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { root } from '../bare.mjs';
import { textFiles } from '../build.mjs';
import { libraryFolder } from './install.mjs';

const outdir = join(root, 'dist', 'bench');

/** The adapters import the libraries by name, so the libraries' folder is linked beside them. */
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

/** The TypeScript of the engine's entry, for each backend. `wide` asks for wider vectors. */
const entries = {
  reference: `import { referenceBackend } from '../../../src/engine/referenceBackend';
import { serve } from './serve';
serve(() => referenceBackend);
`,
  wasm: `import { createWasmBackend } from '../../../src/engine/wasmBackend';
import { machineOf } from '../../../src/server/machine.node';
import { serve } from './serve';
serve((wide) => {
  const machine = machineOf(__dirname);
  return createWasmBackend({ ...machine, widen: wide ? () => mustWiden(machine) : undefined });
});
function mustWiden(machine) {
  if (!machine.widen()) throw new Error('Wider vectors could not be switched on.');
  return true;
}
`,
};

/**
 * Bundles the engine like the product does: CommonJS, one file, with the script of its threads beside it.
 * @param {'reference' | 'wasm'} engine
 */
export async function buildEngine(engine) {
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify: true,
    keepNames: true,
    loader: textFiles,
    logLevel: 'warning',
  };
  const resolveDir = join(root, 'scripts/bench/engine');
  const stdin = { contents: entries[engine], resolveDir, sourcefile: 'engine.ts', loader: 'ts' };
  await esbuild.build({ ...common, stdin, outfile: join(outdir, 'engine.cjs') });
  if (engine !== 'wasm') {
    return;
  }
  const outfile = join(outdir, 'engineThread.js');
  await esbuild.build({ ...common, entryPoints: ['src/server/threadEntry.node.ts'], outfile });
}
