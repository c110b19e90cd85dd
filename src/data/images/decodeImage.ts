/** Reads one image, whatever the name of its file says that it is. */
import { DamagedError } from './cursor';
import { type Image, ImageError, type ImageFault } from './image';
import { decodeNetpbm } from './netpbm';
import { decodePng } from './png';

export function decodeImage(bytes: Uint8Array): Image | ImageFault {
  try {
    return bytes[0] === 0x50 ? decodeNetpbm(bytes) : decodePng(bytes);
  } catch (error) {
    if (error instanceof ImageError) {
      return error.fault;
    }
    if (error instanceof DamagedError) {
      return 'damaged';
    }
    throw error;
  }
}
