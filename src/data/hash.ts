/** SHA-256 as 64 hexadecimal digits. */
import { chunksOf, type DataBytes, partOf, wholeOf } from './bytes';

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

/** A hash of bytes that are taken as they come. */
export class RunningHash {
  readonly #hasher: Hasher;
  #taken = 0;

  constructor(hasher: Hasher) {
    this.#hasher = hasher;
  }

  take(part: Uint8Array): void {
    this.#hasher.update(part);
    this.#taken += part.length;
  }

  /** The hash of `bytes`, which begin with those taken so far. */
  finish(bytes: DataBytes): string {
    const rest = partOf(bytes, this.#taken, bytes.length - this.#taken);
    for (const chunk of chunksOf(rest, chunkBytes)) {
      this.take(chunk);
    }
    return this.#hasher.digest();
  }
}

export async function sha256(bytes: DataBytes, makeHasher?: () => Hasher): Promise<string> {
  const hash = bytes.hash ?? (makeHasher && new RunningHash(makeHasher()));
  if (hash) {
    return hash.finish(bytes);
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', wholeOf(bytes) as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
