/** Unpacks gzip, up to a limit that is applied while it unpacks. */
import { t } from '@vscode/l10n';
import { isPacked } from '../spec/tableFiles';
import { type DataBytes, joinedBytes, UnreadableError } from './bytes';

/** Packed bytes handed over at a time: a browser unpacks all of them, at most a thousandfold, at once. */
const packedBytes = 1 << 14;

/** The packed file is damaged, or too large when unpacked. */
export class UnpackError extends UnreadableError {
  readonly tooLarge: boolean;

  constructor(message: string, tooLarge: boolean) {
    super(message);
    this.tooLarge = tooLarge;
  }
}

/**
 * The bytes of a file, unpacked if its name ends in `.gz`; `largest` is the limit of their number. Closes
 * packed bytes. Rejects with an `UnpackError`, and as `bytes` does.
 */
export async function unpacked(bytes: DataBytes, fileName: string, largest: number): Promise<DataBytes> {
  if (!isPacked(fileName)) {
    return bytes;
  }
  try {
    return joinedBytes(await unpack(bytes, fileName, largest));
  } finally {
    bytes.close();
  }
}

async function unpack(bytes: DataBytes, fileName: string, largest: number): Promise<readonly Uint8Array[]> {
  let offset = 0;
  let failure: unknown;
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        try {
          const part = new Uint8Array(Math.min(packedBytes, bytes.length - offset));
          bytes.read(part, offset);
          offset += part.length;
          controller.enqueue(part);
          if (offset === bytes.length) {
            controller.close();
          }
        } catch (error) {
          failure = error;
          controller.error(error);
        }
      },
    },
    { highWaterMark: 0 },
  );
  const reader = source.pipeThrough(new DecompressionStream('gzip')).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      parts.push(next.value);
      length += next.value.length;
      if (length > largest) {
        const message = t('{0} is larger than 500 MB when unpacked. Train on a part of its rows.', fileName);
        throw new UnpackError(message, true);
      }
    }
    return parts;
  } catch (error) {
    // Nobody waits for the rest; its failure is this one.
    reader.cancel().catch(() => {});
    if (error instanceof UnpackError) {
      throw error;
    }
    if (failure instanceof UnreadableError) {
      throw failure;
    }
    const message = t(
      '{0} is no whole gzip file: it is damaged, or its end is missing. Copy or pack it again.',
      fileName,
    );
    throw new UnpackError(message, false);
  }
}
