import assert from 'node:assert/strict';
import { type Channel, parcelPort } from '../../../src/protocol/parcels';
import { portPair } from '../../../src/protocol/rpc';

const mebi = 1 << 20;

function bytesOf(length: number, first: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    bytes[i] = (first + i + (i >> 8)) & 255;
  }
  return bytes;
}

/** Two connected ports whose messages are cloned as between processes, and the size of each message. */
function open(overtaking: boolean) {
  const [near, far] = portPair();
  const sizes: number[] = [];
  const channel = (port: typeof near): Channel => ({
    send(message, sent) {
      const { bytes } = message as { bytes?: Uint8Array };
      sizes.push(bytes?.length ?? 0);
      port.post(message);
      setImmediate(sent);
    },
    onMessage: (listener) => port.onMessage(listener),
  });
  const sender = parcelPort(channel(near), { overtaking });
  const received: unknown[] = [];
  parcelPort(channel(far), { overtaking }).onMessage((message) => received.push(message));
  const settled = async (count: number): Promise<unknown[]> => {
    while (received.length < count) {
      await new Promise(setImmediate);
    }
    return received;
  };
  return { sender, settled, sizes };
}

describe('large bytes between processes', () => {
  it('arrive unchanged from any place in a message, in parts of two mebibytes', async () => {
    const { sender, settled, sizes } = open(true);
    const message = {
      kind: 'reply',
      id: 3,
      reply: { ok: bytesOf(5 * mebi + 1, 7), also: [1, 2], small: bytesOf(10, 1) },
      other: { bytes: bytesOf(2 * mebi + 1, 9), none: null },
    };
    sender.post(message);
    assert.deepEqual(await settled(1), [message]);
    assert.deepEqual(
      sizes.map((size) => size / mebi),
      [2, 2, 1 + 1 / mebi, 2, 1 / mebi, 0],
    );
  });

  it('are overtaken by small messages, or delay them, depending on the option; large ones keep their order', async () => {
    for (const overtaking of [true, false]) {
      const { sender, settled } = open(overtaking);
      for (const [i, length] of [1, 5 * mebi, 2, 3 * mebi, 3].entries()) {
        sender.post({ i, bytes: bytesOf(length, i) });
      }
      const order = (await settled(5)).map((message) => (message as { i: number }).i);
      assert.deepEqual(order, overtaking ? [0, 2, 4, 1, 3] : [0, 1, 2, 3, 4]);
      for (const message of await settled(5)) {
        const { i, bytes } = message as { i: number; bytes: Uint8Array };
        assert.deepEqual(bytes.subarray(0, 9), bytesOf(bytes.length, i).subarray(0, 9));
      }
    }
  });

  it('do not change other messages', async () => {
    const { sender, settled, sizes } = open(false);
    const messages = [
      { kind: 'event', event: { records: [{ values: [1, Number.NaN] }] } },
      { bytes: bytesOf(2 * mebi, 1) },
    ];
    for (const message of messages) {
      sender.post(message);
    }
    assert.deepEqual(await settled(2), messages);
    assert.deepEqual(sizes, [0, 2 * mebi]);
  });
});
