/** A data file that the server itself reads from disk, as `DataBytes`. */
import { t } from '@vscode/l10n';
import { messageOf } from '../common/messageOf';
import { type DataBytes, UnreadableError } from '../data/bytes';
import type { OnDisk } from '../protocol/engine';
import type { Machine, OpenFile } from './environment';

/** `path` is as the spec writes it. Rejects with an `UnreadableError`. */
export async function openOnDisk(
  path: string,
  { disk }: OnDisk,
  machine: Pick<Machine, 'openFile'> | undefined,
): Promise<DataBytes | Uint8Array> {
  if (!machine?.openFile) {
    throw new Error('This server reads no files: send it their bytes.');
  }
  try {
    const file = await machine.openFile(disk);
    return file instanceof Uint8Array ? file : bytesOf(file, path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function bytesOf(file: OpenFile, path: string): DataBytes {
  return {
    length: file.size,
    read(target, offset) {
      let count = 0;
      try {
        while (count < target.length) {
          const more = file.read(target.subarray(count), offset + count);
          if (more === 0) {
            break;
          }
          count += more;
        }
        // If the file is unchanged when its last byte is read, all earlier reads saw the same contents.
        if (count === target.length && !(offset + count === file.size && file.changed())) {
          return;
        }
      } catch (error) {
        throw unreadable(path, error);
      }
      throw new UnreadableError(t('The file “{0}” was changed while it was being read. Try again.', path));
    },
    close: () => file.close(),
  };
}

function unreadable(path: string, error: unknown): UnreadableError {
  const reason = messageOf(error);
  return new UnreadableError(t('The file “{0}” cannot be read: {1}', path, reason));
}
