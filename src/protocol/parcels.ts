/**
 * A port over a channel that copies its messages, such as that between two processes. Large byte arrays are
 * sent in parts, one after another, so that both sides can receive other messages in between:
 *
 * ```
 *   { …, bytes }   ──▶   part ▸ part ▸ … ▸ part ▸ { …, where the bytes belong }
 * ```
 */
import type { Disposable } from '../common/disposable';
import type { Port } from './rpc';

export interface Channel {
  /** `sent` is called in a later turn of the event loop, once the message has been sent or lost. */
  send(message: unknown, sent: () => void): void;
  onMessage(listener: (message: unknown) => void): Disposable;
}

/** Bytes per part; copying one takes a few milliseconds. */
const partLength = 1 << 21;

interface Part {
  readonly kind: 'part';
  /** Length of the whole array, and the offset of these bytes. Parts arrive in order. */
  readonly length: number;
  readonly from: number;
  readonly bytes: Uint8Array;
}

interface Parcel {
  readonly kind: 'parcel';
  readonly message: object;
  /** The path of keys to each byte array, in the order in which the arrays are sent. */
  readonly places: readonly (readonly string[])[];
}

/**
 * With `overtaking`, small messages are sent at once, even while a large one is being sent. Without it, every
 * message waits for those posted before. Large ones always keep their order.
 */
export function parcelPort(channel: Channel, { overtaking }: { readonly overtaking: boolean }): Port {
  const queue: unknown[] = [];
  let isSending = false;

  const sendNext = (): void => {
    isSending = queue.length > 0;
    if (isSending) {
      channel.send(queue.shift(), sendNext);
    }
  };

  return {
    post(message) {
      const messages = messagesOf(message);
      if (messages.length === 1 && (overtaking || !isSending)) {
        channel.send(message, () => undefined);
        return;
      }
      queue.push(...messages);
      if (!isSending) {
        sendNext();
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

/** The message alone if it holds no large array, otherwise the parts of its arrays and then the parcel. */
function messagesOf(message: unknown): readonly unknown[] {
  const places = placesOf(message);
  if (places.length === 0) {
    return [message];
  }
  const parts = places.flatMap(({ bytes }) => partsOf(bytes));
  const keys = places.map((place) => place.keys);
  return [...parts, { kind: 'parcel', message: emptied(message as object), places: keys } satisfies Parcel];
}

function partsOf(bytes: Uint8Array): readonly Part[] {
  const { length } = bytes;
  return Array.from({ length: Math.ceil(length / partLength) }, (_, i) => {
    const from = i * partLength;
    return { kind: 'part', length, from, bytes: bytes.subarray(from, from + partLength) };
  });
}

interface Place {
  readonly keys: readonly string[];
  readonly bytes: Uint8Array;
}

const isLarge = (value: unknown): value is Uint8Array => value instanceof Uint8Array && value.length > partLength;

/** Only plain objects are searched for byte arrays. */
const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

function placesOf(value: unknown, keys: readonly string[] = []): readonly Place[] {
  if (isLarge(value)) {
    return [{ keys, bytes: value }];
  }
  if (!isPlainObject(value)) {
    return [];
  }
  return Object.keys(value).flatMap((key) => placesOf(value[key], [...keys, key]));
}

/** The message with null in place of its large byte arrays. */
function emptied(value: object): object {
  const empty = (each: unknown): unknown => (isLarge(each) ? null : isPlainObject(each) ? emptied(each) : each);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, empty(each)]));
}

/** The message with its byte arrays back in their places. */
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
