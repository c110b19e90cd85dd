/** Unpacks, up to a limit that is applied while it unpacks. */
import { t } from '@vscode/l10n';
import { isGzip } from '../spec/tableFiles';
import { type DataBytes, joinedBytes, UnreadableError } from './bytes';
import { type Hasher, RunningHash } from './hash';
import { inflateGzip, packedBytes } from './inflate.node';

/** The packed file is damaged, or too large when unpacked. */
export class UnpackError extends UnreadableError {
  readonly tooLarge: boolean;

  constructor(message: string, tooLarge: boolean) {
    super(message);
    this.tooLarge = tooLarge;
  }
}

/**
 * The bytes of a file, unpacked if its name ends in `.gz`; `largest` is the limit of their number. With
 * `makeHasher` they are hashed while they are unpacked. Closes packed bytes. Rejects with an `UnpackError`,
 * and as `bytes` does.
 */
export async function unpacked(
  bytes: DataBytes,
  fileName: string,
  largest: number,
  makeHasher?: () => Hasher,
): Promise<DataBytes> {
  if (!isGzip(fileName)) {
    return bytes;
  }
  try {
    const found = await unpackUpTo(bytes, lengthInTrailer(bytes), largest, makeHasher?.());
    if (found) {
      return found;
    }
    const message = t('{0} is larger than 500 MB when unpacked. Train on a part of its rows.', fileName);
    throw new UnpackError(message, true);
  } catch (error) {
    if (error instanceof UnreadableError) {
      throw error;
    }
    const message = t(
      '{0} is no whole gzip file: it is damaged, or its end is missing. Copy or pack it again.',
      fileName,
    );
    throw new UnpackError(message, false);
  } finally {
    bytes.close();
  }
}

/** The unpacked length that a gzip file ends with: a hint, which may be wrong. */
function lengthInTrailer(bytes: DataBytes): number {
  const trailer = new Uint8Array(4);
  bytes.read(trailer.subarray(0, bytes.length), Math.max(0, bytes.length - 4));
  return new DataView(trailer.buffer).getUint32(0, true);
}

/** Deflate makes bytes smaller at most by this factor. */
export const mostPacked = 1032;

/**
 * The unpacked bytes; undefined if there are more than `largest`. How many are `expected` is a hint. Rejects
 * if the packed bytes are damaged, and as they do.
 */
async function unpackUpTo(
  bytes: DataBytes,
  expected: number,
  largest: number,
  hasher: Hasher | undefined,
): Promise<DataBytes | undefined> {
  if (bytes.length === 0) {
    throw new Error('There are no packed bytes.');
  }
  const parts: Uint8Array[] = [];
  const hash = hasher && new RunningHash(hasher);
  let length = 0;
  let failure: unknown;
  const packed = partsOf(bytes, (error) => {
    failure = error;
  });
  const hint = Math.min(expected, largest, mostPacked * bytes.length);
  try {
    await inflateGzip(packed, hint, (part) => {
      parts.push(part);
      length += part.length;
      if (length > largest) {
        throw new Error('There are too many bytes.');
      }
      // Meanwhile the next part is unpacked in another thread.
      hash?.take(part);
    });
  } catch (error) {
    if (length > largest) {
      return undefined;
    }
    throw failure ?? error;
  }
  return { ...joinedBytes(parts), hash };
}

/** `failed` is told what reading throws: a stream hides it. */
function* partsOf(bytes: DataBytes, failed: (error: unknown) => void): Generator<Uint8Array<ArrayBuffer>, void> {
  for (let offset = 0; offset < bytes.length; offset += packedBytes) {
    const part = new Uint8Array(Math.min(packedBytes, bytes.length - offset));
    try {
      bytes.read(part, offset);
    } catch (error) {
      failed(error);
      throw error;
    }
    yield part;
  }
}
