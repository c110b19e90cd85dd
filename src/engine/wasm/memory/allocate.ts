/** The memory of a program; where it cannot be had, a sentence that says what to do. */
import { t } from '@vscode/l10n';
import { pageSize } from '../../../assembler';
import { OutOfMemoryError } from '../../outOfMemory';

/** As far as addresses of 32 bits reach. */
const mostBytes = 4 * 2 ** 30;

/** Throws an OutOfMemoryError. */
export function allocate(pages: number, shared: boolean): WebAssembly.Memory {
  const bytes = pages * pageSize;
  if (bytes > mostBytes) {
    const message = t(
      'This run needs {0} GB of memory, and the engine can use {1} GB. Use fewer units or filters, a smaller batch or less data.',
      gigabytes(bytes),
      gigabytes(mostBytes),
    );
    throw new OutOfMemoryError(message);
  }
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch (error) {
    if (!(error instanceof RangeError)) {
      throw error;
    }
    const message = t(
      'This run needs {0} GB of memory, and the system has not given it. Close other programs, or use fewer units or filters, a smaller batch or less data.',
      gigabytes(bytes),
    );
    throw new OutOfMemoryError(message);
  }
}

function gigabytes(bytes: number): number {
  return Number((bytes / 2 ** 30).toPrecision(2));
}
