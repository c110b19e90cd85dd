import assert from 'node:assert/strict';
import fc from 'fast-check';
import { heldBytes } from '../../../src/data/bytes';
import { decodeText } from '../../../src/data/decode';
import { readInChunks } from './support';

describe('Decoding UTF-8', () => {
  it('finds the first bad byte, after characters of any length', () => {
    const bad = fc.constantFrom(
      [0x80],
      [0xff],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x82],
      [0xf0],
    );
    const unit = fc.constantFrom('a', '\n', 'é', 'ß', '€', '한', '￮', '\uD7FF', '😀', '\u{10FFFF}');
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 20 }),
        bad,
        fc.string({ unit, maxLength: 5 }),
        (before, bytes, after) => {
          const encode = (text: string) => new TextEncoder().encode(text);
          const good = encode(before);
          const decoded = decodeText(heldBytes(Uint8Array.from([...good, ...bytes, ...encode(`a${after}`)])), 'utf-8');
          const lines = before.split('\n');
          const place = { line: lines.length - 1, character: lines.at(-1)!.length };
          assert.deepEqual(decoded, { ...place, byte: bytes[0], offset: good.length });
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });

  it('drops a byte order mark and keeps the rest', () => {
    assert.deepEqual(decodeText(heldBytes(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), 'utf-8'), { text: 'a' });
  });

  it('decodes a character that two chunks share, held in memory or not', () => {
    const text = `${'a'.repeat((1 << 20) - 1)}글자 끝`;
    for (const bytesOf of [heldBytes, readInChunks]) {
      assert.deepEqual(decodeText(bytesOf(new TextEncoder().encode(text)), 'utf-8'), { text });
    }
  });
});
