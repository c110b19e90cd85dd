/** The values of a Parquet file are not what the file says of them. */
export class DamagedError extends Error {}

/** The file may be whole, but is written in a way that is not read. */
export class UnsupportedError extends Error {}

/** More bytes than a file may have when it is unpacked. */
export class TooLargeError extends Error {}

export function expectSound(isSound: boolean): void {
  if (!isSound) {
    throw new DamagedError('not as it should be');
  }
}
