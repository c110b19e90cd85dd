import assert from 'node:assert/strict';
import { parseSpec } from '../../../src/language/index';
import { type MapSchema, specSchema, trainingSchema } from '../../../src/spec/schema';

const spec = (training = 'early_stopping: {}') =>
  parseSpec(
    `data: { source: moons }\nmodel: { layers: [{ dense: { units: 1, activation: sigmoid } }] }\ntraining: { ${training} }`,
    { fileName: 'a.nnspec' },
  ).spec;

/** Every key of the schema, with its path. */
function keysOf(
  schema: MapSchema,
  parent: readonly string[] = [],
): { path: string[]; key: MapSchema['keys'][number] }[] {
  return schema.keys.flatMap((key) => {
    const path = [...parent, key.name];
    return [{ path, key }, ...(key.value.type === 'map' ? keysOf(key.value, path) : [])];
  });
}

describe('The schema of keys', () => {
  it('states the defaults that apply', () => {
    const read = spec();
    assert.ok(read);
    const { data, training } = read;
    const pytorch = spec('engine: { pytorch: {} }')?.training.engine;
    const applied: Record<string, unknown> = {
      seed: read.seed,
      'data.stratify': data.stratify,
      'data.scale': data.scale,
      'data.missing': data.missing,
      'data.scale_target': data.scaleTarget ?? 'none',
      'data.unknown': data.unknown ?? 'error',
      'data.split.by': data.split.by?.kind ?? 'random',
      'training.optimizer': training.optimizer.name,
      'training.batch_size': training.batchSize,
      'training.epochs': training.epochs,
      'training.shuffle': training.shuffle,
      'training.early_stopping.monitor': training.earlyStopping?.monitor,
      'training.early_stopping.patience': training.earlyStopping?.patience,
      'training.early_stopping.min_delta': training.earlyStopping?.minDelta,
      'training.early_stopping.restore_best': training.earlyStopping?.restoreBest,
      'training.engine': training.engine?.name ?? 'nnspec',
      'training.engine.pytorch.device': pytorch?.device,
      'training.engine.pytorch.processes': pytorch?.processes,
      nnspec: 1,
      'data.split.validation': 0,
      'data.split.test': 0,
      'sweep.method': 'grid',
    };
    const stated = keysOf(specSchema).filter(({ key }) => key.default !== undefined);
    assert.deepEqual(Object.fromEntries(stated.map(({ path, key }) => [path.join('.'), key.default])), applied);
  });

  it('documents each key under its own path, and uses no spelling twice', () => {
    for (const { path, key } of keysOf(specSchema)) {
      assert.equal(key.doc, path.join('.'));
    }
    const spellings = trainingSchema.keys.flatMap((key: MapSchema['keys'][number]) => [
      key.name,
      ...(key.aliases ?? []),
    ]);
    assert.equal(new Set(spellings).size, spellings.length);
  });
});
