/**
 * `film.bin`: the learned numbers of a network at moments of its training. Layout, little-endian: 8 bytes
 * `nnfilm` and two of 0; u32 version; u32 learned numbers of a frame; then frames in order of their steps,
 * each with u32 checksum of what follows in it, step, lowest loss so far and learning rate as float64, and
 * the learned numbers as float32. A torn last frame is dropped.
 */
import { checksum } from './checksum';

/** The largest number of frames, and of bytes that they take. A film of fewer frames is none. */
export const [mostFrames, mostBytes, fewestFrames] = [240, 1 << 24, 8];

const magic = [...new TextEncoder().encode('nnfilm\0\0')];
const version = 1;
const headLength = 16;
const frameHead = 28;

/** A network at a moment of its training. */
export interface FilmFrame {
  /** Steps that are done. */
  readonly step: number;
  /** Lowest mean loss so far; infinite before the first step. */
  readonly lowest: number;
  readonly learningRate: number;
  /** Learned tensors and running statistics, one after another in their order of storage. */
  readonly values: Float32Array;
}

/** How much of a film somebody has already. */
export interface FilmCursor {
  readonly drops: number;
  readonly frames: number;
}

/** A part of the bytes of `film.bin`. */
export interface FilmPiece {
  /** The bytes are the whole file. Otherwise they continue what was taken before. */
  readonly whole: boolean;
  readonly bytes: Uint8Array;
  readonly cursor: FilmCursor;
}

/** Frames for which there is room; 0 for a network that is too large for a film. */
export function roomFor(numbers: number): number {
  const room = Math.min(mostFrames, Math.floor((mostBytes - headLength) / frameLength(numbers)));
  return room < fewestFrames ? 0 : room;
}

function frameLength(numbers: number): number {
  return frameHead + 4 * numbers;
}

/** The bytes with which the file begins. */
export function filmHead(numbers: number): Uint8Array {
  const bytes = new Uint8Array(headLength);
  bytes.set(magic);
  const view = new DataView(bytes.buffer);
  view.setUint32(magic.length, version, true);
  view.setUint32(magic.length + 4, numbers, true);
  return bytes;
}

export function encodeFrame({ step, lowest, learningRate, values }: FilmFrame): Uint8Array {
  const bytes = new Uint8Array(frameLength(values.length));
  const view = new DataView(bytes.buffer);
  view.setFloat64(4, step, true);
  view.setFloat64(12, lowest, true);
  view.setFloat64(20, learningRate, true);
  for (let i = 0; i < values.length; i += 1) {
    view.setFloat32(frameHead + 4 * i, values[i], true);
  }
  view.setUint32(0, checksum(bytes, 4), true);
  return bytes;
}

/**
 * The frames of a file up to the first that is torn or damaged. None where it is no film, or one of another
 * version. Nothing in it is believed: there are never more frames than a film has room for.
 */
export function readFilm(bytes: Uint8Array): readonly FilmFrame[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isOurs = bytes.length >= headLength && magic.every((byte, i) => bytes[i] === byte);
  if (!isOurs || view.getUint32(magic.length, true) !== version) {
    return [];
  }
  const numbers = view.getUint32(magic.length + 4, true);
  const length = frameLength(numbers);
  const frames: FilmFrame[] = [];
  for (let at = headLength; at + length <= bytes.length && frames.length < roomFor(numbers); at += length) {
    const step = view.getFloat64(at + 4, true);
    const isNext = Number.isSafeInteger(step) && step >= 0 && step > (frames.at(-1)?.step ?? -1);
    if (!isNext || view.getUint32(at, true) !== checksum(bytes, at + 4, at + length)) {
      break;
    }
    const values = new Float32Array(numbers);
    for (let i = 0; i < numbers; i += 1) {
      values[i] = view.getFloat32(at + frameHead + 4 * i, true);
    }
    frames.push({
      step,
      lowest: view.getFloat64(at + 12, true),
      learningRate: view.getFloat64(at + 20, true),
      values,
    });
  }
  return frames;
}
