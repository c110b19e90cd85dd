/** SHA-256 as 64 hexadecimal digits. */
import { chunksOf, type DataBytes, wholeOf } from './bytes';

/**
 * Takes bytes chunk by chunk. `crypto.subtle`, the browser's own hash, needs all bytes at once and copies
 * them.
 */
export interface Hasher {
  update(chunk: Uint8Array): void;
  /** Hexadecimal digits. */
  digest(): string;
}

const chunkBytes = 1 << 20;

export async function sha256(bytes: DataBytes, hasher?: Hasher): Promise<string> {
  if (hasher) {
    for (const chunk of chunksOf(bytes, chunkBytes)) {
      hasher.update(chunk);
    }
    return hasher.digest();
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', wholeOf(bytes) as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
