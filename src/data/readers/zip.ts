/** Reads the list of a zip file, and unpacks single entries up to a limit. */
import { t } from '@vscode/l10n';
import { Inflate } from 'fflate';
import { chunksOf, type DataBytes, heldBytes, partOf, UnreadableError, wholeOf } from '../bytes';
import { mostPacked } from '../gunzip';

export interface ZipEntry {
  readonly name: string;
  readonly deflated: boolean;
  /** Unpacked, as the file says. */
  readonly size: number;
  readonly checksum: number;
  readonly packed: DataBytes;
}

/** A zip file that cannot be read. The message is a sentence for the user. */
export class ZipError extends Error {}

/** Bytes of the records, without names and comments, and what each begins with. */
const [endLength, listedLength, localLength] = [22, 46, 30];
const [endMark, listedMark, localMark] = [0x06054b50, 0x02014b50, 0x04034b50];
const longestComment = 0xffff;
/** Stands for a number that is in another record, for files above 4 GB. */
const elsewhere = 0xffffffff;
/** Ways to store an entry. */
const [stored, deflated] = [0, 8];

/** The entries as they are listed at the end of the file. Throws a `ZipError`. */
export function readZip(bytes: DataBytes, fileName: string): readonly ZipEntry[] {
  const { from, length, count } = findList(bytes, fileName);
  const list = viewOf(bytes, from, length);
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + listedLength > length || list.getUint32(at, true) !== listedMark) {
      throw damaged(fileName);
    }
    const [flags, method] = [list.getUint16(at + 8, true), list.getUint16(at + 10, true)];
    const [checksum, packedSize, size] = [16, 20, 24].map((offset) => list.getUint32(at + offset, true));
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => list.getUint16(at + offset, true));
    const start = list.getUint32(at + 42, true);
    const end = at + listedLength + nameLength + extraLength + commentLength;
    if (end > length) {
      throw damaged(fileName);
    }
    const name = new TextDecoder().decode(new Uint8Array(list.buffer, at + listedLength, nameLength));
    if (flags & 1) {
      throw new ZipError(t('{0} is encrypted. Save it again without a password.', fileName));
    }
    if ([packedSize, size, start].includes(elsewhere)) {
      throw longFormat(fileName);
    }
    if (method !== stored && method !== deflated) {
      throw new ZipError(
        t('{0} is packed in a way that NumPy does not use. Save it again with numpy.savez.', fileName),
      );
    }
    if (names.has(name)) {
      throw new ZipError(t('{0} holds “{1}” twice. Save it again with numpy.savez.', fileName, name.slice(0, 100)));
    }
    names.add(name);
    entries.push({
      name,
      deflated: method === deflated,
      size,
      checksum,
      packed: dataOf(bytes, start, packedSize, fileName),
    });
    at = end;
  }
  return entries;
}

/** The entry's bytes. `arrayName` is its name for problems. Throws a `ZipError`. */
export function unpackEntry(entry: ZipEntry, arrayName: string, largest: number): DataBytes {
  const { size, checksum, packed } = entry;
  if (size > largest) {
    throw new ZipError(t('{0} is larger than 500 MB when unpacked. Train on a part of its rows.', arrayName));
  }
  const bytes = entry.deflated ? inflate(entry) : packed;
  if (bytes?.length !== size || checksumOf(bytes) !== checksum) {
    throw damaged(arrayName);
  }
  return bytes;
}

function damaged(name: string): ZipError {
  return new ZipError(t('{0} is damaged, or its end is missing. Copy or save it again.', name));
}

function longFormat(name: string): ZipError {
  return new ZipError(t('{0} is written for more than 4 GB. Save its arrays in files of their own.', name));
}

function viewOf(bytes: DataBytes, from: number, length: number): DataView {
  const read = new Uint8Array(length);
  bytes.read(read, from);
  return new DataView(read.buffer);
}

/** The list, from the record at the end of the file, which a comment may follow. */
function findList(
  bytes: DataBytes,
  fileName: string,
): { readonly from: number; readonly length: number; readonly count: number } {
  const from = Math.max(0, bytes.length - endLength - longestComment);
  const tail = viewOf(bytes, from, bytes.length - from);
  for (let at = tail.byteLength - endLength; at >= 0; at--) {
    const isEnd = tail.getUint32(at, true) === endMark;
    if (!isEnd || at + endLength + tail.getUint16(at + 20, true) !== tail.byteLength) {
      continue;
    }
    const [disk, listDisk, here, count] = [4, 6, 8, 10].map((offset) => tail.getUint16(at + offset, true));
    const [length, start] = [12, 16].map((offset) => tail.getUint32(at + offset, true));
    if (disk !== 0 || listDisk !== 0 || here !== count) {
      throw new ZipError(t('{0} is one part of several. Save the arrays in one file.', fileName));
    }
    if (start === elsewhere || length === elsewhere || count === 0xffff) {
      throw longFormat(fileName);
    }
    if (start + length > from + at) {
      throw damaged(fileName);
    }
    return { from: start, length, count };
  }
  throw damaged(fileName);
}

/** The bytes after the entry's own header, which repeats its name. */
function dataOf(bytes: DataBytes, start: number, length: number, fileName: string): DataBytes {
  if (start + localLength > bytes.length) {
    throw damaged(fileName);
  }
  const header = viewOf(bytes, start, localLength);
  const from = start + localLength + header.getUint16(26, true) + header.getUint16(28, true);
  if (header.getUint32(0, true) !== localMark || from + length > bytes.length) {
    throw damaged(fileName);
  }
  return partOf(bytes, from, length);
}

/** Packed bytes unpacked at a time, to at most a thousandfold. */
const packedBytes = 1 << 14;

/** Undefined if the entry is damaged; then at most a few megabytes more than its size were unpacked. */
function inflate({ packed, size }: ZipEntry): DataBytes | undefined {
  if (size > mostPacked * packed.length) {
    return undefined;
  }
  const whole = new Uint8Array(size);
  let length = 0;
  let ended = false;
  const unpacking = new Inflate((unpacked, last) => {
    // Throws a RangeError if they are too many.
    whole.set(unpacked, length);
    length += unpacked.length;
    ended = last;
  });
  try {
    for (let from = 0; from < packed.length; from += packedBytes) {
      const count = Math.min(packedBytes, packed.length - from);
      unpacking.push(wholeOf(partOf(packed, from, count)), from + count === packed.length);
    }
  } catch (error) {
    if (error instanceof UnreadableError) {
      throw error;
    }
    return undefined;
  }
  return ended ? heldBytes(whole.subarray(0, length)) : undefined;
}

/** For each byte, the remainder that it leaves. */
const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) {
    rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return rest;
});

/** The CRC-32 of zip. */
function checksumOf(bytes: DataBytes): number {
  let rest = -1;
  for (const chunk of chunksOf(bytes, 1 << 20)) {
    for (let i = 0; i < chunk.length; i++) {
      rest = (rest >>> 8) ^ remainders[(rest ^ chunk[i]) & 255];
    }
  }
  return ~rest >>> 0;
}
