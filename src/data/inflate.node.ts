/** Unpacks with Node's zlib, which works in a thread of its own. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/** Packed bytes handed over at a time. */
export const packedBytes = 1 << 20;

/** Unpacked bytes taken at a time. Up to `mostAtOnce` of them lie side by side: nobody has to join them. */
const [usualPart, smallestPart, mostAtOnce] = [1 << 20, 64, 1 << 26];

/** The next part is unpacked while one is taken: its packed bytes are at hand. */
const oneAhead = { readableObjectMode: true, readableHighWaterMark: 1, writableHighWaterMark: 3 * packedBytes };

/** Hands over the unpacked bytes part by part. Rejects if they are damaged, or if `take` throws. */
export async function inflateGzip(
  packed: Iterable<Uint8Array<ArrayBuffer>>,
  expected: number,
  take: (part: Uint8Array) => void,
): Promise<void> {
  // A full part would be followed by another, which is allocated in vain.
  const chunkSize = expected > mostAtOnce ? usualPart : Math.max(smallestPart, expected + 1);
  const unpack = createGunzip({ chunkSize, ...oneAhead });
  await pipeline(Readable.from(packed), unpack, async (parts: AsyncIterable<Uint8Array>) => {
    for await (const part of parts) {
      take(part);
    }
  });
}
