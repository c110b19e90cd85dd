/** Unpacks with the browser's own implementation. */
/** Packed bytes handed over at a time: a browser unpacks all of them, at most a thousandfold, at once. */
export const packedBytes = 1 << 14;

/** Hands over the unpacked bytes part by part. Rejects if they are damaged, or if `take` throws. */
export async function inflateGzip(
  packed: Iterable<Uint8Array<ArrayBuffer>>,
  _expected: number,
  take: (part: Uint8Array) => void,
): Promise<void> {
  const parts = packed[Symbol.iterator]();
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        const next = parts.next();
        if (next.done) {
          controller.close();
        } else {
          controller.enqueue(next.value);
        }
      },
    },
    { highWaterMark: 0 },
  );
  const reader = source.pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      take(next.value);
    }
  } catch (error) {
    // Nobody waits for the rest; its failure is this one.
    reader.cancel().catch(() => {});
    throw error;
  }
}
