/** Unpacks pages of a Parquet file. Bytes that would send a library round in circles never reach it. */
import { decompress } from 'fzstd';
import type { CompressionCodec, Compressors } from 'hyparquet';
import { decompressPage } from 'hyparquet/src/datapage.js';
// Not the package as a whole: Brotli's dictionary would take 70 kB of each bundle.
import { gunzip } from 'hyparquet-compressors/src/gzip.js';
import { decompressLz4, decompressLz4Raw } from 'hyparquet-compressors/src/lz4.js';
import { expectSound } from './damage';

const compressors: Compressors = {
  GZIP(packed, length) {
    // Without its first bytes, it would be taken for a bare stream, and may come out as zeros.
    expectSound(packed[0] === 0x1f && packed[1] === 0x8b);
    return gunzip(packed, new Uint8Array(length));
  },
  LZ4: (packed, length) => (hasBlocks(packed) ? decompressLz4 : decompressLz4Raw)(packed, length),
  LZ4_RAW: decompressLz4Raw,
  ZSTD: (packed, length) => decompress(packed, new Uint8Array(length)),
};

export function unpackPage(packed: Uint8Array, length: number, codec: CompressionCodec): Uint8Array {
  if (codec === 'SNAPPY') {
    checkLiterals(packed);
  }
  // A page without any value may be empty, whatever its codec.
  return length === 0 ? new Uint8Array(0) : decompressPage(packed, length, codec, compressors);
}

/** Whether it may be in blocks, as Hadoop has it. A length above 2^31 is negative, and leads back. */
function hasBlocks(packed: Uint8Array): boolean {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  for (let at = 0; at < packed.length - 8; ) {
    const length = view.getInt32(at + 4);
    if (length < 0) {
      return false;
    }
    at += 8 + length;
  }
  return true;
}

/** The length of a literal may have four bytes: above 2^31 it would be negative, too. */
function checkLiterals(packed: Uint8Array): void {
  for (let at = packed.findIndex((byte) => byte < 128) + 1; at < packed.length; ) {
    const tag = packed[at++];
    const size = tag >> 2;
    if ((tag & 3) !== 0) {
      at += [0, 1, 2, 4][tag & 3];
      continue;
    }
    let literal = size < 60 ? size : 0;
    for (let i = 0, unit = 1; i < size - 59; i++, unit *= 256) {
      literal += (packed[at++] ?? 0) * unit;
    }
    expectSound(literal < packed.length);
    at += literal + 1;
  }
}
