/** Allocates the memory of a program; where that fails, says what to do. */
import { t } from '@vscode/l10n';
import { pageSize } from '../../../assembler';
import { OutOfMemoryError } from '../../outOfMemory';

/** The reach of 32-bit addresses. */
export const maxBytes = 4 * 2 ** 30;

/** Throws an OutOfMemoryError. */
export function allocate(pages: number, shared: boolean): WebAssembly.Memory {
  const bytes = pages * pageSize;
  if (bytes > maxBytes) {
    const message = t(
      'This run needs {0} GB of memory, and the engine can use {1} GB. Use fewer units or filters, a smaller batch or less data.',
      gigabytes(bytes),
      gigabytes(maxBytes),
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
