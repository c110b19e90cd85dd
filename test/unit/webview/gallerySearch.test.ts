import assert from 'node:assert/strict';
import { galleryBoot } from '../../../src/language/hover';
import { matches } from '../../../webview/gallery/search';

const boot = galleryBoot('en');
const none: ReadonlySet<string> = new Set();

function found(text: string, family?: string, properties = none): readonly string[] {
  return boot.entries.filter((entry) => matches(entry, boot, { text, family, properties })).map(({ name }) => name);
}

describe('the gallery’s search', () => {
  it('finds by name, by another spelling, by family and by property', () => {
    assert.ok(found('tanh').includes('tanh'));
    assert.ok(found('swish').includes('silu'));
    assert.ok(found('shrinkage').includes('soft_shrink'));
    assert.ok(found('can die').includes('relu'));
  });

  it('shows all for an empty search, and nothing for nonsense', () => {
    assert.equal(found('').length, boot.entries.length);
    assert.deepEqual(found('qqqq'), []);
  });

  it('requires every word and every filter', () => {
    assert.deepEqual(found('', 'gate'), ['glu', 'swiglu', 'geglu', 'reglu']);
    assert.ok(!found('', undefined, new Set(['bounded', 'zero_centred'])).includes('sigmoid'));
    assert.ok(found('', undefined, new Set(['bounded', 'zero_centred'])).includes('tanh'));
  });
});
