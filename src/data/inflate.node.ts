/** Unpacks with Node's zlib, which works in a thread of its own. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createInflateRaw } from 'node:zlib';

export type PackedFormat = 'gzip' | 'deflate-raw';

/** Packed bytes handed over at a time. */
export const packedBytes = 1 << 20;

const unpackedBytes = 1 << 20;

/** Hands over the unpacked bytes part by part. Rejects if they are damaged, and with what `take` throws. */
export async function inflate(
  format: PackedFormat,
  packed: Iterable<Uint8Array<ArrayBuffer>>,
  take: (part: Uint8Array) => void,
): Promise<void> {
  const make = format === 'gzip' ? createGunzip : createInflateRaw;
  await pipeline(
    Readable.from(packed),
    make({ chunkSize: unpackedBytes }),
    async (parts: AsyncIterable<Uint8Array>) => {
      for await (const part of parts) {
        take(part);
      }
    },
  );
}
