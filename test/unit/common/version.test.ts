import assert from 'node:assert/strict';
import manifest from '../../../package.json';
import { engineVersion } from '../../../src/common/version';

describe('the engine’s version', () => {
  it('is the one of package.json', () => {
    assert.equal(engineVersion, manifest.version);
  });
});
