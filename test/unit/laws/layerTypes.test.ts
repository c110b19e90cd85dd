import assert from 'node:assert/strict';
import { layerKinds, layerTypes } from '../../../src/spec/layers';
import { breachesOfLayerTable } from './layerTypes';
import { productSources } from './sources';

describe('the table of layer kinds', () => {
  it('is the only place that compares or lists types of layers', () => {
    assert.deepEqual(breachesOfLayerTable(productSources(), layerTypes), []);
  });

  it('has no copy: comparisons, lists and records elsewhere are named with file and line', () => {
    const text = [
      "if (layer.type === 'dense') {}",
      "switch (type) { case 'conv2d': }",
      "const late = ['flatten', 'reshape'].includes(type);",
      'const costs = {',
      '  residual: 1,',
      '};',
      "if (layer.type !== 'activation' || entry.name === 'activation') {}",
      'if (type === layerKinds.dropout.name) {}',
      "if (type.startsWith('conv')) {}",
      "// 'dense' in a comment, and a text that writes a layer:",
      "const written = 'dense: 4';",
      "const parameter = parameters.find(({ type }) => type === 'activation');",
    ].join('\n');
    const found = breachesOfLayerTable([{ path: 'src/engine/a.ts', text }], layerTypes);
    assert.deepEqual(
      found.map((breach) => Number(breach.split(':')[1])),
      [1, 2, 3, 3, 7, 7, 8, 9, 5],
    );
    assert.deepEqual(breachesOfLayerTable([{ path: 'src/spec/layers/a.ts', text }], layerTypes), []);
  });

  it('has each kind under its name', () => {
    for (const [type, { name, kind }] of Object.entries(layerKinds)) {
      assert.deepEqual([name, kind], [type, 'layer']);
    }
  });
});
