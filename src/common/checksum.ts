/**
 * FNV-1a, 32 bits, of the bytes from `from` to `to`. `start` is the checksum of the bytes before. Changing
 * one byte always changes the checksum.
 */
export function checksum(bytes: Uint8Array, from: number, to = bytes.length, start = 0x811c9dc5): number {
  let hash = start;
  for (let i = from; i < to; i++) {
    hash = Math.imul(hash ^ bytes[i], 0x01000193);
  }
  return hash >>> 0;
}
