/**
 * Reads event files, written from the definitions alone: it shares nothing with the writer. A wrong checksum,
 * a cut record or an unknown encoding throws.
 */

export interface ReadEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly fileVersion?: string;
  readonly scalars: readonly (readonly [tag: string, value: number])[];
}

export function readEvents(bytes: Uint8Array): ReadEvent[] {
  const file = Buffer.from(bytes);
  const events: ReadEvent[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    check(file.subarray(at, at + 8), file.readUInt32LE(at + 8));
    const data = file.subarray(at + 12, at + 12 + length);
    check(data, file.readUInt32LE(at + 12 + length));
    events.push(eventOf(data));
    at += 16 + length;
  }
  return events;
}

/** TFRecord stores a checksum turned right by 15 bits, plus a constant. */
function check(data: Buffer, masked: number): void {
  const turned = (BigInt(masked) - 0xa282ead8n + (1n << 32n)) % (1n << 32n);
  const crc = ((turned << 15n) | (turned >> 17n)) % (1n << 32n);
  if (crc !== crc32c(data)) {
    throw new Error('A checksum is wrong.');
  }
}

/**
 * Division of polynomials, bit by bit: the lowest bit of a byte comes first, the first 32 bits and the
 * remainder are inverted, and the remainder is read backwards.
 */
export function crc32c(data: Uint8Array): bigint {
  const polynomial = 0x11edc6f41n;
  const bits = [...data].flatMap((byte) => Array.from({ length: 8 }, (_, i) => BigInt((byte >> i) & 1)));
  bits.push(...Array<bigint>(32).fill(0n));
  let remainder = 0n;
  bits.forEach((bit, i) => {
    remainder = (remainder << 1n) | (i < 32 ? bit ^ 1n : bit);
    if (remainder >> 32n) {
      remainder ^= polynomial;
    }
  });
  const inverted = remainder ^ 0xffffffffn;
  return BigInt(`0b${[...inverted.toString(2).padStart(32, '0')].reverse().join('')}`);
}

type Field = readonly [number: number, value: bigint | Buffer];

function eventOf(data: Buffer): ReadEvent {
  const event = { wallTime: 0, step: 0, scalars: [] as [string, number][] };
  let fileVersion: string | undefined;
  for (const [number, value] of fieldsOf(data)) {
    if (number === 1) {
      event.wallTime = (value as Buffer).readDoubleLE();
    } else if (number === 2) {
      event.step = Number(value);
    } else if (number === 3) {
      fileVersion = (value as Buffer).toString('utf8');
    } else if (number === 5) {
      event.scalars.push(...fieldsOf(value as Buffer).map(scalarOf));
    } else {
      throw new Error(`An event has no field ${number}.`);
    }
  }
  return { ...event, ...(fileVersion !== undefined && { fileVersion }) };
}

function scalarOf([number, value]: Field): [string, number] {
  const fields = new Map(fieldsOf(value as Buffer));
  if (number !== 1 || fields.size !== 2) {
    throw new Error('A summary holds something else than a scalar.');
  }
  return [(fields.get(1) as Buffer).toString('utf8'), (fields.get(2) as Buffer).readFloatLE()];
}

function fieldsOf(data: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = data.readUInt8(at++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) {
        return value;
      }
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > data.length) {
      throw new Error('A field is cut off.');
    }
    at += length;
    return data.subarray(at - length, at);
  };
  while (at < data.length) {
    const key = Number(varint());
    const encoding = key & 7;
    const number = key >> 3;
    if (encoding === 0) {
      fields.push([number, varint()]);
    } else if (encoding === 1 || encoding === 5) {
      fields.push([number, take(encoding === 1 ? 8 : 4)]);
    } else if (encoding === 2) {
      fields.push([number, take(Number(varint()))]);
    } else {
      throw new Error(`There is no encoding ${encoding}.`);
    }
  }
  return fields;
}
