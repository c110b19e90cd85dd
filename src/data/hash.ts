/** SHA-256 as 64 hexadecimal digits. */
import type { Steps, TakeSteps } from '../common/steps';
import { type DataBytes, piecesOf, wholeOf } from './bytes';

/** Takes bytes part by part, where a host has such; `crypto.subtle` wants all of them at once, and copies them first. */
export interface Hasher {
  update(part: Uint8Array): void;
  /** In hexadecimal digits. */
  digest(): string;
}

/** Hashed in a few milliseconds. */
const partBytes = 1 << 20;

export async function sha256<GivenUp extends undefined>(
  bytes: DataBytes,
  hasher: Hasher | undefined,
  take: TakeSteps<GivenUp>,
): Promise<string | GivenUp> {
  if (hasher) {
    return take(hashSteps(bytes, hasher));
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', wholeOf(bytes) as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function* hashSteps(bytes: DataBytes, hasher: Hasher): Steps<string> {
  for (const piece of piecesOf(bytes, partBytes)) {
    hasher.update(piece);
    yield;
  }
  return hasher.digest();
}
