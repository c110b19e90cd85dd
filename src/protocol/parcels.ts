/**
 * A port over a channel that copies what it is sent, as that between processes does. Large bytes travel in parts, each sent when the one before
 * it is on its way, so that neither side is deaf while a file of hundreds of megabytes goes over:
 *
 * ```
 *   { …, bytes }   ──▶   part ▸ part ▸ … ▸ part ▸ { …, where the bytes belong }
 * ```
 */
import type { Disposable } from '../common/disposable';
import type { Port } from './rpc';

export interface Channel {
  /** `sent` is called once the message is on its way, or lost, in a later turn of the event loop. */
  send(message: unknown, sent: () => void): void;
  onMessage(listener: (message: unknown) => void): Disposable;
}

/** Bytes of a part: it takes some milliseconds to copy. */
const partLength = 1 << 21;

interface Part {
  readonly kind: 'part';
  /** Bytes of the whole, and where in it these begin; the parts of a whole come in their order, and wholes one after the other. */
  readonly length: number;
  readonly from: number;
  readonly bytes: Uint8Array;
}

interface Parcel {
  readonly kind: 'parcel';
  readonly message: object;
  /** The keys that lead to each of the wholes, in their order. */
  readonly places: readonly (readonly string[])[];
}

/**
 * With `overtaking` small messages are sent at once even where a large one is under way; without it none comes before what was
 * posted earlier. Large ones keep their order.
 */
export function parcelPort(channel: Channel, { overtaking }: { readonly overtaking: boolean }): Port {
  const waiting: unknown[] = [];
  let underWay: Generator<unknown, void> | undefined;

  const goOn = (): void => {
    while (underWay || waiting.length > 0) {
      underWay ??= messagesOf(waiting.shift());
      const { done, value } = underWay.next();
      if (done) {
        underWay = undefined;
      } else {
        channel.send(value, goOn);
        return;
      }
    }
  };

  return {
    post(message) {
      const isSmall = placesOf(message).length === 0;
      if (isSmall && (overtaking || !underWay)) {
        channel.send(message, () => undefined);
        return;
      }
      waiting.push(message);
      if (!underWay) {
        goOn();
      }
    },
    onMessage(listener) {
      const wholes: Uint8Array[] = [];
      return channel.onMessage((message) => {
        if (isPart(message)) {
          if (message.from === 0) {
            wholes.push(new Uint8Array(message.length));
          }
          wholes.at(-1)?.set(message.bytes, message.from);
        } else if (isParcel(message)) {
          listener(filled(message, wholes.splice(0)));
        } else {
          listener(message);
        }
      });
    },
  };
}

/** What a message is sent as. */
function* messagesOf(message: unknown): Generator<unknown, void> {
  const places = placesOf(message);
  if (places.length === 0) {
    yield message;
    return;
  }
  for (const { bytes } of places) {
    for (let from = 0; from < bytes.length; from += partLength) {
      const part: Part = {
        kind: 'part',
        length: bytes.length,
        from,
        bytes: bytes.subarray(from, from + partLength),
      };
      yield part;
    }
  }
  const parcel: Parcel = {
    kind: 'parcel',
    message: emptied(message as object),
    places: places.map(({ keys }) => keys),
  };
  yield parcel;
}

interface Place {
  readonly keys: readonly string[];
  readonly bytes: Uint8Array;
}

const isLarge = (value: unknown): value is Uint8Array => value instanceof Uint8Array && value.length > partLength;

/** A plain object: what a message has its bytes in. */
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

function placesOf(value: unknown, keys: readonly string[] = []): readonly Place[] {
  if (isLarge(value)) {
    return [{ keys, bytes: value }];
  }
  if (!isRecord(value)) {
    return [];
  }
  return Object.keys(value).flatMap((key) => placesOf(value[key], [...keys, key]));
}

/** The message without its large bytes. */
function emptied(value: object): object {
  const empty = (each: unknown): unknown => (isLarge(each) ? null : isRecord(each) ? emptied(each) : each);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, empty(each)]));
}

function filled({ message, places }: Parcel, wholes: readonly Uint8Array[]): unknown {
  for (const [i, keys] of places.entries()) {
    let owner = message as Record<string, unknown>;
    for (const key of keys.slice(0, -1)) {
      owner = owner[key] as Record<string, unknown>;
    }
    owner[keys[keys.length - 1]] = wholes[i];
  }
  return message;
}

const isKind = (value: unknown, kind: string): boolean =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
const isPart = (value: unknown): value is Part => isKind(value, 'part');
const isParcel = (value: unknown): value is Parcel => isKind(value, 'parcel');
