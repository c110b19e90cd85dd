import assert from 'node:assert/strict';
import { type BuildOptions, build } from 'esbuild';
import { engineBundles } from '../../../scripts/build.mjs';

async function bundle(options: BuildOptions): Promise<{ readonly text: string; readonly inputs: readonly string[] }> {
  const { outputFiles, metafile } = await build({ ...options, write: false, metafile: true, sourcemap: false });
  return { text: outputFiles?.[0].text ?? '', inputs: Object.keys(metafile?.inputs ?? {}) };
}

/**
 * Runs the worker's bundle as a script. Returns its exports, and how many listeners for messages it added.
 */
function run(text: string, inWorker: boolean): { exported: Record<string, unknown>; listeners: number } {
  const module = { exports: {} as Record<string, unknown> };
  let listeners = 0;
  const scope = { addEventListener: () => listeners++, postMessage() {} };
  const names = {
    module: inWorker ? undefined : module,
    self: scope,
    DedicatedWorkerGlobalScope: inWorker ? class {} : undefined,
    // Node's own channel would keep the test's process running.
    MessageChannel: class {
      readonly port1 = {};
      readonly port2 = {};
    },
  };
  new Function(...Object.keys(names), text)(...Object.values(names));
  return { exported: module.exports, listeners };
}

describe('the engine’s bundles', function () {
  this.timeout(60_000);

  it('contain the engine once: Node’s bundle requires it from the worker’s', async () => {
    const [child, worker] = await Promise.all((engineBundles(true) as BuildOptions[]).map(bundle));
    assert.ok(worker.inputs.includes('src/engine/trainer.ts'));
    assert.deepEqual(
      child.inputs.filter((input) => input.startsWith('src/engine/')),
      [],
    );
    assert.match(child.text, /require\("\.\/engineWorker\.js"\)/);
    const inNode = run(worker.text, false);
    assert.equal(inNode.listeners, 0);
    for (const name of ['EngineServer', 'computeProof', 'config']) {
      assert.equal(typeof inNode.exported[name], 'function');
    }
    assert.equal(run(worker.text, true).listeners, 1);
  });
});
